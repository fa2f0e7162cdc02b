using System.Collections.Immutable;
using Conclave.Engine.Council.Rules;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Council;

/// <summary>What is wrong with a plan or a contract that its form can't show, in words for the agent that wrote it. Pure.</summary>
internal static class PlanCheck
{
    private static readonly AgentId Itself = new("contract");

    /// <summary>A plan uses the topics and requirement ids that were issued, and no others.</summary>
    public static IEnumerable<string> Plan(Plan plan, Requirements? requirements) => requirements is null ? [] : Ids(plan, requirements);

    /// <summary>
    /// A contract decides every topic, follows every decision, and does not contradict itself: the rules for plans hold for it alone, and for it beside
    /// what was decided.
    /// </summary>
    public static IEnumerable<string> Contract(Contract contract, Requirements? requirements, ImmutableArray<CouncilDecision> decisions)
    {
        var plan = contract.AsPlan();
        var alone = PlanDiff.Conflicts(PlanSet.Of(requirements, new AuthoredPlan(Itself, plan)));
        var known = alone.Select(conflict => conflict.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. requirements is null ? [] : Ids(plan, requirements),
            .. alone.Select(conflict => $"{conflict.Question} {string.Join("; ", conflict.Evidence)}."),
            .. decisions.Select(decision => Breach(plan, decision, known)).OfType<string>(),
        ];
    }

    private static string? Breach(Plan contract, CouncilDecision decision, HashSet<string> known)
    {
        var option = decision.Chosen();
        var broken = option.Position is { } position
            ? PlanDiff.Conflicts(PlanSet.Of(null, new AuthoredPlan(Itself, contract), new AuthoredPlan(new AgentId("decision"), Relied(position)))).Where(conflict => !known.Contains(conflict.Id)).SelectMany(conflict => conflict.Evidence).ToList()
            : [];
        if (decision is { Conflict.Rule: UnservedEndpointRule.Name, Choice: "drop" })
        {
            broken.AddRange(contract.Endpoints.Select(PlanNames.Route).Where(route => Conflicts.Id(UnservedEndpointRule.Name, route) == decision.Conflict.Id).Select(route => $"{route} is there"));
        }

        return broken.Count == 0 ? null : $"It was decided: {decision.Conflict.Question} {option.Text} The contract says otherwise: {string.Join("; ", broken)}.";
    }

    // Whoever relies on a decision about an endpoint calls it.
    private static Plan Relied(Plan position) => position with { Endpoints = [.. position.Endpoints.Select(endpoint => endpoint with { Side = EndpointSide.Calls })] };

    private static IEnumerable<string> Ids(Plan plan, Requirements requirements)
    {
        var ids = requirements.Items.Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (item, id) in plan.Items().SelectMany(item => item.Requirements.Where(id => !ids.Contains(id)).Select(id => (item, id))))
        {
            yield return $"{item.Id} names the requirement `{id}`, which does not exist; the ids are {string.Join(", ", requirements.Items.Select(known => known.Id))}.";
        }

        var topics = requirements.Topics.Select(topic => topic.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var decision in plan.Decisions.Where(decision => !topics.Contains(decision.Topic)))
        {
            yield return $"`{decision.Topic}` is no topic; the topics are {string.Join(", ", requirements.Topics.Select(known => known.Id))}.";
        }

        foreach (var topic in requirements.Topics.Where(topic => plan.Decisions.Count(decision => decision.Topic == topic.Id) != 1))
        {
            yield return $"the topic `{topic.Id}` needs exactly one decision.";
        }
    }
}
