namespace Conclave.Engine.Council.Rules;

/// <summary>One plan calls an endpoint that no plan serves.</summary>
internal sealed class UnservedEndpointRule : IPlanRule
{
    public IEnumerable<Conflict> Find(AlignedPlans plans)
    {
        var served = plans.Both.SelectMany(plan => plan.Serves).Select(PlanNames.Route).ToHashSet(StringComparer.Ordinal);
        return
            from pair in plans.Pairs
            from endpoint in pair.Plan.Calls
            let route = PlanNames.Route(endpoint)
            where !served.Contains(route)
            group (pair, endpoint) by route into calls
            let caller = calls.First().pair.Plan
            let server = calls.First().pair.Other
            select new Conflict(
                $"unserved-endpoint:{PlanNames.Slug(calls.Key)}",
                "unserved-endpoint",
                $"{calls.Key} is called but not served. Shall it exist?",
                Blocking: true,
                server.Author,
                [
                    new ConflictOption("serve", $"It is served: {calls.Key} answers {calls.First().endpoint.Status} with {Fields(calls.First().endpoint)}, for {Requirements(calls.First().endpoint)}.", [caller.Author]),
                    new ConflictOption("drop", "It does not exist: the part that calls it does without, with the endpoints that are served.", [server.Author]),
                ],
                [
                    $"{caller.Author} calls {calls.Key}",
                    $"{server.Author} serves {string.Join(", ", server.Serves.Select(PlanNames.Route).Order(StringComparer.Ordinal))}",
                ]);
    }

    private static string Fields(Endpoint endpoint) =>
        endpoint.ResponseFields.IsEmpty ? "no fields" : string.Join(", ", endpoint.ResponseFields.Select(field => field.Name));

    private static string Requirements(Endpoint endpoint) =>
        endpoint.Requirements.IsEmpty ? "no requirement" : string.Join(", ", endpoint.Requirements);
}
