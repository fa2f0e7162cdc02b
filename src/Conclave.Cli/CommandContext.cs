using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Server.Hosting;
using Conclave.Storage;
using Conclave.Storage.Sqlite;

namespace Conclave.Cli;

/// <summary>What every command needs. Data goes to <paramref name="Output"/>, talk to <paramref name="Error"/>.</summary>
internal sealed record CommandContext(HostEnvironment Environment, TimeProvider Clock, TextWriter Output, TextWriter Error, string Version, Option<string?> Data)
{
    /// <summary>Where data comes in; null for the process's own stdin, which may be a terminal.</summary>
    public TextReader? Input { get; init; }

    /// <summary>Whether the output goes to this process's own terminal.</summary>
    public bool IsTerminal => !Console.IsOutputRedirected && Output is DataWriter { IsConsole: true };

    /// <summary>What comes in, up to so many characters.</summary>
    public async Task<string> ReadInput(int most, CancellationToken cancel)
    {
        var text = new char[most];
        return new string(text, 0, await (Input ?? Console.In).ReadBlockAsync(text, cancel));
    }

    /// <summary>The environment with the data directory that was asked for.</summary>
    public HostEnvironment For(ParseResult parsed) =>
        parsed.GetValue(Data) is { Length: > 0 } directory ? Environment with { DataDirectory = directory } : Environment;

    /// <summary>The workflows, which may name the providers of this machine.</summary>
    public WorkflowLibrary Library(ParseResult parsed) => new(ConclaveHost.StepKinds, MachineSettings.ProviderNamesOf(DataDirectory.Open(For(parsed).DataDirectory)));

    /// <summary>Prints why something is not done and gives its exit code.</summary>
    public async Task<int> Refuse(Refusal refusal)
    {
        foreach (var line in refusal.Text.Split('\n'))
        {
            await Error.WriteLineAsync($"conclave: {SafeText.Line(line)}");
        }

        if (refusal.Fix is { } fix)
        {
            await Error.WriteLineAsync($"  {SafeText.Line(fix)}");
        }

        return ExitCode.Of(refusal);
    }

    /// <summary>The journal to read from, beside its owner or without one; null when there is none yet.</summary>
    public SqliteJournal? Reader(ParseResult parsed)
    {
        var file = DataDirectory.Open(For(parsed).DataDirectory).JournalFile;
        return File.Exists(file) ? SqliteJournal.OpenReadOnly(file, Clock) : null;
    }

    /// <summary>Whether no process works in the data directory. Ask before and after reading: an owner may come or go meanwhile.</summary>
    public bool IsUnowned(ParseResult parsed) => !DataDirectory.Open(For(parsed).DataDirectory).IsOwned();
}
