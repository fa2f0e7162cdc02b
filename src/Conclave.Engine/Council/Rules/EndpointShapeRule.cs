using System.Collections.Immutable;

namespace Conclave.Engine.Council.Rules;

/// <summary>The same route, but the caller sends or expects something else than the server takes or gives, or two plans serve it differently.</summary>
internal sealed class EndpointShapeRule : IPlanRule
{
    public const string Name = "endpoint-shape";

    public IEnumerable<Conflict> Find(PlanSet plans) =>
        from route in Routes(plans)
        let positions = Position<Endpoint>.Of(route, (one, other) => EndpointDifferences.Of(one, other).IsEmpty)
        where positions.Length > 1
        select new Conflict(
            Conflicts.Id(Name, route.Key),
            Name,
            $"What does {route.Key} take and give?",
            Blocking: true,
            route.Where(said => said.Item.Side == EndpointSide.Serves).Select(said => said.Author).Distinct().ToList() is [var only] ? only : null,
            Conflicts.Options(positions, Text, endpoint => Plan.Empty with { Endpoints = [endpoint with { Side = EndpointSide.Serves }] }),
            [.. Position<Endpoint>.Differences(positions, (one, other) => EndpointDifferences.Of(one, other)).Select(difference => $"{route.Key}: {difference}")]);

    /// <summary>The endpoints where caller and server fit.</summary>
    public static IEnumerable<string> Fitting(PlanSet plans) =>
        from route in Routes(plans)
        where Position<Endpoint>.Of(route, (one, other) => EndpointDifferences.Of(one, other).IsEmpty).Length == 1
        let server = route.First(said => said.Item.Side == EndpointSide.Serves)
        from caller in route.Where(said => said.Item.Side == EndpointSide.Calls && said.Author != server.Author)
        select $"{server.Author} serves {route.Key} as {caller.Author} calls it";

    // Where nobody serves it, another rule speaks.
    private static IEnumerable<IGrouping<string, Authored<Endpoint>>> Routes(PlanSet plans) => plans
        .All(plan => plan.Endpoints)
        .Where(said => !PlanNames.IsElsewhere(said.Item))
        .GroupBy(said => PlanNames.Route(said.Item), StringComparer.Ordinal)
        .Where(route => route.Any(said => said.Item.Side == EndpointSide.Serves));

    private static string Text(Endpoint endpoint) =>
        $"Request: {Names(endpoint.RequestFields)}. Response {endpoint.Status}: {Names(endpoint.ResponseFields)}. Auth: {endpoint.Auth}.";

    private static string Names(ImmutableArray<Field> fields) =>
        fields.IsEmpty ? "none" : string.Join(", ", fields.Select(field => $"{field.Name} ({FieldText.Type(field)}{(field.Required ? "" : ", optional")})"));
}
