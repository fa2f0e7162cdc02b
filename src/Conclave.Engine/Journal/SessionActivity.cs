using System.Collections.Immutable;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;

namespace Conclave.Engine.Journal;

/// <summary>
/// What keeps a session from its end: the steps that are under way and the gates that are open. A left fold of the entries, the same for the
/// state and for the summary, so that both say <see cref="SessionStatus.Waiting"/> at the same entry.
/// </summary>
/// <param name="UnderWay">The names of the steps that run or will be tried again. A step that stands for the phases of a workflow does nothing itself.</param>
/// <param name="OpenGates">The gates without an answer, the oldest first.</param>
public sealed record SessionActivity(ImmutableArray<string> UnderWay, ImmutableArray<OpenGate> OpenGates)
{
    /// <summary>Nothing.</summary>
    public static SessionActivity None { get; } = new([], []);

    /// <summary>A step's name for people: its phase, or <c>phase/step</c> in a matrix.</summary>
    public static string NameOf(PhaseId phase, string? step) => step is null ? phase.Value : $"{phase}/{step}";

    /// <summary>
    /// The status of a session that was not stopped: it waits when every step that is under way stands at an open gate. Between the end of one
    /// phase and the start of the next it may say so for a moment.
    /// </summary>
    public SessionStatus Status(SessionStatus status) => status switch
    {
        SessionStatus.Running or SessionStatus.Waiting => WaitsForPeople ? SessionStatus.Waiting : SessionStatus.Running,
        _ => status,
    };

    /// <summary>The activity after one more entry.</summary>
    public SessionActivity After(JournalEntry entry) => entry.Body switch
    {
        EntryBody.StepStarted { IsAround: true } => this,
        EntryBody.StepStarted => Left(NameOf(entry)) is var rest ? rest with { UnderWay = rest.UnderWay.Add(NameOf(entry)) } : this,
        EntryBody.StepFailed { RetryAt: not null } => this with { OpenGates = OpenGates.RemoveAll(gate => gate.Name == NameOf(entry)) },
        EntryBody.StepSucceeded or EntryBody.StepFailed => Left(NameOf(entry)),
        EntryBody.PhaseSucceeded or EntryBody.PhaseFailed or EntryBody.PhaseSkipped => Left(entry.Phase!.Value),
        EntryBody.ApprovalAsked { Purpose: GatePurpose.Escalation } asked => Left(entry.Phase!.Value).Opened(entry, asked),
        EntryBody.ApprovalAsked asked => Opened(entry, asked),
        EntryBody.ApprovalGiven given => this with { OpenGates = OpenGates.RemoveAll(gate => gate.Gate == given.Gate) },
        EntryBody.SessionSucceeded or EntryBody.SessionFailed or EntryBody.SessionCancelled => None,
        _ => this,
    };

    /// <inheritdoc />
    public bool Equals(SessionActivity? other) => other is not null && UnderWay.SequenceEqual(other.UnderWay) && OpenGates.SequenceEqual(other.OpenGates);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(UnderWay.Length, OpenGates.Length);

    private bool WaitsForPeople => !OpenGates.IsEmpty && UnderWay.All(step => OpenGates.Any(gate => gate.Name == step));

    private static string NameOf(JournalEntry entry) => NameOf(entry.Phase!.Value, entry.Step);

    private SessionActivity Opened(JournalEntry entry, EntryBody.ApprovalAsked asked) =>
        this with { OpenGates = OpenGates.Add(new OpenGate(asked.Gate, NameOf(entry))) };

    private SessionActivity Left(string step) => new(UnderWay.Remove(step), OpenGates.RemoveAll(gate => gate.Name == step));

    private SessionActivity Left(PhaseId phase)
    {
        bool Inside(string name) => name == phase.Value || name.StartsWith($"{phase}/", StringComparison.Ordinal);
        return new(UnderWay.RemoveAll(Inside), OpenGates.RemoveAll(gate => Inside(gate.Name)));
    }
}

/// <summary>A gate that waits for an answer.</summary>
/// <param name="Name">Its name for people: that of the step or phase that stands at it.</param>
public sealed record OpenGate(DoorKey Gate, string Name);
