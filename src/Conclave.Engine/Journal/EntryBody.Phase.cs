using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Journal;

public abstract partial record EntryBody
{
    /// <summary>The needs of the phase are done and its condition holds.</summary>
    /// <param name="Steps">The labels of its steps in matrix order; one empty label without a matrix.</param>
    /// <param name="Cells">The values of each step as a JSON list of objects, where the matrix was known only when the phase started; null where the workflow says them.</param>
    [EntryKind("phase-started/1")]
    public sealed record PhaseStarted(ImmutableArray<string> Steps, StoredText? Cells = null) : EntryBody
    {
        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => Cells is null ? [] : [Cells];
    }

    /// <summary>A phase with a loop begins a further round of its steps, the condition of the loop being false after the one before.</summary>
    /// <param name="Round">From 2; the first begins with the phase.</param>
    [EntryKind("round-started/1")]
    public sealed record RoundStarted(int Round) : EntryBody;

    /// <summary>All its steps succeeded; their files are now the project's.</summary>
    [EntryKind("phase-succeeded/1")]
    public sealed record PhaseSucceeded : EntryBody;

    /// <summary>A step failed for good, or the condition can't be evaluated.</summary>
    /// <param name="Tolerated">Whether the workflow goes on without it (<c>on_error: continue</c> or a default).</param>
    [EntryKind("phase-failed/1")]
    public sealed record PhaseFailed(string Code, string Reason, bool Tolerated) : EntryBody
    {
        /// <summary>The output that later phases read instead, as JSON (<c>on_error: { default: ... }</c>); null for none.</summary>
        public StoredText? Output { get; init; }

        /// <summary>What was left out on the way, for people; null for nothing.</summary>
        public string? Note { get; init; }

        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => Output is { } output ? [output] : [];
    }

    /// <summary>The phase will not run.</summary>
    [EntryKind("phase-skipped/1")]
    public sealed record PhaseSkipped(SkipReason Why) : EntryBody;

    /// <summary>One try of a step began. Its iteration is part of the key of everything it asks and does.</summary>
    /// <param name="NotBefore">The time before which it does not start; null for at once.</param>
    [EntryKind("step-started/1")]
    public sealed record StepStarted(int Iteration, DateTimeOffset? NotBefore) : EntryBody
    {
        /// <summary>Whether it stands for the phases of a workflow, which do what there is to do.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool IsAround { get; init; }
    }

    /// <summary>A step gave its output.</summary>
    /// <param name="Output">JSON.</param>
    /// <param name="Files">The files it wrote or deleted, applied when the phase succeeds.</param>
    /// <param name="Notes">What was noticed, degraded or left out, for people.</param>
    [EntryKind("step-succeeded/1")]
    public sealed record StepSucceeded(
        int Iteration,
        StoredText Output,
        ImmutableArray<FileChange> Files,
        VerificationSummary? Verification,
        ImmutableArray<string> Notes) : EntryBody
    {
        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => Verification?.Evidence is { } evidence ? [Output, evidence] : [Output];

        /// <inheritdoc />
        public override IEnumerable<BlobId> Blobs() => base.Blobs().Concat(Files.Select(file => file.Blob).OfType<BlobId>());
    }

    /// <summary>One try of a step failed.</summary>
    /// <param name="RetryAt">When it is tried again; null when it is not.</param>
    /// <param name="Files">What it had written when it failed, kept so that the user can look at it.</param>
    [EntryKind("step-failed/1")]
    public sealed record StepFailed(
        int Iteration,
        string Code,
        string Reason,
        DateTimeOffset? RetryAt,
        ImmutableArray<FileChange> Files,
        VerificationSummary? Verification) : EntryBody
    {
        /// <inheritdoc />
        public override IEnumerable<StoredText> Texts() => Verification?.Evidence is { } evidence ? [evidence] : [];

        /// <inheritdoc />
        public override IEnumerable<BlobId> Blobs() => base.Blobs().Concat(Files.Select(file => file.Blob).OfType<BlobId>());
    }
}

/// <summary>Why a phase does not run.</summary>
public enum SkipReason
{
    /// <summary>Its own condition is false: the phases after it may run.</summary>
    Condition,

    /// <summary>Something before it failed: the phases after it are blocked too.</summary>
    Blocked,

    /// <summary>The session is being cancelled.</summary>
    Cancelled,
}

/// <summary>One file of the project that a step wrote or deleted.</summary>
/// <param name="Path">Relative to the project, with <c>/</c>.</param>
/// <param name="Blob">Its content; null when it was deleted.</param>
/// <param name="Agent">Who wrote it; null for Conclave itself.</param>
/// <param name="Model">The model that wrote it; null for Conclave itself.</param>
/// <param name="Requirements">The ids of the requirements that it serves.</param>
public sealed record FileChange(
    string Path,
    BlobId? Blob,
    AgentId? Agent,
    string? Model,
    ImmutableArray<string> Requirements);

/// <summary>What building and testing the project showed.</summary>
/// <param name="Reason">One line for people: why it is not verified, or what was.</param>
/// <param name="TestsPassed">Tests that ran green in the sandbox.</param>
/// <param name="Evidence">The commands, exit codes and output, as JSON; null when nothing ran.</param>
public sealed record VerificationSummary(Verdict Verdict, string Reason, int TestsPassed, int TestsFailed, StoredText? Evidence)
{
    /// <summary>The repairs on the way there, in their order; null when there were none.</summary>
    public ImmutableArray<RepairRecord>? Repairs { get; init; }
}

/// <summary>One rung of the repair ladder: what was wrong, who was asked, what came of it.</summary>
/// <param name="Rung">The kind of rung: <c>same</c>, <c>fresh</c> or <c>other-vendor</c>.</param>
/// <param name="Agent">Who repaired, which may be a fallback.</param>
/// <param name="Failure">What was wrong before it, in one line.</param>
/// <param name="Fingerprint">By which the failure is known when it comes again.</param>
/// <param name="Explanation">What the agent says that it did, in one line.</param>
/// <param name="Files">The paths of what it changed.</param>
/// <param name="CostUsd">What its call cost.</param>
public sealed record RepairRecord(
    string Rung, AgentId Agent, string Model, string Failure, string Fingerprint, string Explanation, ImmutableArray<string> Files, decimal CostUsd);
