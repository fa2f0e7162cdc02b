using Conclave.Engine.Definition;

namespace Conclave.Engine.Council.Rules;

/// <summary>A plan calls an endpoint that no plan serves.</summary>
internal sealed class UnservedEndpointRule : IPlanRule
{
    public const string Name = "unserved-endpoint";

    public IEnumerable<Conflict> Find(PlanSet plans)
    {
        var served = plans.Plans.SelectMany(plan => plan.Serves).Select(PlanNames.Route).Order(StringComparer.Ordinal).Distinct().ToList();
        return
            from plan in plans.Plans
            from endpoint in plan.Calls
            let route = PlanNames.Route(endpoint)
            where !served.Contains(route, StringComparer.Ordinal)
            group new Authored<Endpoint>(plan.Author, endpoint) by route into calls
            let call = calls.First().Item
            let callers = calls.Select(one => one.Author).Distinct().ToList()
            let others = plans.Plans.Select(plan => plan.Author).Except(callers).ToList()
            select new Conflict(
                Conflicts.Id(Name, calls.Key),
                Name,
                $"{calls.Key} is called but not served. Shall it exist?",
                Blocking: true,
                others is [var other] ? other : plans.Server,
                [
                    new ConflictOption("serve", $"It is served: {calls.Key} answers {call.Status} with {Fields(call)}, for {Requirements(call)}.", [.. callers])
                    {
                        Position = Plan.Empty with { Endpoints = [call with { Side = EndpointSide.Serves }] },
                    },
                    new ConflictOption("drop", "It does not exist: the part that calls it does without, with the endpoints that are served.", [.. others])
                    {
                        RuledOut = OnlyHope(plans, callers, call, calls.Key) is { } id ? $"nothing else in any plan serves {id}" : null,
                    },
                ],
                [$"{calls.Key} is called", served.Count == 0 ? "no endpoint is served" : $"served are {string.Join(", ", served)}"]);
    }

    /// <summary>A requirement for which nobody but the callers plans anything.</summary>
    private static string? OnlyHope(PlanSet plans, List<AgentId> callers, Endpoint call, string route)
    {
        var hope = plans.Plans
            .SelectMany(plan => plan.Plan.Items().Where(item => !callers.Contains(plan.Author) || (item.Kind is "endpoint" && item.Name != route)))
            .Where(item => item.Kind is not ("test" or "risk"))
            .SelectMany(item => item.Requirements)
            .ToHashSet(StringComparer.Ordinal);
        return call.Requirements.FirstOrDefault(id => !hope.Contains(id));
    }

    private static string Fields(Endpoint endpoint) =>
        endpoint.ResponseFields.IsEmpty ? "no fields" : string.Join(", ", endpoint.ResponseFields.Select(field => field.Name));

    private static string Requirements(Endpoint endpoint) =>
        endpoint.Requirements.IsEmpty ? "no requirement" : string.Join(", ", endpoint.Requirements);
}
