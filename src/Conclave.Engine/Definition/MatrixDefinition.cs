using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition;

/// <summary>What a phase has a step for, as the user wrote it.</summary>
public abstract record MatrixDefinition
{
    private MatrixDefinition()
    {
    }

    /// <summary>Lists by name; the phase has one step for each combination.</summary>
    public sealed record Lists(ImmutableArray<MatrixList> Items) : MatrixDefinition;

    /// <summary>One expression that gives a list of maps; the phase has one step for each map.</summary>
    public sealed record Maps(Sourced<string> Expression) : MatrixDefinition;
}

/// <summary>One list of a matrix: written out, or an expression that gives it.</summary>
/// <param name="Expression">Null when the values are written out.</param>
public sealed record MatrixList(Sourced<string> Key, ImmutableArray<JsonNode?> Values, Sourced<string>? Expression);
