using System.Text.Json.Serialization;

namespace Conclave.Engine.Definition;

/// <summary>The name of a phase in its workflow, for example <c>plan-backend</c>.</summary>
[JsonConverter(typeof(IdentifierConverter<PhaseId>))]
public readonly record struct PhaseId(string Value) : IIdentifier<PhaseId>
{
    /// <inheritdoc />
    public static PhaseId From(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
