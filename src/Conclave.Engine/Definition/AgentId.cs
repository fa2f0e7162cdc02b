using System.Text.Json.Serialization;

namespace Conclave.Engine.Definition;

/// <summary>The name of an agent in its workflow, for example <c>backend</c>.</summary>
[JsonConverter(typeof(IdentifierConverter<AgentId>))]
public readonly record struct AgentId(string Value) : IIdentifier<AgentId>
{
    /// <inheritdoc />
    public static AgentId From(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
