using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Planning;

/// <summary>The values of one step of a matrix.</summary>
/// <param name="Label">The values as one short word for people, unique in the phase; empty without a matrix.</param>
public sealed record MatrixCell(string Label, ImmutableSortedDictionary<string, JsonNode?> Values);
