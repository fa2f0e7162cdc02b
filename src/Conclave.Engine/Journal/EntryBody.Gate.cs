using System.Collections.Immutable;
using Conclave.Engine.Execution;

namespace Conclave.Engine.Journal;

public abstract partial record EntryBody
{
    /// <summary>A human is asked: a gate stands open until it is answered.</summary>
    /// <param name="Purpose">Who waits for the answer: a step, or a phase that failed.</param>
    /// <param name="Options">The answers that are allowed.</param>
    /// <param name="DueAt">When nobody needs to answer any more; null for never.</param>
    /// <param name="Default">The option that is taken then, or at once when nobody is there; null for none.</param>
    [EntryKind("approval-asked/1")]
    public sealed record ApprovalAsked(
        DoorKey Gate,
        GatePurpose Purpose,
        StoredText Question,
        ImmutableArray<string> Options,
        DateTimeOffset? DueAt,
        string? Default) : EntryBody
    {
        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => [Question];
    }

    /// <summary>The answer to a gate; there is one for each gate at most.</summary>
    /// <param name="Choice">One of the gate's options.</param>
    /// <param name="Comment">The user's words; null for none.</param>
    [EntryKind("approval-given/1")]
    public sealed record ApprovalGiven(DoorKey Gate, string Choice, string? Comment, GateAnswerer By) : EntryBody;
}

/// <summary>Who waits for a gate's answer.</summary>
public enum GatePurpose
{
    /// <summary>A step, which goes on with the answer.</summary>
    Approval,

    /// <summary>A phase that failed (<c>on_error: escalate</c>); its steps are not running.</summary>
    Escalation,
}

/// <summary>Who answered a gate.</summary>
public enum GateAnswerer
{
    /// <summary>The user.</summary>
    User,

    /// <summary>Nobody in time: the default was taken.</summary>
    Timeout,

    /// <summary>Nobody was there to be asked: the default was taken at once.</summary>
    Unattended,
}
