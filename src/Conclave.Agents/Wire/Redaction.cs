using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Agents.Wire;

/// <summary>
/// Takes the key, and what looks like one, out of what a vendor says: some repeat it in their errors. Of an answer's own text only the key itself is taken
/// out; talking about keys is allowed.
/// </summary>
internal static class Redaction
{
    private const int MaxLength = 1000;

    /// <summary>The same outcome, its words without the key and of bearable length.</summary>
    public static CallOutcome Of(CallOutcome outcome, Secret? key)
    {
        var named = outcome with
        {
            RequestId = outcome.RequestId is { } id ? Clean(id) : null,
            StopReason = outcome.StopReason is { } reason ? Clean(reason) : null,
            Turn = Told(outcome.Turn),
            Calls = outcome.Calls is { } calls ? [.. calls.Select(call => call with { Arguments = Told(call.Arguments)! })] : null,
        };
        return named switch
        {
            CallOutcome.Answered answered => answered with { Answer = Told(answered.Answer)!, ResponseModel = answered.ResponseModel is { } model ? Clean(model) : null },
            CallOutcome.CutOff cut => cut with { Answer = Told(cut.Answer)!, ResponseModel = cut.ResponseModel is { } model ? Clean(model) : null },
            CallOutcome.Empty empty => empty with { ResponseModel = empty.ResponseModel is { } model ? Clean(model) : null },
            CallOutcome.Refused refused => refused with { Reason = Clean(refused.Reason) },
            CallOutcome.Rejected rejected => rejected with { Message = Clean(rejected.Message) },
            CallOutcome.RateLimited limited => limited with { Message = Clean(limited.Message) },
            CallOutcome.Overloaded overloaded => overloaded with { Message = Clean(overloaded.Message) },
            CallOutcome.NotSent unsent => unsent with { Message = Clean(unsent.Message) },
            CallOutcome.Failed failed => failed with { Message = Clean(failed.Message) },
            CallOutcome.InDoubt lost => lost with { Message = Clean(lost.Message), Partial = lost.Partial is { } partial ? Told(partial) : null },
            _ => throw new InvalidOperationException($"No rule for {named.GetType().Name}."),
        };

        StoredText? Told(StoredText? text) => text is not null && key?.IsIn(text.Text) == true ? StoredText.From(text.Text.Replace(key.Reveal(), Secret.Mask, StringComparison.Ordinal)) : text;

        string Clean(string text)
        {
            var clean = KeyPatterns.RemoveFrom(key?.RemoveFrom(text) ?? text);
            return clean.Length <= MaxLength ? clean : string.Concat(clean.AsSpan(0, MaxLength), "…");
        }
    }
}
