using System.Globalization;
using System.Text.Json.Serialization;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Execution;

/// <summary>
/// The name of one call or effect in its session: <c>phase/step/iteration/name</c>, where a later round of a loop stands before the iteration
/// (<c>phase/step/2.1/name</c>). After a restart a step runs again, and by this key each
/// door finds what the journal already holds.
/// </summary>
[JsonConverter(typeof(IdentifierConverter<DoorKey>))]
public readonly record struct DoorKey(string Value) : IIdentifier<DoorKey>
{
    /// <inheritdoc />
    public static DoorKey From(string value) => new(value);

    /// <summary>The key of a door that a step opens.</summary>
    public static DoorKey Of(PhaseId phase, string step, int iteration, string name, int round = 1) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{phase}/{step}/{(round == 1 ? "" : $"{round}.")}{iteration}/{name}"));

    /// <summary>The key of a door of the session itself.</summary>
    public static DoorKey OfSession(string name) => new($"//0/{name}");

    /// <inheritdoc />
    public override string ToString() => Value;
}
