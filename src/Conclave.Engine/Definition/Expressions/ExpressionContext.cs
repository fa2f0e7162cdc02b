using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>What an expression can see.</summary>
/// <param name="Values">The contexts by name; one that is absent reads as null.</param>
/// <param name="Before">How the phases before this one ended.</param>
public sealed record ExpressionContext(IReadOnlyDictionary<string, JsonNode?> Values, BeforeStatus Before = BeforeStatus.Success)
{
    /// <summary>The names of all contexts. <c>step</c> exists only inside the prompts of built-in steps.</summary>
    public static FrozenSet<string> Names { get; } = FrozenSet.Create(StringComparer.Ordinal, "inputs", "phases", "matrix", "session", "step");
}

/// <summary>How the phases before one ended, for <c>success()</c>, <c>failure()</c> and <c>cancelled()</c>.</summary>
public enum BeforeStatus
{
    /// <summary>All succeeded, or were skipped by their own condition.</summary>
    Success,

    /// <summary>One failed, or was skipped because something before it failed.</summary>
    Failure,

    /// <summary>The session is being cancelled.</summary>
    Cancelled,
}
