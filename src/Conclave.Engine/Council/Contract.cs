using System.Collections.Immutable;
using System.ComponentModel;

namespace Conclave.Engine.Council;

/// <summary>The decided plan: what all build from.</summary>
public sealed record Contract(
    [property: Description("The project's name in a few words.")] string Title,
    [property: Description("What is built and how its parts meet, in a few sentences.")] string Summary,
    [property: Description("How a user runs it, in one or two lines of prose.")] string Run,
    [property: Description("Exactly one for each topic of the requirements, as it was decided.")] ImmutableArray<DecidedTopic> Decisions,
    ImmutableArray<Component> Components,
    [property: Description("Every endpoint once, with `side` = `serves`; those of other people's servers, with their whole address, with `calls`.")] ImmutableArray<Endpoint> Endpoints,
    ImmutableArray<Entity> Entities,
    [property: Description("Every file with its one owner.")] ImmutableArray<PlannedFile> Files,
    ImmutableArray<Technology> Technologies,
    ImmutableArray<Setting> Settings,
    ImmutableArray<StackAction> Actions,
    [property: Description("At least one for each requirement.")] ImmutableArray<AcceptanceTest> AcceptanceTests,
    [property: Description("Rules for all parts: error format, naming, limits.")] ImmutableArray<string> Rules)
{
    /// <summary>The contract as a plan, so that the rules for plans hold for it too.</summary>
    public Plan AsPlan() => new(
        Summary,
        [.. Decisions.Select(decision => new PlanDecision(decision.Topic, decision.Choice, [], "", 1, true, decision.Requirements))],
        Components,
        Endpoints,
        Entities,
        Files,
        Technologies,
        Settings,
        Actions,
        [],
        AcceptanceTests);
}

/// <summary>What was decided on a topic.</summary>
public sealed record DecidedTopic(
    [property: Description("The topic's id.")] string Topic,
    [property: Description("The choice in a few words, the thing itself first.")] string Choice,
    [property: Description("Ids of the requirements that it serves.")] ImmutableArray<string> Requirements);
