using System.Collections.Immutable;
using System.Text.Json;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>
/// Plans side by side, in an order that does not depend on who was given first. Usually two; one alone can contradict itself, too.
/// </summary>
/// <param name="Requirements">What they plan for; null when the workflow has none.</param>
internal sealed record PlanSet(ImmutableArray<AuthoredPlan> Plans, Requirements? Requirements)
{
    public static PlanSet Of(Requirements? requirements, params IEnumerable<AuthoredPlan> plans) => new(
    [
        .. plans
            .OrderBy(plan => plan.Author.Value, StringComparer.Ordinal)
            .ThenBy(plan => JsonSerializer.Serialize(plan.Plan, EngineJson.Options), StringComparer.Ordinal),
    ],
        requirements);

    /// <summary>The one author whose part answers requests; null when that is nobody or more than one.</summary>
    public AgentId? Server => Plans.Where(plan => plan.Serves.Any()).Select(plan => plan.Author).Distinct().ToList() is [var only] ? only : null;

    /// <summary>Items of one kind with their authors, in the order of the plans.</summary>
    public IEnumerable<Authored<T>> All<T>(Func<Plan, IEnumerable<T>> items) => Plans.SelectMany(plan => items(plan.Plan).Select(item => new Authored<T>(plan.Author, item)));

    /// <summary>The author whom a plan means by the name of a part; null when that is nobody here.</summary>
    public AgentId? Part(string name) => Plans.Select(plan => plan.Author).Cast<AgentId?>().FirstOrDefault(author => PlanNames.Name(author!.Value.Value) == PlanNames.Name(name));
}

/// <summary>A plan and who wrote it.</summary>
internal sealed record AuthoredPlan(AgentId Author, Plan Plan)
{
    public IEnumerable<Endpoint> Serves => Plan.Endpoints.Where(endpoint => endpoint.Side == EndpointSide.Serves);

    public IEnumerable<Endpoint> Calls => Plan.Endpoints.Where(endpoint => endpoint.Side == EndpointSide.Calls && !PlanNames.IsElsewhere(endpoint));
}

/// <summary>An item and who planned it.</summary>
internal sealed record Authored<T>(AgentId Author, T Item);

/// <summary>What some say about a subject.</summary>
/// <param name="Items">In the words of each who says it; the first stands for all.</param>
internal sealed record Position<T>(ImmutableArray<T> Items, ImmutableArray<AgentId> By)
{
    public T Item => Items[0];

    /// <summary>
    /// The different positions among what is said, in the order in which they come first. Fitting does not carry over (a call may fit two servers that
    /// do not fit each other), so who joins a position must fit everyone in it: there is one position exactly when all fit all.
    /// </summary>
    public static ImmutableArray<Position<T>> Of(IEnumerable<Authored<T>> said, Func<T, T, bool> fit)
    {
        var positions = new List<Position<T>>();
        foreach (var one in said)
        {
            var at = positions.FindIndex(known => known.Items.All(item => fit(item, one.Item)));
            if (at < 0)
            {
                positions.Add(new Position<T>([one.Item], [one.Author]));
            }
            else
            {
                positions[at] = new Position<T>(positions[at].Items.Add(one.Item), positions[at].By.Contains(one.Author) ? positions[at].By : positions[at].By.Add(one.Author));
            }
        }

        return [.. positions];
    }

    /// <summary>What keeps positions apart.</summary>
    public static ImmutableArray<string> Differences(ImmutableArray<Position<T>> positions, Func<T, T, IEnumerable<string>> between) =>
    [
        .. (from one in positions
            from other in positions.SkipWhile(position => position != one).Skip(1)
            from a in one.Items
            from b in other.Items
            from line in between(a, b)
            select line).Distinct(StringComparer.Ordinal),
    ];
}
