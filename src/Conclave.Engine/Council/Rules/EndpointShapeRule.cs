using System.Collections.Immutable;

namespace Conclave.Engine.Council.Rules;

/// <summary>The same route, but the caller sends or expects something else than the server takes or gives.</summary>
internal sealed class EndpointShapeRule : IPlanRule
{
    public IEnumerable<Conflict> Find(AlignedPlans plans) =>
        from meeting in Meetings(plans)
        let differences = Differences(meeting.Call, meeting.Serve)
        where !differences.IsEmpty
        select new Conflict(
            $"endpoint-shape:{PlanNames.Slug(PlanNames.Route(meeting.Serve))}",
            "endpoint-shape",
            $"What does {PlanNames.Route(meeting.Serve)} take and give?",
            Blocking: true,
            meeting.Server.Author,
            [Option("server", meeting.Serve, meeting.Server), Option("caller", meeting.Call, meeting.Caller)],
            differences);

    /// <summary>The endpoints where caller and server fit.</summary>
    public static IEnumerable<string> Fitting(AlignedPlans plans) =>
        from meeting in Meetings(plans)
        where Differences(meeting.Call, meeting.Serve).IsEmpty
        select $"{meeting.Server.Author} serves {PlanNames.Route(meeting.Serve)} as {meeting.Caller.Author} calls it";

    private static IEnumerable<(AuthoredPlan Caller, Endpoint Call, AuthoredPlan Server, Endpoint Serve)> Meetings(AlignedPlans plans) =>
        from pair in plans.Pairs
        from call in pair.Plan.Calls
        from serve in pair.Other.Serves
        where PlanNames.Route(call) == PlanNames.Route(serve)
        select (pair.Plan, call, pair.Other, serve);

    private static ImmutableArray<string> Differences(Endpoint call, Endpoint serve)
    {
        var route = PlanNames.Route(serve);
        return
        [
            .. Missing(call.ResponseFields, serve.ResponseFields).Select(name => $"{route}: `{name}` is expected in the response but not given"),
            .. Missing([.. serve.RequestFields.Where(field => field.Required)], call.RequestFields).Select(name => $"{route}: `{name}` is required in the request but not sent"),
            .. Missing(call.RequestFields, serve.RequestFields).Select(name => $"{route}: `{name}` is sent but not known"),
            .. call.Status == serve.Status ? ImmutableArray<string>.Empty : [$"{route}: status {call.Status} is expected but {serve.Status} given"],
            .. PlanNames.Name(call.Auth) == PlanNames.Name(serve.Auth) ? ImmutableArray<string>.Empty : [$"{route}: auth `{call.Auth}` is sent but `{serve.Auth}` wanted"],
        ];
    }

    // Field names on the wire are exact: `short_code` and `shortCode` are two.
    private static IEnumerable<string> Missing(ImmutableArray<Field> wanted, ImmutableArray<Field> given) =>
        wanted.Select(field => field.Name).Except(given.Select(field => field.Name), StringComparer.Ordinal);

    private static ConflictOption Option(string id, Endpoint endpoint, AuthoredPlan plan) => new(
        id,
        $"Request: {Names(endpoint.RequestFields)}. Response {endpoint.Status}: {Names(endpoint.ResponseFields)}. Auth: {endpoint.Auth}.",
        [plan.Author]);

    private static string Names(ImmutableArray<Field> fields) =>
        fields.IsEmpty ? "none" : string.Join(", ", fields.Select(field => $"{field.Name} ({field.Type}{(field.Required ? "" : ", optional")})"));
}
