using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conclave.Engine.Definition;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Journal;

public abstract partial record EntryBody
{
    /// <summary>The first entry: everything that the session will use, so that a later change of files or settings can't change it.</summary>
    /// <param name="Workflow">The workflow file's text.</param>
    /// <param name="Prompts">The prompts' texts by name.</param>
    /// <param name="Agents">Who plays each role; a stand-in is marked.</param>
    /// <param name="Phases">The phases in planned order.</param>
    /// <param name="SubWorkflows">The texts of the files that the workflow uses, by <see cref="SubWorkflow.Name"/>; null for none.</param>
    /// <param name="Origin">The session that it was forked from; null for one that began by itself.</param>
    [EntryKind("session-created/1")]
    public sealed record SessionCreated(
        StoredText Description,
        string WorkflowName,
        string WorkflowFile,
        StoredText Workflow,
        ImmutableSortedDictionary<string, StoredText> Prompts,
        JsonElement Inputs,
        ImmutableArray<AgentSeat> Agents,
        ImmutableArray<PhaseId> Phases,
        SessionSettings Settings,
        string ConclaveVersion,
        ImmutableSortedDictionary<string, StoredText>? SubWorkflows = null,
        SessionOrigin? Origin = null) : EntryBody
    {
        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => Prompts.Values.Concat(SubWorkflows?.Values ?? []).Prepend(Workflow).Prepend(Description);
    }

    /// <summary>The session waits for its turn.</summary>
    [EntryKind("session-queued/1")]
    public sealed record SessionQueued : EntryBody;

    /// <summary>The session stopped and can go on.</summary>
    /// <param name="Code">The <c>CONCnnn</c> number of the reason; null when the user asked for it.</param>
    /// <param name="Fix">What to do before it is resumed.</param>
    /// <param name="Phase">The phase that can't go on; null when the reason is the whole session's.</param>
    [EntryKind("session-paused/1")]
    public sealed record SessionPaused(string Reason, string? Code, string? Fix, PhaseId? Phase = null) : EntryBody;

    /// <summary>A process took the session over, after a pause or after the process before it died.</summary>
    /// <param name="BudgetUsd">The new budget, when the user gave one.</param>
    /// <param name="OutputDirectory">Where the result is delivered from now on, absolute, when the user named another place.</param>
    [EntryKind("session-resumed/1")]
    public sealed record SessionResumed(ResumeReason Reason, string Owner, decimal? BudgetUsd, string? OutputDirectory = null) : EntryBody;

    /// <summary>All phases are done and none failed.</summary>
    [EntryKind("session-succeeded/1")]
    public sealed record SessionSucceeded(Verdict Verdict, string VerdictReason) : EntryBody;

    /// <summary>A phase failed and the workflow does not go on without it.</summary>
    [EntryKind("session-failed/1")]
    public sealed record SessionFailed(string Code, string Reason, PhaseId? FailedPhase) : EntryBody;

    /// <summary>The user cancelled it.</summary>
    [EntryKind("session-cancelled/1")]
    public sealed record SessionCancelled(string Reason) : EntryBody;

    /// <summary>A signal from the inbox became part of the story.</summary>
    [EntryKind("signal-received/1")]
    public sealed record SignalReceived(string SignalId, SignalBody Signal) : EntryBody;

    /// <summary>Something that the user should know and that ended nothing.</summary>
    [EntryKind("alert-raised/1")]
    public sealed record AlertRaised(string Code, string Message) : EntryBody;
}

/// <summary>Why a process took a session over.</summary>
public enum ResumeReason
{
    /// <summary>The user asked for it after a pause.</summary>
    Resumed,

    /// <summary>The process that ran it had gone away without a word.</summary>
    Recovered,
}

/// <summary>What is known about the result.</summary>
public enum Verdict
{
    /// <summary>The workflow verifies nothing.</summary>
    None,

    /// <summary>Built or tested only in part, or not at all; the reason says why.</summary>
    Unverified,

    /// <summary>Built, and its tests, at least one, ran green in the sandbox.</summary>
    Verified,
}

/// <summary>An agent as it takes part in one session.</summary>
/// <param name="StandsInFor">The provider that the workflow names, when its key is missing and another model plays the role; else null.</param>
public sealed record AgentSeat(Agent Agent, string? StandsInFor);

/// <summary>Where a forked session comes from.</summary>
/// <param name="Session">The session whose phases it keeps.</param>
/// <param name="From">The first phase that runs anew.</param>
/// <param name="Seq">The number of that session's last entry then.</param>
public sealed record SessionOrigin(SessionId Session, PhaseId From, long Seq);

/// <summary>The user's choices for one session.</summary>
/// <param name="OutputDirectory">Where the result is delivered, absolute.</param>
/// <param name="Simulated">The scenario that answers in place of the vendors; null for real calls.</param>
/// <param name="Unattended">Whether nobody is there to be asked.</param>
public sealed record SessionSettings(
    decimal BudgetUsd,
    BudgetAction OnExceed,
    string OutputDirectory,
    string? Simulated,
    bool Unattended)
{
    /// <summary>The repository that the session improves; null for a project of its own.</summary>
    public BaseRepository? Base { get; init; }

    /// <summary>Whether generated code runs without a sandbox, because the user typed <c>--trust</c>; nothing is then called verified.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Trust { get; init; }
}

/// <summary>A repository of the user's as a session began with it.</summary>
/// <param name="Directory">Its folder as the user knows it, absolute.</param>
/// <param name="GitDirectory">Where its git data lie, absolute.</param>
/// <param name="Commit">The commit that the session starts from, in full.</param>
/// <param name="Branch">The branch on which the result goes, without <c>refs/heads/</c>; null for one named after the session.</param>
public sealed record BaseRepository(string Directory, string GitDirectory, string Commit, string? Branch)
{
    /// <summary>The branch of a session's result.</summary>
    public string BranchOf(SessionId session) => Branch ?? $"conclave/{session}";
}
