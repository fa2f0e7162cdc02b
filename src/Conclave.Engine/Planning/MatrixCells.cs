using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;

namespace Conclave.Engine.Planning;

/// <summary>The combinations of a matrix, the last list turning fastest.</summary>
internal static class MatrixCells
{
    public static ImmutableArray<MatrixCell> Of(ImmutableArray<(Sourced<string> Key, ImmutableArray<JsonNode?> Values)> lists)
    {
        var cells = new List<ImmutableSortedDictionary<string, JsonNode?>> { ImmutableSortedDictionary.Create<string, JsonNode?>(StringComparer.Ordinal) };
        foreach (var (key, values) in lists)
        {
            cells = [.. cells.SelectMany(cell => values.Select(value => cell.SetItem(key.Value, value)))];
        }

        var labels = cells.ConvertAll(cell => string.Join(',', lists.Select(list => Short(cell[list.Key.Value]))));
        var unique = labels.Distinct(StringComparer.Ordinal).Count() == labels.Count && (lists.IsEmpty || !labels.Contains(""));
        return [.. cells.Select((cell, i) => new MatrixCell(unique ? labels[i] : (i + 1).ToString(CultureInfo.InvariantCulture), cell))];
    }

    private static string Short(JsonNode? value)
    {
        var text = value is JsonValue scalar ? scalar.ToString() : value?.ToJsonString(EngineJson.Options) ?? "null";
        return text.Length <= 40 ? text : text[..40];
    }
}
