using System.Collections.Immutable;
using System.ComponentModel;

namespace Conclave.Engine.Council;

/// <summary>A language, a framework, a database or a library.</summary>
public sealed record Technology(
    [property: Description("One name, as everyone writes it; a list of names is several technologies.")] string Name,
    [property: Description("The version or the range of versions, for example `3.12` or `^18.2`; an empty text when any will do.")] string Version,
    TechnologyKind Kind,
    [property: Description("The part that uses it: `backend`, `frontend`, or `all`.")] string Part,
    string Purpose,
    [property: Description("Ids of the requirements that it serves.")] ImmutableArray<string> Requirements);

/// <summary>What a technology is for a part.</summary>
public enum TechnologyKind
{
    /// <summary>It is written in it.</summary>
    Language,

    /// <summary>It runs on it.</summary>
    Runtime,

    /// <summary>It is built around it.</summary>
    Framework,

    /// <summary>It keeps its data in it.</summary>
    Database,

    /// <summary>It uses it.</summary>
    Library,

    /// <summary>It is built or tested with it.</summary>
    Tool,
}

/// <summary>A port, an environment variable or another setting.</summary>
public sealed record Setting(
    [property: Description("As it stands where it is set: `PORT`, `DATABASE_URL`.")] string Name,
    [property: Description("Its default value; an empty text when there is none, as for a secret.")] string Value,
    [property: Description("`port` when something listens on it.")] SettingKind Kind,
    [property: Description("The part that listens on it or reads it: `backend`, `frontend`, or `all`.")] string Owner,
    string Purpose,
    [property: Description("Ids of the requirements that it serves.")] ImmutableArray<string> Requirements);

/// <summary>What a setting is.</summary>
public enum SettingKind
{
    /// <summary>A port that its owner listens on.</summary>
    Port,

    /// <summary>An environment variable.</summary>
    Variable,

    /// <summary>A constant, a flag, a key of a configuration file.</summary>
    Other,
}

/// <summary>What a stack must be able to do. Which command that is, code decides, not a model.</summary>
public sealed record StackAction(
    StackActionKind Kind,
    StackName Stack,
    [property: Description("The directory relative to the project's root; `.` for the root.")] string Directory,
    [property: Description("Ids of the requirements that it serves.")] ImmutableArray<string> Requirements);

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

/// <summary>The closed list of stacks that a plan can name.</summary>
public enum StackName
{
    /// <summary>Python.</summary>
    Python,

    /// <summary>Node.js.</summary>
    Node,

    /// <summary>.NET.</summary>
    Dotnet,

    /// <summary>Go.</summary>
    Go,

    /// <summary>Rust.</summary>
    Rust,

    /// <summary>Java.</summary>
    Java,

    /// <summary>Pages that need no server of their own.</summary>
    StaticWeb,
}
