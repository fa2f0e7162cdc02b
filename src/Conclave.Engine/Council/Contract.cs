using System.Collections.Immutable;
using System.ComponentModel;

namespace Conclave.Engine.Council;

/// <summary>The decided plan: what all build from.</summary>
public sealed record Contract(
    [property: Description("The project's name in a few words.")] string Title,
    [property: Description("What is built and how its parts meet, in a few sentences.")] string Summary,
    [property: Description("How a user runs it, in one or two lines of prose.")] string Run,
    ImmutableArray<Endpoint> Endpoints,
    ImmutableArray<Entity> Entities,
    [property: Description("Every file with its one owner.")] ImmutableArray<PlannedFile> Files,
    ImmutableArray<Technology> Technologies,
    ImmutableArray<Setting> Settings,
    ImmutableArray<StackAction> Actions,
    ImmutableArray<AcceptanceTest> AcceptanceTests,
    [property: Description("Rules for all parts: error format, naming, limits.")] ImmutableArray<string> Rules);
