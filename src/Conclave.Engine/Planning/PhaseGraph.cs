using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

/// <summary>The order of phases and who comes before whom.</summary>
internal static class PhaseGraph
{
    /// <summary>The names so ordered that each comes after its needs, as near to the file's order as that allows; null when there is a cycle.</summary>
    public static ImmutableArray<PhaseId>? Order(IReadOnlyList<(PhaseId Id, ImmutableArray<PhaseId> Needs)> phases)
    {
        var order = ImmutableArray.CreateBuilder<PhaseId>(phases.Count);
        var done = new HashSet<PhaseId>();
        while (order.Count < phases.Count)
        {
            var next = phases.FirstOrDefault(phase => !done.Contains(phase.Id) && phase.Needs.All(done.Contains));
            if (next == default)
            {
                return null;
            }

            done.Add(next.Id);
            order.Add(next.Id);
        }

        return order.ToImmutable();
    }

    /// <summary>The whole path of one cycle, its first phase again at the end: <c>plan, vote, plan</c>.</summary>
    public static ImmutableArray<PhaseId> Cycle(IReadOnlyList<(PhaseId Id, ImmutableArray<PhaseId> Needs)> phases)
    {
        var needs = phases.ToDictionary(phase => phase.Id, phase => phase.Needs);
        var clean = new HashSet<PhaseId>();
        foreach (var (id, _) in phases)
        {
            var path = new List<PhaseId>();
            if (Find(id, path))
            {
                return [.. path[path.IndexOf(path[^1])..]];
            }
        }

        return [];

        bool Find(PhaseId id, List<PhaseId> path)
        {
            var seen = path.Contains(id);
            path.Add(id);
            if (seen || (!clean.Contains(id) && needs[id].Any(need => Find(need, path))))
            {
                return true;
            }

            clean.Add(id);
            path.RemoveAt(path.Count - 1);
            return false;
        }
    }

    /// <summary>All phases before <paramref name="needs"/>, themselves included.</summary>
    public static ImmutableHashSet<PhaseId> Ancestors(ImmutableArray<PhaseId> needs, IReadOnlyDictionary<PhaseId, Phase> planned) =>
        needs.Aggregate(ImmutableHashSet<PhaseId>.Empty, (all, need) => all.Add(need).Union(planned[need].Ancestors));
}
