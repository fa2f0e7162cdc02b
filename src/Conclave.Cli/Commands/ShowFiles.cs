using System.CommandLine;
using System.Text.Json;
using Conclave.Cli.Terminal;
using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Server.Live;
using Conclave.Server.Provenance;
using Conclave.Workspace.Git;

namespace Conclave.Cli.Commands;

/// <summary><c>show ID --files</c> and <c>show ID --diff</c>: the project's files, who wrote them, and how they came to be what they are.</summary>
internal sealed class ShowFiles(CommandContext context)
{
    private readonly Option<bool> files = new("--files") { Description = "Show the project's files: who wrote what in which phase, with model, requirements and commit." };
    private readonly Option<string?> diff = new("--diff")
    {
        Description = "Show how the files differ between two phases: PHASE is after it, PHASE^ before it; also `start` and `end` (default: the last phase that changed files).",
        HelpName = "FROM[..TO]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(files);
        command.Options.Add(diff);
        command.Validators.Add(result =>
        {
            if (result.GetValue(files) && result.GetResult(diff) is not null)
            {
                result.AddError("--files and --diff show different things; give one of them");
            }
        });
    }

    /// <summary>Shows what was asked for; null when neither was.</summary>
    public async Task<int?> Show(ParseResult parsed, IJournal journal, SessionId id, bool json, CancellationToken cancel)
    {
        if (parsed.GetValue(files))
        {
            return await Files(journal, await SessionReading.Load(journal, id, cancel), json, cancel);
        }

        return parsed.GetResult(diff) is null ? null : await Diff(journal, await SessionReading.Load(journal, id, cancel), parsed.GetValue(diff), json, cancel);
    }

    private async Task<int> Files(IJournal journal, SessionState state, bool json, CancellationToken cancel)
    {
        var report = FilesReport.Of(state, await CommitIds.Of(state, journal.RequireBlob, cancel));
        var lines = json ? [JsonSerializer.Serialize(report, EngineJson.Options)] : ProvenancePage.Lines(report);
        await context.Output.WriteLineAsync(string.Join('\n', lines));
        return ExitCode.Succeeded;
    }

    private async Task<int> Diff(IJournal journal, SessionState state, string? wanted, bool json, CancellationToken cancel)
    {
        var (range, refusal) = MomentRange.Read(state, wanted);
        if (range is null)
        {
            return await context.Refuse(refusal!);
        }

        var report = await DiffReport.Of(state, range, journal.RequireBlob, cancel);
        if (json)
        {
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(report, EngineJson.Options));
            return ExitCode.Succeeded;
        }

        foreach (var line in DiffPage.Summary(report))
        {
            await context.Error.WriteLineAsync(line);
        }

        await context.Output.WriteAsync(context.IsTerminal ? DiffPage.Shown(report) : DiffPage.Patch(report));
        return ExitCode.Succeeded;
    }
}
