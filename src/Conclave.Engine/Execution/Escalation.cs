using System.Collections.Immutable;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>A failed phase that asks a human what to do (<c>on_error: escalate</c>). Pure.</summary>
internal static class Escalation
{
    /// <summary>The failed steps are started again.</summary>
    public const string Retry = "retry";

    /// <summary>The workflow goes on without the phase.</summary>
    public const string Continue = "continue";

    /// <summary>The phase has failed.</summary>
    public const string Fail = "fail";

    /// <summary>What can be done: only steps that failed can be tried again, and the phases inside of a workflow's step are not such steps.</summary>
    public static ImmutableArray<string> Options(Phase phase, PhaseState state) =>
        !phase.IsWorkflow && state.Steps.Any(step => step.Status == StepStatus.Failed) ? [Retry, Continue, Fail] : [Continue, Fail];

    /// <summary>The gate of a phase's failure. Each new try of a step, and each round, makes the next failure another one, with a gate of its own.</summary>
    public static DoorKey Gate(Phase phase, PhaseState state) =>
        DoorKey.Of(phase.Id, "", state.Steps.Sum(step => step.Iteration), "escalate", state.Round);

    public static EntryBody.ApprovalAsked Question(Phase phase, PhaseState state, string code, string reason) => new(
        Gate(phase, state),
        GatePurpose.Escalation,
        StoredText.From($"phase `{phase.Id}` failed: {code} {reason}. What now?"),
        Options(phase, state),
        null,
        null);
}
