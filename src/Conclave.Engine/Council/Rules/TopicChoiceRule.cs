using Conclave.Engine.Definition;

namespace Conclave.Engine.Council.Rules;

/// <summary>The same topic, another choice.</summary>
internal sealed class TopicChoiceRule : IPlanRule
{
    public IEnumerable<Conflict> Find(AlignedPlans plans) =>
        from pair in Shared(plans)
        where !Same(pair.First.Choice, pair.Second.Choice)
        let topic = plans.Requirements?.Topics.FirstOrDefault(topic => topic.Id == pair.First.Topic)
        select new Conflict(
            $"topic-choice:{PlanNames.Slug(pair.First.Topic)}",
            "topic-choice",
            topic?.Question ?? $"What is chosen for `{pair.First.Topic}`?",
            pair.First.Blocking || pair.Second.Blocking,
            topic is null ? null : new AgentId(topic.Owner),
            [Option(plans.First, pair.First), Option(plans.Second, pair.Second)],
            [Quote(pair.First), Quote(pair.Second)]);

    public static IEnumerable<string> Agreements(AlignedPlans plans) =>
        Shared(plans).Where(pair => Same(pair.First.Choice, pair.Second.Choice)).Select(pair => $"{pair.First.Topic}: {pair.First.Choice}");

    private static IEnumerable<(PlanDecision First, PlanDecision Second)> Shared(AlignedPlans plans) =>
        from first in plans.First.Plan.Decisions
        join second in plans.Second.Plan.Decisions on first.Topic equals second.Topic
        select (first, second);

    // `SQLite` and `SQLite through sqlite3` say the same: the words of one are among the words of the other.
    private static bool Same(string one, string other)
    {
        var (a, b) = (PlanNames.Words(one), PlanNames.Words(other));
        return a.IsSubsetOf(b) || b.IsSubsetOf(a);
    }

    private static ConflictOption Option(AuthoredPlan plan, PlanDecision decision) =>
        new(plan.Author.Value, $"{PlanNames.Short(decision.Choice, 120)}. {PlanNames.Short(decision.Reason)}", [plan.Author]);

    private static string Quote(PlanDecision decision) => $"{decision.Topic}: {PlanNames.Short(decision.Choice, 120)}";
}
