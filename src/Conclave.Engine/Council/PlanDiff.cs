using System.Collections.Immutable;
using Conclave.Engine.Council.Rules;

namespace Conclave.Engine.Council;

/// <summary>Compares two plans in code: deterministic, and the same whichever plan comes first.</summary>
internal static class PlanDiff
{
    private static readonly ImmutableArray<IPlanRule> Rules =
    [
        new TopicChoiceRule(),
        new UnservedEndpointRule(),
        new EndpointShapeRule(),
        new FileOwnerRule(),
        new SettingClashRule(),
        new TechnologyVersionRule(),
    ];

    public static Comparison Compare(AlignedPlans plans)
    {
        var conflicts = Rules.SelectMany(rule => rule.Find(plans)).OrderByDescending(conflict => conflict.Blocking).ThenBy(conflict => conflict.Id, StringComparer.Ordinal);
        return new Comparison(
            Sorted(TopicChoiceRule.Agreements(plans)),
            Sorted(EndpointShapeRule.Fitting(plans)),
            Sorted(OneSided(plans)),
            Sorted(Gaps(plans)),
            [.. conflicts]);
    }

    private static IEnumerable<string> OneSided(AlignedPlans plans)
    {
        foreach (var (plan, other) in plans.Pairs)
        {
            var called = other.Calls.Select(PlanNames.Route).ToHashSet(StringComparer.Ordinal);
            foreach (var endpoint in plan.Serves.Where(endpoint => !called.Contains(PlanNames.Route(endpoint))))
            {
                yield return $"{plan.Author} serves {PlanNames.Route(endpoint)}, which {other.Author} does not call";
            }

            var theirs = other.Plan.Decisions.Select(decision => decision.Topic).ToHashSet(StringComparer.Ordinal);
            foreach (var decision in plan.Plan.Decisions.Where(decision => !theirs.Contains(decision.Topic)))
            {
                yield return $"only {plan.Author} decides `{decision.Topic}`: {decision.Choice}";
            }
        }
    }

    private static IEnumerable<string> Gaps(AlignedPlans plans)
    {
        if (plans.Requirements is not { } requirements)
        {
            yield break;
        }

        var decided = plans.Both.SelectMany(plan => plan.Plan.Decisions).Select(decision => decision.Topic).ToHashSet(StringComparer.Ordinal);
        foreach (var topic in requirements.Topics.Where(topic => !decided.Contains(topic.Id)))
        {
            yield return $"no plan decides `{topic.Id}`: {topic.Question}";
        }

        var tested = plans.Both.SelectMany(plan => plan.Plan.AcceptanceTests).SelectMany(test => test.Requirements).ToHashSet(StringComparer.Ordinal);
        foreach (var item in requirements.Items.Where(item => !tested.Contains(item.Id)))
        {
            yield return $"no plan has an acceptance test for {item.Id}: {item.Text}";
        }
    }

    private static ImmutableArray<string> Sorted(IEnumerable<string> lines) => [.. lines.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
