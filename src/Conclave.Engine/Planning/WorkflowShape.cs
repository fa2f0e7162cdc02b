using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

/// <summary>How a workflow spreads over time, as far as its graph says it.</summary>
public static class WorkflowShape
{
    /// <summary>With more steps than this the width is only bounded by the widest wave.</summary>
    private const int MaxExact = 500;

    /// <summary>The earliest round of each phase, from 1: one more than the latest of its needs. No round waits for another one; it only shows the order.</summary>
    public static ImmutableDictionary<PhaseId, int> Waves(Workflow workflow)
    {
        var waves = ImmutableDictionary.CreateBuilder<PhaseId, int>();
        foreach (var phase in workflow.Phases)
        {
            waves[phase.Id] = 1 + phase.Needs.Select(need => waves[need]).DefaultIfEmpty(0).Max();
        }

        return waves.ToImmutable();
    }

    /// <summary>
    /// How many steps can run side by side: the largest set of steps of which none waits for another. By Dilworth's theorem it has as many steps as
    /// there are, less the largest matching of steps with steps that come later.
    /// </summary>
    public static int Width(IEnumerable<Phase> phases)
    {
        var steps = phases.SelectMany(phase => Enumerable.Repeat(phase, Math.Min(phase.Matrix.Length, phase.MaxParallel))).ToImmutableArray();
        if (steps.Length > MaxExact)
        {
            return steps.GroupBy(step => step.Ancestors.Count).Max(group => group.Count());
        }

        var takenBy = Enumerable.Repeat(-1, steps.Length).ToArray();
        return steps.Length - Enumerable.Range(0, steps.Length).Count(earlier => Match(steps, earlier, takenBy, new bool[steps.Length]));
    }

    private static bool Match(ImmutableArray<Phase> steps, int earlier, int[] takenBy, bool[] tried)
    {
        for (var later = 0; later < steps.Length; later++)
        {
            if (tried[later] || !steps[later].Ancestors.Contains(steps[earlier].Id))
            {
                continue;
            }

            tried[later] = true;
            if (takenBy[later] < 0 || Match(steps, takenBy[later], takenBy, tried))
            {
                takenBy[later] = earlier;
                return true;
            }
        }

        return false;
    }
}
