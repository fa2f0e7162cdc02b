using System.CommandLine;
using System.Text.Json;
using Conclave.Cli.Terminal;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;
using Conclave.Server.Live;
using Conclave.Workspace.Verification;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave show ID</c>: what is known about a session, from its journal.</summary>
internal static class ShowCommand
{
    public static Command Create(CommandContext context)
    {
        var id = new Argument<string>("session") { Description = "The session's id, or its beginning." };
        var json = new Option<bool>("--json") { Description = "Print the summary as one JSON object." };
        var decisions = new Option<bool>("--decisions") { Description = "Show what the council decided, by whose votes, and what that cost." };
        var evidence = new Option<bool>("--evidence") { Description = "Show what the last verification ran: commands, exit codes, tests, output." };
        var command = new Command("show", "Show a session: phases, decisions, files, cost.") { id, json, decisions, evidence };
        var files = new ShowFiles(context);
        files.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var unowned = context.IsUnowned(parsed);
            await using var journal = context.Reader(parsed);
            var (summary, none) = await SessionLookup.Find(journal, parsed.GetRequiredValue(id), cancel);
            if (summary is null)
            {
                return await context.Refuse(none!);
            }

            if (parsed.GetValue(decisions))
            {
                var report = CouncilReport.Of(await SessionReading.Load(journal!, summary.Id, cancel));
                IEnumerable<string> lines = parsed.GetValue(json) ? [JsonSerializer.Serialize(report, EngineJson.Options)] : DecisionsPage.Lines(report);
                await context.Output.WriteLineAsync(string.Join('\n', lines));
                return ExitCode.Succeeded;
            }

            if (parsed.GetValue(evidence))
            {
                var kept = await Evidence(journal!, await SessionReading.Load(journal!, summary.Id, cancel), cancel);
                IEnumerable<string> lines = (kept, parsed.GetValue(json)) switch
                {
                    (null, true) => ["null"],
                    (null, _) => ["nothing was verified yet"],
                    (_, true) => [JsonSerializer.Serialize(kept, EngineJson.Options)],
                    _ => EvidencePage.Lines(kept),
                };
                await context.Output.WriteLineAsync(string.Join('\n', lines));
                return ExitCode.Succeeded;
            }

            if (await files.Show(parsed, journal!, summary.Id, parsed.GetValue(json), cancel) is { } shown)
            {
                return shown;
            }

            unowned = unowned && context.IsUnowned(parsed);
            if (parsed.GetValue(json))
            {
                await context.Output.WriteLineAsync(Interruption.ToJson(summary, unowned));
                return ExitCode.Succeeded;
            }

            var state = await SessionReading.Load(journal!, summary.Id, cancel);
            await context.Output.WriteLineAsync(SafeText.Line(state.Created.Description.Text, 500));
            await context.Output.WriteLineAsync();
            foreach (var phase in state.Created.Phases)
            {
                await context.Output.WriteLineAsync($"  {phase,-16} {Phase(state, phase)}");
            }

            foreach (var line in RepairLines.Of(state))
            {
                await context.Output.WriteLineAsync(line);
            }

            foreach (var attempt in state.OwnAttempts().Where(attempt => attempt.Outcome is CallOutcome.InDoubt).OrderBy(attempt => attempt.StartedAt))
            {
                await context.Output.WriteLineAsync($"  in doubt: {SafeText.Line(attempt.Intent.Call.Value, 80)}, attempt {attempt.Intent.Attempt}: {SafeText.Line(((CallOutcome.InDoubt)attempt.Outcome!).Message, 120)}; {Figures.Money(attempt.CostUsd)} stay counted");
            }

            foreach (var decision in state.Decisions)
            {
                await context.Output.WriteLineAsync($"  decided: {SafeText.Line(decision.Conflict.Question, 60)} {SafeText.Line(decision.ChoiceText(), 100)} ({EngineText.Snake(decision.Method)})");
            }

            if (await Evidence(journal!, state, cancel) is { } seen)
            {
                await context.Output.WriteLineAsync(string.Join('\n', EvidencePage.Summary(seen)));
            }

            await LastScreen.Write(context.Output, state, Interruption.Of(summary, unowned));
            return ExitCode.Succeeded;
        });
        return command;
    }

    private static async Task<VerificationReport?> Evidence(IJournal journal, SessionState state, CancellationToken cancel) => state.Verification?.Evidence is { } stored
        ? JsonSerializer.Deserialize<VerificationReport>(await journal.Load(stored, cancel), EngineJson.Options)
        : null;

    private static string Phase(SessionState state, Engine.Definition.PhaseId id)
    {
        var (phase, figures) = (state.Phase(id), Figures.OfPhase(state, id));
        var time = phase is { StartedAt: { } start, EndedAt: { } end } ? $", {Figures.Time(end - start)}" : "";
        var cost = figures.Attempts == 0 ? "" : $", {figures}";
        var why = phase.Failure is { } failure ? $": {failure.Code} {SafeText.Line(failure.Text, 200)}" : "";
        var kept = phase.KeptFrom is { } origin ? $", kept from {origin}" : "";
        return $"{EngineText.Snake(phase.Status)}{kept}{time}{cost}{why}";
    }
}
