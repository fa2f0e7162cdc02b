using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Conclave.Simulator.Wire;

/// <summary>A reply that turns a request away, in the vendor's form.</summary>
internal sealed record WireError(int Status, JsonObject Body)
{
    /// <summary>Headers that say more, such as <c>retry-after</c>; one without a value is taken away.</summary>
    public ImmutableArray<(string Name, string? Value)> Headers { get; init; } = [];
}
