using System.Collections.Immutable;
using Conclave.Engine.Definition.Expressions;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution;

/// <summary>The values of a phase's steps: from the workflow, or from expressions at its start and from then on from the journal.</summary>
internal static class PhaseCells
{
    /// <summary>Those of a phase that has begun.</summary>
    public static ImmutableArray<MatrixCell> Of(Phase phase, PhaseState state) =>
        state.Cells is { } stored ? MatrixCells.FromJson(stored.Text, state.Steps.Select(step => step.Label)) : phase.Matrix;

    /// <summary>Those of a phase that is about to begin.</summary>
    /// <exception cref="ExpressionException">The matrix can't be evaluated, or gives something else than a list of a bearable length.</exception>
    public static ImmutableArray<MatrixCell> AtStart(Phase phase, SessionState state) => phase.MatrixSource is { } source
        ? source.Cells(expression => ExpressionEvaluator.Evaluate(expression, SessionContexts.Of(phase, state, [expression])))
        : phase.Matrix;
}
