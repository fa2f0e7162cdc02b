using System.Collections.Immutable;
using System.Security.Cryptography;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Server.Access;
using Conclave.Server.Hosting;
using Conclave.Server.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Conclave.Server.Rest;

/// <summary>Sessions: <c>/api/projects</c>.</summary>
internal static class ProjectRoutes
{
    public static void Map(RouteGroupBuilder projects)
    {
        projects.MapPost("", Create).Needs(Role.Operator);
        projects.MapGet("", List);
        projects.MapGet("/{id}", Get);
        projects.MapPost("/{id}/approve", Approve).Needs(Role.Operator);
        projects.MapPost("/{id}/pause", Pause).Needs(Role.Operator);
        projects.MapPost("/{id}/cancel", Cancel).Needs(Role.Operator);
        projects.MapPost("/{id}/resume", Resume).Needs(Role.Operator);
    }

    /// <summary>Starts a session. It is durable when this returns, and runs when it is its turn.</summary>
    private static async Task<Results<Created<ProjectStarted>, ProblemHttpResult>> Create(ProjectWish wish, ConclaveHost host, SessionPool pool, ServerOptions options, CancellationToken cancel)
    {
        var output = wish.OutputDirectory is { Length: > 0 } given ? Path.GetFullPath(Path.Combine(options.ProjectsRoot, given)) : OutputDirectory.Propose(options.ProjectsRoot, wish.Description);
        if (!output.StartsWith(Path.TrimEndingDirectorySeparator(options.ProjectsRoot) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, "CONC810", $"output_directory must lie below {options.ProjectsRoot}", "give a name, or leave it out");
        }

        var (session, refusal) = await host.Create(
            new NewSession(wish.Description)
            {
                Workflow = wish.Workflow ?? "software-project",
                Inputs = wish.Inputs ?? ImmutableDictionary<string, string>.Empty,
                OutputDirectory = output,
                BudgetUsd = wish.Budget,
                Scenario = wish.Scenario ?? (wish.Simulate == true ? SimulatedVendors.DefaultScenario : null),
            },
            options.Version,
            cancel);
        if (session is null)
        {
            return ApiProblem.Of(refusal!);
        }

        _ = pool.Add(session.Id);
        return TypedResults.Created($"/api/projects/{session.Id}", new ProjectStarted(session.Id, "started", $"the project goes to {session.OutputDirectory}"));
    }

    private static async Task<Ok<IReadOnlyList<SessionSummary>>> List(ConclaveHost host, CancellationToken cancel) =>
        TypedResults.Ok(await host.Journal.List(new SessionQuery(), cancel));

    private static async Task<Results<Ok<SessionSummary>, ProblemHttpResult>> Get(string id, ConclaveHost host, CancellationToken cancel)
    {
        var (summary, none) = await SessionLookup.Find(host.Journal, id, cancel);
        return summary is null ? ApiProblem.Of(none!) : TypedResults.Ok(summary);
    }

    private static Task<Results<Accepted, ProblemHttpResult>> Approve(string id, Answer answer, ConclaveHost host, SessionPool pool, TimeProvider clock, CancellationToken cancel) =>
        Send(id, state => SessionWish.Approve(state, answer.Gate, answer.Choice, answer.Comment), host, pool, clock, cancel);

    private static Task<Results<Accepted, ProblemHttpResult>> Pause(string id, ConclaveHost host, SessionPool pool, TimeProvider clock, CancellationToken cancel) =>
        Send(id, SessionWish.Pause, host, pool, clock, cancel);

    private static Task<Results<Accepted, ProblemHttpResult>> Cancel(string id, bool? now, ConclaveHost host, SessionPool pool, TimeProvider clock, CancellationToken cancel) =>
        Send(id, state => SessionWish.Cancel(state, now == true), host, pool, clock, cancel);

    private static async Task<Results<Accepted, ProblemHttpResult>> Resume(string id, decimal? budget, ConclaveHost host, SessionPool pool, CancellationToken cancel)
    {
        var (summary, none) = await SessionLookup.Find(host.Journal, id, cancel);
        if (summary is null)
        {
            return ApiProblem.Of(none!);
        }

        _ = pool.Add(summary.Id, budget);
        return TypedResults.Accepted($"/api/projects/{summary.Id}");
    }

    // The wish is durable in the inbox first; then whoever runs the session takes it up, and one that nobody runs is run for it.
    private static async Task<Results<Accepted, ProblemHttpResult>> Send(
        string id, Func<SessionState, Refusable<SignalBody>> wish, ConclaveHost host, SessionPool pool, TimeProvider clock, CancellationToken cancel)
    {
        var (summary, none) = await SessionLookup.Find(host.Journal, id, cancel);
        if (summary is null)
        {
            return ApiProblem.Of(none!);
        }

        var (body, refusal) = wish(await SessionReading.Load(host.Journal, summary.Id, cancel));
        if (body is null)
        {
            return ApiProblem.Of(refusal!);
        }

        await host.Journal.Send(summary.Id, new Signal(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), clock.GetUtcNow(), body), cancel);
        _ = pool.Add(summary.Id);
        return TypedResults.Accepted($"/api/projects/{summary.Id}");
    }
}

/// <summary>What is to be built.</summary>
/// <param name="Description">The project in the user's words.</param>
/// <param name="OutputDirectory">A folder below the projects root; null for one named after the description.</param>
/// <param name="Workflow">A built-in workflow; null for <c>software-project</c>.</param>
/// <param name="Inputs">More inputs of the workflow.</param>
/// <param name="Budget">In USD; null for the workflow's own.</param>
/// <param name="Simulate">Whether the simulator answers.</param>
/// <param name="Scenario">What it plays; null for the default.</param>
internal sealed record ProjectWish(
    string Description,
    string? OutputDirectory = null,
    string? Workflow = null,
    ImmutableDictionary<string, string>? Inputs = null,
    decimal? Budget = null,
    bool? Simulate = null,
    string? Scenario = null);

/// <summary>A session that was started.</summary>
internal sealed record ProjectStarted(SessionId SessionId, string Status, string Message);

/// <summary>An answer to a gate.</summary>
/// <param name="Choice">One of its options.</param>
/// <param name="Gate">Its key or name; null for the only open one.</param>
internal sealed record Answer(string Choice, string? Gate = null, string? Comment = null);
