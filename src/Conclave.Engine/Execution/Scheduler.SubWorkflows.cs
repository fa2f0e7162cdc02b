using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

public static partial class Scheduler
{
    // A phase inside of another begins when the step around it has begun, and never once that is over. Null when it may begin.
    private static ImmutableArray<SchedulerDecision>? Around(Phase phase, SessionState state)
    {
        if (phase.Scope.Use is not { By: var around })
        {
            return null;
        }

        var outer = state.Phase(around.Phase);
        if (outer.IsDone)
        {
            return [new SchedulerDecision.SkipPhase(phase, outer.Status == PhaseStatus.Skipped ? SkipReason.Condition : SkipReason.Blocked)];
        }

        return outer.Steps.Any(step => step.Label == around.Step && step.Status == StepStatus.Running) ? null : [];
    }

    private static ImmutableArray<SchedulerDecision> Joins(Workflow workflow, Phase phase, SessionState state) => !phase.IsWorkflow ? [] :
    [
        .. from step in state.Phase(phase.Id).Steps
           where step.Status == StepStatus.Running
           let inside = workflow.Inside(new StepPlace(phase.Id, step.Label)).ToList()
           where inside.TrueForAll(inner => state.Phase(inner.Id).IsDone)
           select new SchedulerDecision.EndStep(phase, step.Label, Join(inside, step, state)),
    ];

    private static EntryBody Join(List<Phase> inside, StepState step, SessionState state)
    {
        if (inside.Find(inner => state.Phase(inner.Id).Status == PhaseStatus.Failed) is { } failed)
        {
            var why = state.Phase(failed.Id).Failure!;
            return new EntryBody.StepFailed(step.Iteration, why.Code!, failed.IsWorkflow ? why.Text : $"phase `{failed.Id}` failed: {why.Text}", null, [], null);
        }

        var output = new JsonObject(inside.Select(inner => KeyValuePair.Create(inner.Name, SessionContexts.Output(state, inner.Id))));
        return new EntryBody.StepSucceeded(step.Iteration, StoredText.From(output.ToJsonString(EngineJson.Options)), [], null, []);
    }

    // What is given to a file is looked at before anything in it begins, so that a mistake shows where it was made.
    private static void CheckInputs(Workflow workflow, Phase phase, SessionState state)
    {
        foreach (var cell in phase.Matrix)
        {
            var inner = workflow.Inside(new StepPlace(phase.Id, cell.Label)).First();
            _ = SessionContexts.Inputs(state, inner.Scope);
        }
    }
}
