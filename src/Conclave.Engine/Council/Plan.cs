using System.Collections.Immutable;
using System.ComponentModel;

namespace Conclave.Engine.Council;

/// <summary>How one agent would build the project. Each item names the requirements that it serves.</summary>
public sealed record Plan(
    [property: Description("The plan in two or three sentences.")] string Summary,
    [property: Description("One for each topic of the requirements, by its id.")] ImmutableArray<PlanDecision> Decisions,
    ImmutableArray<Component> Components,
    [property: Description("Every endpoint that your part serves or calls.")] ImmutableArray<Endpoint> Endpoints,
    ImmutableArray<Entity> Entities,
    ImmutableArray<PlannedFile> Files,
    [property: Description("Languages, frameworks and their versions.")] ImmutableArray<Technology> Technologies,
    [property: Description("Ports, environment variables and other settings with fixed values.")] ImmutableArray<Setting> Settings,
    [property: Description("What the stack must be able to do; never command lines.")] ImmutableArray<StackAction> Actions,
    ImmutableArray<Risk> Risks,
    ImmutableArray<AcceptanceTest> AcceptanceTests);

/// <summary>An answer to a topic.</summary>
public sealed record PlanDecision(
    [property: Description("The topic's id.")] string Topic,
    [property: Description("The choice in a few words.")] string Choice,
    ImmutableArray<string> Alternatives,
    string Reason,
    [property: Description("0 to 1.")] double Confidence,
    [property: Description("Whether the project can't work with another choice.")] bool Blocking,
    [property: Description("Ids of requirements.")] ImmutableArray<string> Requirements);

/// <summary>A part of the system.</summary>
public sealed record Component(string Name, string Responsibility, string Owner, ImmutableArray<string> Requirements);

/// <summary>One HTTP endpoint, as seen from the side that serves it or the side that calls it.</summary>
public sealed record Endpoint(
    [property: Description("GET, POST, PUT, PATCH or DELETE.")] string Method,
    [property: Description("The path with parameters in braces: /api/links/{code}.")] string Path,
    [property: Description("Whether your part serves it or calls it.")] EndpointSide Side,
    ImmutableArray<Field> RequestFields,
    ImmutableArray<Field> ResponseFields,
    [property: Description("The status of success, for example 201.")] int Status,
    [property: Description("How the caller proves who it is; `none` when it need not.")] string Auth,
    ImmutableArray<string> Requirements);

/// <summary>Who has an endpoint in its plan.</summary>
public enum EndpointSide
{
    /// <summary>The part answers it.</summary>
    Serves,

    /// <summary>The part sends it.</summary>
    Calls,
}

/// <summary>A field of a request, a response or an entity.</summary>
public sealed record Field(string Name, [property: Description("string, integer, number, boolean, datetime, list or object.")] string Type, bool Required);

/// <summary>A thing that is stored.</summary>
public sealed record Entity(string Name, ImmutableArray<Field> Fields, ImmutableArray<string> Requirements);

/// <summary>A file to be written.</summary>
public sealed record PlannedFile(
    [property: Description("Relative to the project's root.")] string Path,
    [property: Description("The agent that writes it: `backend` or `frontend`.")] string Owner,
    string Purpose,
    ImmutableArray<string> Requirements);

/// <summary>A language, framework or library.</summary>
public sealed record Technology(string Name, [property: Description("The version, or an empty text when any will do.")] string Version, string Purpose);

/// <summary>A setting with a fixed value, such as a port.</summary>
public sealed record Setting(string Name, string Value, string Purpose);

/// <summary>What a stack must be able to do. Which command that is, code decides, not a model.</summary>
public sealed record StackAction(
    [property: Description("`install`, `build`, `test` or `start`.")] StackActionKind Kind,
    [property: Description("`python`, `node`, `dotnet`, `go`, `rust`, `java` or `static-web`.")] string Stack,
    [property: Description("The directory relative to the project's root; `.` for the root.")] string Directory);

/// <summary>The closed list of stack actions.</summary>
public enum StackActionKind
{
    /// <summary>Fetch what it depends on.</summary>
    Install,

    /// <summary>Build it.</summary>
    Build,

    /// <summary>Run its tests.</summary>
    Test,

    /// <summary>Start it.</summary>
    Start,
}

/// <summary>Something that may go wrong.</summary>
public sealed record Risk(string Text, string Mitigation);

/// <summary>A test of the whole from outside.</summary>
public sealed record AcceptanceTest(string Id, string Title, string Expectation, ImmutableArray<string> Requirements);
