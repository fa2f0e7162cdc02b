using Conclave.Engine.Council.Wording;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council.Rules;

/// <summary>The same topic, another choice.</summary>
internal sealed class TopicChoiceRule : IPlanRule
{
    public const string Name = "topic-choice";

    public IEnumerable<Conflict> Find(PlanSet plans) =>
        from said in plans.All(plan => plan.Decisions).GroupBy(said => PlanNames.Slug(said.Item.Topic), StringComparer.Ordinal)
        let positions = Position<PlanDecision>.Of(said, Same)
        where positions.Length > 1
        let topic = plans.Requirements?.Topics.FirstOrDefault(topic => PlanNames.Slug(topic.Id) == said.Key)
        select new Conflict(
            Conflicts.Id(Name, said.Key),
            Name,
            topic?.Question ?? $"What is chosen for `{said.Key}`?",
            positions.Any(position => position.Item.Blocking),
            topic is null ? null : new AgentId(topic.Owner),
            Conflicts.Options(positions, Text, decision => Plan.Empty with { Decisions = [decision] }),
            [.. positions.Select(position => $"{said.Key}: {PlanNames.Short(position.Item.Choice, 120)}")]);

    /// <summary>The topics on which more than one plan chooses the same.</summary>
    public static IEnumerable<string> Agreements(PlanSet plans) =>
        from said in plans.All(plan => plan.Decisions).GroupBy(said => PlanNames.Slug(said.Item.Topic), StringComparer.Ordinal)
        where said.Count() > 1 && Position<PlanDecision>.Of(said, Same).Length == 1
        select $"{said.Key}: {said.First().Item.Choice}";

    private static bool Same(PlanDecision one, PlanDecision other) => ChoiceText.Of(one.Choice).Means(ChoiceText.Of(other.Choice));

    private static string Text(PlanDecision decision) => $"{PlanNames.Short(decision.Choice, 120).TrimEnd('.')}. {PlanNames.Short(decision.Reason)}";
}
