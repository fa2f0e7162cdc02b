using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

/// <summary>How a workflow spreads over time, as far as its graph says it.</summary>
public static class WorkflowShape
{
    /// <summary>With more steps than this the width is only bounded by the widest wave.</summary>
    private const int MaxExact = 500;

    /// <summary>The earliest round of each phase, from 1: one more than the latest of those before it. No round waits for another one; it only shows the order.</summary>
    public static ImmutableDictionary<PhaseId, int> Waves(Workflow workflow)
    {
        var waves = new Dictionary<PhaseId, int>();
        int Wave(PhaseId id) => waves.TryGetValue(id, out var known) ? known : waves[id] = 1 + Before(workflow, workflow[id]).Select(Wave).DefaultIfEmpty(0).Max();
        return workflow.Phases.ToImmutableDictionary(phase => phase.Id, phase => Wave(phase.Id));
    }

    /// <summary>
    /// The phases right before one, as they run: a phase that uses a file comes after the last ones of that file, the first ones of which come after
    /// what the phase itself needs.
    /// </summary>
    public static ImmutableArray<PhaseId> Before(Workflow workflow, Phase phase)
    {
        var inside = phase.IsWorkflow ? workflow.Phases.Where(inner => inner.Scope.Use?.By.Phase == phase.Id).ToList() : [];
        return inside.Count > 0 ? [.. inside.Where(inner => !inside.Exists(other => other.Needs.Contains(inner.Id))).Select(inner => inner.Id)]
            : phase.Needs.IsEmpty && phase.Scope.Use is { } use ? Outside(workflow, use)
            : phase.Needs;
    }

    private static ImmutableArray<PhaseId> Outside(Workflow workflow, WorkflowUse use) => workflow[use.By.Phase] switch
    {
        { Needs.IsEmpty: false } by => by.Needs,
        { Scope.Use: { } outer } => Outside(workflow, outer),
        _ => [],
    };

    /// <summary>
    /// How many steps can run side by side: the largest set of steps of which none waits for another. By Dilworth's theorem it has as many steps as
    /// there are, less the largest matching of steps with steps that come later.
    /// </summary>
    public static int Width(IEnumerable<Phase> phases)
    {
        var steps = phases.SelectMany(phase => Enumerable.Repeat(phase, Math.Min(phase.MostSteps, phase.MaxParallel))).ToImmutableArray();
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
