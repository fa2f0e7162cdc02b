using System.Collections.Immutable;
using System.ComponentModel;

namespace Conclave.Engine.Council;

/// <summary>What a reviewer found in another author's files.</summary>
public sealed record Review(
    [property: Description("What you looked at and what you think of it, in two or three sentences.")] string Summary,
    [property: Description("Only what is wrong; an empty list when nothing is.")] ImmutableArray<Finding> Findings);

/// <summary>One thing that is wrong.</summary>
public sealed record Finding(
    [property: Description("The file's path.")] string Path,
    [property: Description("The line, from 1.")] int Line,
    [property: Description("`blocking` when it breaks the contract or fails; else `minor`.")] FindingSeverity Severity,
    string Problem,
    string Fix);

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing.</summary>
    Minor,

    /// <summary>The author must mend it.</summary>
    Blocking,
}
