using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Cli.Terminal;

/// <summary>What the user reads when a session has ended or stopped: the verdict, where the project is, what it cost, what to do next.</summary>
internal static class LastScreen
{
    public static async Task Write(TextWriter output, SessionState state, bool interrupted = false)
    {
        await output.WriteLineAsync();
        foreach (var line in Lines(state, interrupted))
        {
            await output.WriteLineAsync(line);
        }

        await output.FlushAsync();
    }

    /// <summary>The first line of a result; also what <c>show</c> says.</summary>
    public static string Verdict(SessionState state) => (state.Status, state.Verification) switch
    {
        (SessionStatus.Succeeded, { Verdict: Engine.Journal.Verdict.Verified } seen) => $"verified: {Figures.Plural(seen.TestsPassed, "test")} passed in the sandbox",
        (SessionStatus.Succeeded, { Verdict: Engine.Journal.Verdict.Unverified } seen) => $"unverified: {SafeText.Line(seen.Reason, 300)}",
        (SessionStatus.Succeeded, _) => "succeeded: this workflow verifies nothing",
        (SessionStatus.Failed, _) => $"failed: {state.Reason?.Code} {SafeText.Line(state.Reason?.Text ?? "", 300)}",
        (SessionStatus.Cancelled, _) => $"cancelled: {SafeText.Line(state.Reason?.Text ?? "", 300)}",
        (SessionStatus.Paused, _) => $"paused: {state.Reason?.Code} {SafeText.Line(state.Reason?.Text ?? "", 300)}".Replace(":  ", ": ", StringComparison.Ordinal),
        (SessionStatus.Waiting, _) => $"waiting for {(state.OpenGates.Length == 1 ? "an answer" : $"{state.OpenGates.Length} answers")}",
        _ => EngineWord(state),
    };

    private const string TrustedLine = "WITHOUT A SANDBOX (--trust): what was generated ran as you, with your files and your network; that proves nothing";

    private static string EngineWord(SessionState state) => Engine.EngineText.Snake(state.Status);

