using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Cli.Terminal;

/// <summary>What a phase is doing right now, in a few words.</summary>
internal static class PhaseActivity
{
    public static string Of(SessionState state, PhaseId id, DateTimeOffset now) => state.Phase(id) switch
    {
        { Status: PhaseStatus.Failed or PhaseStatus.Tolerated, Failure: { } failure } => $"{failure.Code} {SafeText.Line(failure.Text, 60)}",
        { Status: PhaseStatus.Skipped } => "not needed",
        { Status: PhaseStatus.Blocked } => "blocked by a failure before it",
        { Status: PhaseStatus.Running } => Running(state, id, now),
        { Status: PhaseStatus.Succeeded } => Answerers(state, id),
        _ => "",
    };

    private static string Running(SessionState state, PhaseId id, DateTimeOffset now)
    {
        if (state.OpenGates.FirstOrDefault(candidate => candidate.Phase == id) is { } gate)
        {
            return $"asks you: {GateText.Question(gate, 60)}";
        }

        var calls = state.Calls.Values.Where(call => call.Phase == id).ToList();
        var open = calls.SelectMany(call => call.Attempts).Where(attempt => attempt.Outcome is null).ToList();
        if (open.Count > 0)
        {
            var who = open.Select(attempt => attempt.Intent.Model).Distinct(StringComparer.Ordinal).ToList();
            return who.Count > 2 ? $"{open.Count} calls under way" : $"{string.Join(" and ", who)} {(who.Count == 1 ? "is" : "are")} writing";
        }

        if (calls.Select(call => call.Attempts[^1]).FirstOrDefault(attempt => Wait(attempt) > now) is { } waiting)
        {
            return $"waiting {Figures.Time(Wait(waiting)!.Value - now)}: {waiting.Intent.Provider} {(waiting.Outcome is CallOutcome.RateLimited ? "limits our rate" : "has no capacity")}";
        }

        return state.Effects.Values.Any(effect => effect.Result is null && effect.Key.Value.StartsWith($"{id}/", StringComparison.Ordinal)) ? "testing in the sandbox" : "";
    }

    private static DateTimeOffset? Wait(AttemptState attempt) => attempt.Outcome switch
    {
        CallOutcome.RateLimited { RetryAfterMs: { } wait } => attempt.EndedAt.AddMilliseconds(wait),
        CallOutcome.Overloaded { RetryAfterMs: { } wait } => attempt.EndedAt.AddMilliseconds(wait),
        _ => null,
    };

    private static string Answerers(SessionState state, PhaseId id) => string.Join(", ", state.Calls.Values
        .Where(call => call.Phase == id)
        .SelectMany(call => call.Attempts)
        .Where(attempt => attempt.Outcome is CallOutcome.Answered)
        .Select(attempt => attempt.Intent.Model)
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal));
}
