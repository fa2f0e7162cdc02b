using System.CommandLine;

namespace Conclave.Cli.Commands;

/// <summary><c>--trust</c>: generated code runs without a sandbox. It has no short form, and nothing but the command line can say it.</summary>
internal static class TrustOption
{
    public static Option<bool> Create() => new("--trust")
    {
        Description = "Run what is generated WITHOUT A SANDBOX, as you, with your files and your network. The result is never called verified.",
    };
}
