using System.CommandLine;
using Conclave.Agents;
using Conclave.Engine.Definition;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;
using Conclave.Storage;

namespace Conclave.Cli.Commands.Keys;

/// <summary>The vendor whose key a command is about.</summary>
internal static class ProviderArgument
{
    public static Argument<string> Create() => new("provider") { Description = $"{string.Join(", ", HostEnvironment.KeyVariables.Keys)}, a provider of config.yaml, or github for the token that publishes.", HelpName = "PROVIDER" };

    /// <summary>Why a name is none; it is not repeated when it may be a key.</summary>
    public static Refusal? Check(string name, HostEnvironment environment) => MachineSettings.ProviderNamesOf(DataDirectory.Open(environment.DataDirectory)) is var known && (known.Contains(name) || name == KeyRing.GitHubName)
        ? null
        : KeyPatterns.LooksLikeKey(name)
            ? KeyAsArgument()
            : new Refusal(RefusalKind.Invalid, $"CONC436 there is no provider `{name}`", NearMiss.Suggest(name, known));

    /// <summary>A key on the command line is refused: by then it is in the shell's history, and every process of the machine can see it.</summary>
    public static Refusal KeyAsArgument() => new(
        RefusalKind.Usage,
        "CONC437 a key never goes on the command line: the shell keeps it in its history and `ps` shows it to everybody; nothing was stored",
        "run `conclave keys set PROVIDER` and paste it, or pipe it in; if others use this machine, replace this key");
}
