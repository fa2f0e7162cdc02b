using Conclave.Engine.Journal;

namespace Conclave.Workspace.Delivery;

/// <summary>How a session ended, for people.</summary>
/// <param name="Short">In a word or two.</param>
/// <param name="Long">As the first words of a sentence or as a sentence.</param>
/// <param name="Reason">Why; empty when there is nothing to say.</param>
/// <param name="IsPartial">Whether it did not come to its end, so that the files are only a part.</param>
internal sealed record Mark(string Short, string Long, string Reason, bool IsPartial = false)
{
    /// <summary>The mark of an ending.</summary>
    public static Mark Of(EntryBody ending) => ending switch
    {
        EntryBody.SessionSucceeded { Verdict: Verdict.Verified } done => new Mark("verified", "Verified.", done.VerdictReason),
        EntryBody.SessionSucceeded { Verdict: Verdict.Unverified } done => new Mark("not verified", "Not verified.", done.VerdictReason),
        EntryBody.SessionSucceeded done => new Mark("nothing verified", "Not verified: this workflow verifies nothing.", done.VerdictReason),
        EntryBody.SessionFailed failed => new Mark("failed", failed.FailedPhase is { } phase ? $"Failed in phase {phase}." : "Failed.", $"{failed.Reason} ({failed.Code})", IsPartial: true),
        EntryBody.SessionCancelled cancelled => new Mark("cancelled", "Cancelled.", cancelled.Reason, IsPartial: true),
        _ => throw new InvalidOperationException($"{ending.Kind()} ends no session."),
    };
}
