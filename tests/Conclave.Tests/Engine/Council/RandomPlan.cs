using System.Collections.Immutable;
using Conclave.Engine.Council;

namespace Conclave.Tests.Engine.Council;

/// <summary>Plans from a seed, from so few names that two of them meet and clash often.</summary>
internal static class RandomPlan
{
    private static readonly ImmutableArray<string> Choices = ["SQLite", "Postgres", "PostgreSQL 16", "a JSON file", "none", "React", "vanilla JS", "seven random letters", "JWT", "cookies"];
    private static readonly ImmutableArray<string> Paths = ["/links", "/links/{id}", "/links/:id/", "/users", "/users/<int:id>"];

    public static Requirements Requirements { get; } = new("t", "s", [.. Enumerable.Range(1, 4).Select(n => new Requirement($"R{n}", "works", []))], [new Topic("storage", "Where?", "backend"), new Topic("page", "How?", "frontend")], []);

    public static Plan From(Random random) => new(
        "",
        [.. Some(random, 3, () => new PlanDecision(Pick(random, ["storage", "page", "auth"]), Pick(random, Choices), [], "because", random.NextDouble(), random.Next(2) == 0, [Id(random)]))],
        [],
        [.. Some(random, 4, () => new Endpoint(Pick(random, ["GET", "get", "POST"]), Pick(random, Paths), random.Next(2) == 0 ? EndpointSide.Serves : EndpointSide.Calls, Fields(random), Fields(random), Pick(random, [200, 201]), Pick(random, ["none", "bearer", "JWT"]), [Id(random)]))],
        [.. Some(random, 2, () => new Entity(Pick(random, ["link", "Links", "user"]), Fields(random), [Id(random)]))],
        [.. Some(random, 3, () => new PlannedFile(Pick(random, ["app.py", "./app.py", "web/app.js"]), Pick(random, ["backend", "frontend"]), "", [Id(random)]))],
        [.. Some(random, 3, () => new Technology(Pick(random, ["Node.js", "node", "Flask", "Express", "SQLite"]), Pick(random, ["", "^18", "20", ">=18"]), Pick(random, Enum.GetValues<TechnologyKind>()), Pick(random, ["backend", "frontend"]), "", []))],
        [.. Some(random, 3, () => new Setting(Pick(random, ["PORT", "port", "WEB_PORT", "DEBUG"]), Pick(random, ["8000", "8080", ""]), Pick(random, Enum.GetValues<SettingKind>()), Pick(random, ["backend", "frontend"]), "", []))],
        [],
        [],
        [.. Some(random, 4, () => new AcceptanceTest("A", "", "", [Id(random)]))]);

    /// <summary>The same plan without what contradicts itself: each thing once, every call served, every requirement tested.</summary>
    public static Plan Whole(Plan plan) => plan with
    {
        Decisions = [.. plan.Decisions.DistinctBy(item => item.Topic)],
        Endpoints = [.. plan.Endpoints.DistinctBy(PlanNames.Route).Select(endpoint => endpoint with { Side = EndpointSide.Serves })],
        Entities = [.. plan.Entities.DistinctBy(item => PlanNames.Thing(item.Name))],
        Files = [.. plan.Files.DistinctBy(item => PlanNames.Path(item.Path))],
        Technologies = [.. plan.Technologies.Take(1)],
        Settings = [.. plan.Settings.Take(1)],
        AcceptanceTests = [new AcceptanceTest("A1", "", "", [.. Requirements.Items.Select(item => item.Id)])],
    };

    private static ImmutableArray<Field> Fields(Random random) => [.. Some(random, 2, () => new Field(Pick(random, ["id", "name", "links", "links[].id"]), Pick(random, Enum.GetValues<FieldType>()), random.Next(4) > 0)).DistinctBy(field => field.Name)];

    private static string Id(Random random) => $"R{random.Next(1, 5)}";

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static IEnumerable<T> Some<T>(Random random, int most, Func<T> make) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => make())];
}