    private static IEnumerable<string> Lines(SessionState state, bool interrupted)
    {
        yield return interrupted ? $"{Interruption.Word}: the process that ran it is gone; nothing that was paid for is lost" : Verdict(state);
        if (state.Created.Settings.Simulated is { } scenario)
        {
            yield return $"simulated: the answers came from the scenario `{SafeText.Line(scenario, 60)}`; no model was asked, and the description did not shape the project";
        }

        if (state.Created.Settings.Trust)
        {
            yield return TrustedLine;
        }

        yield return "";
        if (Delivered(state) is { } receipt)
        {
            yield return Row("project", receipt.Branch is not null ? $"{SafeText.Line(receipt.Directory!, 200)}  ({Figures.Plural(receipt.Files, "file")} changed on a branch)" : $"{SafeText.Line(receipt.Directory!, 200)}  ({Figures.Plural(receipt.Files, "file")}, with its git history)");
            foreach (var note in receipt.Notes)
            {
                yield return Row("", SafeText.Line(note, 300));
            }

            foreach (var (held, reason) in receipt.HeldBack.Zip(Reasons(receipt)))
            {
                yield return Row("", $"held back: {SafeText.Line(held, 200)} {SafeText.Line(reason, 200)}");
            }

            if (receipt.Branch is null)
            {
                yield return Row("next", Next(state));
            }
        }

        foreach (var gate in state.OpenGates)
        {
            yield return Row("question", GateText.Question(gate, 2000));
            yield return Row("options", GateText.Options(gate));
            yield return Row("answer", GateText.Command(state, gate));
        }

        foreach (var note in state.Created.Phases.SelectMany(state.Notes))
        {
            yield return Row("note", SafeText.Line(note, 300));
        }

        foreach (var seat in state.Created.Agents.Where(seat => seat.StandsInFor is not null))
        {
            yield return Row("note", $"{seat.Agent.Id} was played by {seat.Agent.Provider} {seat.Agent.Model}: there is no key for {seat.StandsInFor}");
        }

        var figures = Figures.Of(state);
        var lost = state.OwnAttempts().Count(attempt => attempt.Outcome is CallOutcome.InDoubt);
        var doubt = lost > 0 ? $", {Figures.Money(state.InDoubtUsd)} of it for {Figures.Plural(lost, "call")} in doubt" : "";
        var paid = state.Created.Settings.Simulated is null ? "" : " at list prices; simulated, so nothing was paid";
        yield return Row("cost", $"{Figures.Money(state.SpentUsd)} of {Figures.Budget(state.BudgetUsd)}{doubt}  ({Figures.Plural(figures.Attempts, "call")}, {Figures.Count(figures.Tokens)} tokens, {Figures.Time(state.Worked)}){paid}");
        foreach (var seat in state.Created.Agents)
        {
            var own = Figures.Of(state, (_, attempt) => attempt.Intent.Agent == seat.Agent.Id);
            yield return Row("", $"{seat.Agent.Id,-10} {$"{seat.Agent.Provider} {seat.Agent.Model}",-28} {Figures.Plural(own.Attempts, "call")}, {own}");
        }

        if (state.OwnAttempts().Where(attempt => attempt.Cached is not null).ToList() is { Count: > 0 } cached)
        {
            yield return Row("cached", $"{Figures.Plural(cached.Count, "call")} answered from the cache, {Figures.Money(cached.Sum(attempt => attempt.Cached!.SavedUsd))} saved");
        }

        foreach (var origin in state.Created.Phases.Where(phase => state.Phase(phase).KeptFrom is not null).GroupBy(phase => state.Phase(phase).KeptFrom!.Value))
        {
            yield return Row("kept", $"{string.Join(", ", origin)} from {origin.Key}");
        }

        if (state.KeptUsd > 0)
        {
            yield return Row("", $"{Figures.Money(state.KeptUsd)} were paid there, and are no part of the cost here");
        }

        if (Delivered(state)?.Diff is { Length: > 0 } diff)
        {
            yield return "";
            foreach (var line in diff.Split('\n'))
            {
                // Its blanks are part of it.
                yield return SafeText.Of(line.Length <= 400 ? line : $"{line[..400]}…");
            }

            yield return "";
        }

        yield return Row("session", $"{state.Id}  (conclave show {state.Id})");
        if (interrupted || state.Status == SessionStatus.Paused)
        {
            if (state.Reason?.Fix is { } fix)
            {
                yield return Row("fix", SafeText.Line(fix, 300));
            }

            yield return Row("go on", $"conclave resume {state.Id}{(state.Reason?.Code == "CONC401" ? " --budget USD" : "")}");
        }
    }

    // A README tells how to run a project that is there and works; of any other, the report has the truth.
    private static string Next(SessionState state) => (state.Status, state.Verification?.Verdict) switch
    {
        (SessionStatus.Succeeded, not Engine.Journal.Verdict.Unverified) when state.Files.ContainsKey("README.md") => "README.md in it says how to run it; CONCLAVE.md says who wrote what, and why",
        (SessionStatus.Succeeded, not Engine.Journal.Verdict.Unverified) => "CONCLAVE.md in it says who wrote what, and why",
        (SessionStatus.Succeeded, _) => "CONCLAVE.md in it says what was not verified, and why; read it before you run anything",
        _ => "the project is not whole: CONCLAVE.md in it says what went wrong and what is there",
    };

    private static IEnumerable<string> Reasons(DeliveryReceipt receipt) =>
        receipt.HeldBackReasons is { IsDefault: false } reasons && reasons.Length == receipt.HeldBack.Length ? reasons : receipt.HeldBack.Select(_ => "(CONCLAVE.md says why)");

    /// <summary>What was delivered; null when nothing was.</summary>
    public static DeliveryReceipt? Delivered(SessionState state)
    {
        var stored = state.Effects.GetValueOrDefault(DoorKey.OfSession("deliver"))?.Result;
        var receipt = stored is { IsLoaded: true } ? System.Text.Json.JsonSerializer.Deserialize<DeliveryReceipt>(stored.Text, Engine.EngineJson.Options) : null;
        return receipt?.Directory is null ? null : receipt;
    }

    private static string Row(string name, string text) => $"{name,-9} {text}";
}
