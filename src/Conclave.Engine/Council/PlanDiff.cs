using System.Collections.Immutable;
using Conclave.Engine.Council.Rules;
using Conclave.Engine.Council.Wording;

namespace Conclave.Engine.Council;

/// <summary>Compares plans in code: deterministic, and the same whichever plan comes first.</summary>
internal static class PlanDiff
{
    private static readonly ImmutableArray<IPlanRule> Rules =
    [
        new TopicChoiceRule(),
        new UnservedEndpointRule(),
        new EndpointShapeRule(),
        new FileOwnerRule(),
        new SettingValueRule(),
        new PortClashRule(),
        new TechnologyClashRule(),
        new TechnologyVersionRule(),
        new EntityShapeRule(),
        new UntestedRequirementRule(),
    ];

    public static Comparison Compare(PlanSet plans) => new(
        Sorted([.. TopicChoiceRule.Agreements(plans), .. Shared(plans)]),
        Sorted(EndpointShapeRule.Fitting(plans)),
        Sorted(OneSided(plans)),
        Sorted(Gaps(plans)),
        Conflicts(plans));

    /// <summary>Only what contradicts itself, blocking conflicts first.</summary>
    public static ImmutableArray<Conflict> Conflicts(PlanSet plans) =>
    [
        .. DecidedOnce([.. Rules.SelectMany(rule => rule.Find(plans))])
            .OrderByDescending(conflict => conflict.Blocking)
            .ThenBy(conflict => conflict.Id, StringComparer.Ordinal),
    ];

    // `SQLite or PostgreSQL` as a topic and as two databases is one question; two votes on it could end differently.
    private static IEnumerable<Conflict> DecidedOnce(ImmutableArray<Conflict> all)
    {
        var technologies = all.Where(conflict => conflict.Rule is TechnologyClashRule.Name or TechnologyVersionRule.Name).ToList();
        var topics = all.Where(conflict => conflict.Rule == TopicChoiceRule.Name).ToList();
        var merged = technologies.ToLookup(clash => topics.Find(topic => IsAbout(topic, clash)));
        return all
            .Where(conflict => !merged.Where(group => group.Key is not null).Any(group => group.Contains(conflict)))
            .Select(conflict => merged.Contains(conflict) ? conflict with { Evidence = [.. conflict.Evidence, .. merged[conflict].SelectMany(clash => clash.Evidence)] } : conflict);
    }

    private static bool IsAbout(Conflict topic, Conflict clash) => clash.Options.All(option =>
        topic.Options.Any(choice => choice.ProposedBy.SequenceEqual(option.ProposedBy)
            && choice.Position!.Decisions.Any(decision => ChoiceText.Of(decision.Choice).Words.Overlaps(option.Position!.Technologies.Select(TechnologyVersionRule.Key)))));

    private static IEnumerable<string> Shared(PlanSet plans) =>
        from item in plans.Plans.SelectMany(plan => plan.Plan.Items().Select(item => (plan.Author, item)))
        where item.item.Kind is "file" or "entity" or "technology"
        group item.Author by Key(item.item) into item
        where item.Distinct().Count() > 1
        select $"{item.Key} is in {string.Join(" and ", item.Distinct())}";

    private static IEnumerable<string> OneSided(PlanSet plans) =>
        from plan in plans.Plans
        let others = plans.Plans.Where(other => other != plan).ToList()
        from line in OneSided(plan, others)
        select line;

    private static IEnumerable<string> OneSided(AuthoredPlan plan, List<AuthoredPlan> others)
    {
        var called = others.Append(plan).SelectMany(other => other.Calls).Select(PlanNames.Route).ToHashSet(StringComparer.Ordinal);
        foreach (var endpoint in plan.Serves.Where(endpoint => !called.Contains(PlanNames.Route(endpoint))))
        {
            yield return $"{plan.Author} serves {PlanNames.Route(endpoint)}, which nobody calls";
        }

        var topics = others.SelectMany(other => other.Plan.Decisions).Select(decision => PlanNames.Slug(decision.Topic)).ToHashSet(StringComparer.Ordinal);
        foreach (var decision in plan.Plan.Decisions.Where(decision => !topics.Contains(PlanNames.Slug(decision.Topic))))
        {
            yield return $"only {plan.Author} decides `{decision.Topic}`: {decision.Choice}";
        }

        var known = others.SelectMany(other => other.Plan.Items()).Select(Key).ToHashSet(StringComparer.Ordinal);
        foreach (var item in plan.Plan.Items().Where(item => item.Kind is "entity" or "file" && !known.Contains(Key(item))))
        {
            yield return $"only {plan.Author} has {item.Kind} {item.Name}";
        }
    }

    private static IEnumerable<string> Gaps(PlanSet plans)
    {
        if (plans.Requirements is not { } requirements)
        {
            yield break;
        }

        var decided = plans.All(plan => plan.Decisions).Select(said => PlanNames.Slug(said.Item.Topic)).ToHashSet(StringComparer.Ordinal);
        foreach (var topic in requirements.Topics.Where(topic => !decided.Contains(PlanNames.Slug(topic.Id))))
        {
            yield return $"no plan decides `{topic.Id}`: {topic.Question}";
        }

        var served = plans.Plans.SelectMany(plan => plan.Plan.Items()).Where(item => item.Kind is not ("test" or "risk")).SelectMany(item => item.Requirements).ToHashSet(StringComparer.Ordinal);
        foreach (var item in requirements.Items.Where(item => !served.Contains(item.Id)))
        {
            yield return $"no item of any plan serves {item.Id}: {item.Text}";
        }
    }

    private static string Key(PlanItem item) => item.Kind switch
    {
        "entity" => $"entity {PlanNames.Thing(item.Name)}",
        "file" => $"file {item.Name.ToLowerInvariant()}",
        "technology" => $"technology {(ChoiceText.Of(item.Name).Things is [var thing, ..] ? thing.Term.Name : PlanNames.Name(item.Name))}",
        _ => item.Id,
    };

    private static ImmutableArray<string> Sorted(IEnumerable<string> lines) => [.. lines.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
