using Conclave.Engine.Definition;

namespace Conclave.Simulator.Scenarios;

/// <summary>Reads enums whose names in scenarios are not those of the program.</summary>
internal static class EnumName
{
    /// <summary>The value of a key; <paramref name="otherwise"/> when it is absent or, with a problem, not one of the names.</summary>
    public static T Named<T>(this MappingReader map, string key, T otherwise, IReadOnlyDictionary<string, T> names)
    {
        if (map.Text(key) is not { } text)
        {
            return otherwise;
        }

        if (names.TryGetValue(text.Value, out var found))
        {
            return found;
        }

        map.Report("CONC006", text.At, $"`{key}` of {map.What} can't be `{text.Value}`", NearMiss.Suggest(text.Value, names.Keys));
        return otherwise;
    }
}
