using System.Collections.Immutable;
using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>Decides what a session does next: a pure function of its workflow and its state. A phase starts as soon as its own needs are done.</summary>
public static partial class Scheduler
{
    /// <summary>All that can be decided now; empty while everything that can run is running.</summary>
    public static ImmutableArray<SchedulerDecision> Decide(Workflow workflow, SessionState state)
    {
        if (state.IsEnded)
        {
            return [];
        }

        var decisions = workflow.Phases.SelectMany(phase => state.Phase(phase.Id).Status switch
        {
            PhaseStatus.Pending => Open(workflow, phase, state),
            PhaseStatus.Running => Joins(workflow, phase, state) is { IsEmpty: false } joins ? joins : Advance(phase, state),
            _ => [],
        }).ToImmutableArray();

        return decisions.IsEmpty && workflow.Phases.All(phase => state.Phase(phase.Id).IsDone)
            ? [new SchedulerDecision.EndSession(Ending(workflow, state))]
            : decisions;
    }

    private static IEnumerable<SchedulerDecision> Open(Workflow workflow, Phase phase, SessionState state)
    {
        if (Around(phase, state) is { } instead)
        {
            return instead;
        }

        if (!phase.Needs.All(need => state.Phase(need).IsDone))
        {
            return [];
        }

        var before = phase.Needs.All(need => state.Phase(need).SatisfiesNeeds) ? BeforeStatus.Success : BeforeStatus.Failure;
        try
        {
            var runs = (before == BeforeStatus.Success || phase.If?.AsksForStatus() == true)
                && (phase.If is not { } condition || ExpressionEvaluator.Condition(condition, SessionContexts.For(state, condition.Phases(), before, scope: phase.Scope)));
            return runs
                ? Start(workflow, phase, state)
                : [new SchedulerDecision.SkipPhase(phase, before == BeforeStatus.Success ? SkipReason.Condition : SkipReason.Blocked)];
        }
        catch (ExpressionException error)
        {
            return Failed(phase, state, "CONC030", $"the condition of phase `{phase.Id}` can't be evaluated: {error.Message}");
        }
    }

    private static IEnumerable<SchedulerDecision> Start(Workflow workflow, Phase phase, SessionState state)
    {
        try
        {
            if (phase.IsWorkflow)
            {
                CheckInputs(workflow, phase, state);
            }

            return [new SchedulerDecision.StartPhase(phase, PhaseCells.AtStart(phase, state))];
        }
        catch (ExpressionException error)
        {
            return phase.IsWorkflow
                ? Failed(phase, state, "CONC065", $"the inputs of phase `{phase.Id}` can't be evaluated: {error.Message}")
                : Failed(phase, state, "CONC064", $"the matrix of phase `{phase.Id}` can't be made: {error.Message}");
        }
    }

    private static IEnumerable<SchedulerDecision> AfterRound(Phase phase, PhaseLoop loop, SessionState state) => LoopPolicy.AfterRound(phase, loop, state) switch
    {
        SchedulerDecision.FailPhase failure => Failed(phase, state, failure.Code, failure.Reason),
        var decision => [decision],
    };

    private static IEnumerable<SchedulerDecision> Advance(Phase phase, SessionState session)
    {
        var state = session.Phase(phase.Id);
        var failed = state.Steps.FirstOrDefault(step => step.Status == StepStatus.Failed);
        var running = state.Steps.Count(step => step.Status == StepStatus.Running);
        var pending = failed is not null && phase.FailFast ? [] : state.Steps.Where(step => step.Status == StepStatus.Pending).ToList();
        if (pending.Count > 0)
        {
            return pending
                .Take(phase.MaxParallel - running)
                .Select(step => new SchedulerDecision.StartStep(phase, step.Label, step.Iteration + 1, step.NotBefore));
        }

        return (running, failed) switch
        {
            ( > 0, _) => [],
            (_, null) => phase.Loop is { } loop ? AfterRound(phase, loop, session) : [new SchedulerDecision.SucceedPhase(phase)],
            _ => Failed(phase, session, failed.Failure!.Code!, failed.Failure.Text),
        };
    }

    private static EntryBody Ending(Workflow workflow, SessionState state)
    {
        var failed = workflow.Phases.Where(phase => phase.Scope.Use is null).Select(phase => (phase.Id, State: state.Phase(phase.Id))).FirstOrDefault(phase => phase.State.Status == PhaseStatus.Failed);
        return failed.State is { Failure: { } failure }
            ? new EntryBody.SessionFailed(failure.Code!, failure.Text, failed.Id)
            : new EntryBody.SessionSucceeded(
                state.Verification?.Verdict ?? Verdict.None,
                state.Verification?.Reason ?? "the workflow verifies nothing");
    }
}
