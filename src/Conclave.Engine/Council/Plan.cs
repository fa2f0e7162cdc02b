using System.Collections.Immutable;
using System.ComponentModel;

namespace Conclave.Engine.Council;

/// <summary>How one agent would build the project.</summary>
public sealed record Plan(
    [property: Description("The plan in two or three sentences.")] string Summary,
    [property: Description("Exactly one for each topic of the requirements, by its id.")] ImmutableArray<PlanDecision> Decisions,
    [property: Description("The parts of the system.")] ImmutableArray<Component> Components,
    [property: Description("Every HTTP endpoint that your part serves or calls.")] ImmutableArray<Endpoint> Endpoints,
    [property: Description("What is stored.")] ImmutableArray<Entity> Entities,
    [property: Description("Every file that is to be written, once.")] ImmutableArray<PlannedFile> Files,
    [property: Description("Languages, frameworks, databases and libraries, one by one.")] ImmutableArray<Technology> Technologies,
    [property: Description("Ports, environment variables and other settings.")] ImmutableArray<Setting> Settings,
    [property: Description("What the stack must be able to do; never command lines.")] ImmutableArray<StackAction> Actions,
    ImmutableArray<Risk> Risks,
    [property: Description("Tests of the whole from outside.")] ImmutableArray<AcceptanceTest> AcceptanceTests)
{
    /// <summary>A plan that says nothing.</summary>
    public static Plan Empty { get; } = new("", [], [], [], [], [], [], [], [], [], []);

    /// <summary>Everything in it that serves requirements, in the order of the plan.</summary>
    public IEnumerable<PlanItem> Items() =>
    [
        .. Decisions.Select(item => new PlanItem("decision", item.Topic, item.Requirements)),
        .. Components.Select(item => new PlanItem("component", item.Name, item.Requirements)),
        .. Endpoints.Select(item => new PlanItem("endpoint", PlanNames.Route(item), item.Requirements)),
        .. Entities.Select(item => new PlanItem("entity", item.Name, item.Requirements)),
        .. Files.Select(item => new PlanItem("file", PlanNames.Path(item.Path), item.Requirements)),
        .. Technologies.Select(item => new PlanItem("technology", item.Name, item.Requirements)),
        .. Settings.Select(item => new PlanItem("setting", item.Name, item.Requirements)),
        .. Actions.Select(item => new PlanItem("action", $"{EngineText.Snake(item.Kind)} {EngineText.Snake(item.Stack)} in {item.Directory}", item.Requirements)),
        .. Risks.Select(item => new PlanItem("risk", item.Id, item.Requirements)),
        .. AcceptanceTests.Select(item => new PlanItem("test", item.Id, item.Requirements)),
    ];
}

/// <summary>
/// One item of a plan. Its id is made from what it is about and not by a model, so that the same thing has the same id in every plan.
/// </summary>
/// <param name="Requirements">The ids of the requirements that it serves.</param>
public sealed record PlanItem(string Kind, string Name, ImmutableArray<string> Requirements)
{
    /// <summary>For example <c>endpoint:GET /api/links/{}</c>.</summary>
    public string Id => $"{Kind}:{Name}";
}

/// <summary>An answer to a topic.</summary>
public sealed record PlanDecision(
    [property: Description("The topic's id, as the requirements have it.")] string Topic,
    [property: Description("The choice in a few words, the thing itself first: `PostgreSQL 16`.")] string Choice,
    [property: Description("Other choices that were weighed.")] ImmutableArray<string> Alternatives,
    string Reason,
    [property: Description("How sure you are, from 0 to 1.")] double Confidence,
    [property: Description("Whether the project can't work with another choice.")] bool Blocking,
    [property: Description("Ids of the requirements that it serves.")] ImmutableArray<string> Requirements);

/// <summary>A part of the system.</summary>
public sealed record Component(
    [property: Description("Unique in the plan.")] string Name,
    string Responsibility,
    [property: Description("The agent that builds it: `backend` or `frontend`.")] string Owner,
    [property: Description("Ids of the requirements that it serves.")] ImmutableArray<string> Requirements);

/// <summary>A file to be written.</summary>
public sealed record PlannedFile(
    [property: Description("Relative to the project's root.")] string Path,
    [property: Description("The one agent that writes it: `backend` or `frontend`.")] string Owner,
    string Purpose,
    [property: Description("Ids of the requirements that it serves.")] ImmutableArray<string> Requirements);

/// <summary>Something that may go wrong.</summary>
public sealed record Risk(
    [property: Description("A short id, unique in the plan.")] string Id,
    string Text,
    string Mitigation,
    [property: Description("Ids of the requirements that it endangers.")] ImmutableArray<string> Requirements);

/// <summary>A test of the whole from outside.</summary>
public sealed record AcceptanceTest(
    [property: Description("A short id, unique in the plan.")] string Id,
    string Title,
    [property: Description("What is done, and what must be seen then.")] string Expectation,
    [property: Description("Ids of the requirements that it checks; at least one.")] ImmutableArray<string> Requirements);
