using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>Takes the key out of what a vendor says: some repeat it in their errors. An answer's own text is left as it is.</summary>
internal static class Redaction
{
    private const int MaxLength = 1000;

    /// <summary>The same outcome, its words without the key and of bearable length.</summary>
    public static CallOutcome Of(CallOutcome outcome, Secret? key)
    {
        var named = outcome with { RequestId = outcome.RequestId is { } id ? Clean(id) : null, StopReason = outcome.StopReason is { } reason ? Clean(reason) : null };
        return named switch
        {
            CallOutcome.Answered answered => answered with { ResponseModel = answered.ResponseModel is { } model ? Clean(model) : null },
            CallOutcome.CutOff cut => cut with { ResponseModel = cut.ResponseModel is { } model ? Clean(model) : null },
            CallOutcome.Empty empty => empty with { ResponseModel = empty.ResponseModel is { } model ? Clean(model) : null },
            CallOutcome.Refused refused => refused with { Reason = Clean(refused.Reason) },
            CallOutcome.Rejected rejected => rejected with { Message = Clean(rejected.Message) },
            CallOutcome.RateLimited limited => limited with { Message = Clean(limited.Message) },
            CallOutcome.Overloaded overloaded => overloaded with { Message = Clean(overloaded.Message) },
            CallOutcome.NotSent unsent => unsent with { Message = Clean(unsent.Message) },
            CallOutcome.Failed failed => failed with { Message = Clean(failed.Message) },
            CallOutcome.InDoubt lost => lost with { Message = Clean(lost.Message) },
            _ => throw new InvalidOperationException($"No rule for {named.GetType().Name}."),
        };

        string Clean(string text)
        {
            var clean = key?.RemoveFrom(text) ?? text;
            return clean.Length <= MaxLength ? clean : string.Concat(clean.AsSpan(0, MaxLength), "…");
        }
    }
}
