using System.Collections.Immutable;
using System.ComponentModel;

namespace Conclave.Engine.Council;

/// <summary>What the project must do. Its ids are a closed list that plans, files and tests refer to.</summary>
public sealed record Requirements(
    [property: Description("The project's name in a few words.")] string Title,
    [property: Description("What it is for, in two or three sentences.")] string Summary,
    [property: Description("The requirements; each can be tested.")] ImmutableArray<Requirement> Items,
    [property: Description("What the plans must decide; planners use exactly these ids.")] ImmutableArray<Topic> Topics,
    [property: Description("What the description leaves open, and how it is taken here.")] ImmutableArray<string> Assumptions);

/// <summary>One requirement.</summary>
public sealed record Requirement(
    [property: Description("R1, R2, ...")] string Id,
    string Text,
    [property: Description("What a test can check.")] ImmutableArray<string> AcceptanceCriteria);

/// <summary>A question that each plan must answer on its own.</summary>
public sealed record Topic(
    [property: Description("A short name in kebab-case, for example `storage`.")] string Id,
    string Question,
    [property: Description("The agent whose field it is: `pm`, `backend` or `frontend`.")] string Owner);
