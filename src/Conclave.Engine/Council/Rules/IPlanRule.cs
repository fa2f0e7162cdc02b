using System.Collections.Immutable;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council.Rules;

/// <summary>One way in which plans can contradict each other. It finds the conflicts and makes their options, in code. Pure.</summary>
internal interface IPlanRule
{
    /// <summary>The conflicts; the same for the same plans, whoever was given first.</summary>
    IEnumerable<Conflict> Find(PlanSet plans);
}

/// <summary>What rules share in making conflicts.</summary>
internal static class Conflicts
{
    /// <summary>The id of a conflict.</summary>
    public static string Id(string rule, string subject) => $"{rule}:{PlanNames.Slug(subject)}";

    /// <summary>One option for each position, named after the first who holds it.</summary>
    public static ImmutableArray<ConflictOption> Options<T>(IEnumerable<Position<T>> positions, Func<T, string> text, Func<T, Plan> fragment, Func<T, string?>? ruledOut = null)
    {
        var taken = new Dictionary<AgentId, int>();
        return
        [
            .. positions.Select(position =>
            {
                var number = taken[position.By[0]] = taken.GetValueOrDefault(position.By[0]) + 1;
                return new ConflictOption(number == 1 ? position.By[0].Value : $"{position.By[0]}-{number}", text(position.Item), position.By)
                {
                    RuledOut = ruledOut?.Invoke(position.Item),
                    Position = fragment(position.Item),
                };
            }),
        ];
    }
}
