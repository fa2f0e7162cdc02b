using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Conclave.Engine.Planning;

/// <summary>The cells of a matrix and their labels.</summary>
internal static class MatrixCells
{
    /// <summary>The most steps that a phase may have.</summary>
    public const int Max = 256;

    private const int MaxLabel = 40;

    /// <summary>The one step of a phase without a matrix.</summary>
    public static ImmutableArray<MatrixCell> One { get; } = [new MatrixCell("", NoValues)];

    private static ImmutableSortedDictionary<string, JsonNode?> NoValues => ImmutableSortedDictionary.Create<string, JsonNode?>(StringComparer.Ordinal);

    /// <summary>How many combinations the lists have.</summary>
    public static decimal Count(IEnumerable<int> lengths) => lengths.Aggregate(1m, (count, length) => Math.Min(count * length, int.MaxValue));

    /// <summary>All combinations of lists, the last list turning fastest.</summary>
    public static ImmutableArray<MatrixCell> Combinations(IReadOnlyList<(string Key, ImmutableArray<JsonNode?> Values)> lists)
    {
        List<ImmutableSortedDictionary<string, JsonNode?>> cells = [NoValues];
        foreach (var (key, values) in lists)
        {
            cells = [.. cells.SelectMany(cell => values.Select(value => cell.SetItem(key, value)))];
        }

        return Labelled(cells.ConvertAll(cell => (cell, lists.Select(list => cell[list.Key]))));
    }

    /// <summary>A cell for each map.</summary>
    public static ImmutableArray<MatrixCell> Maps(IEnumerable<JsonObject> maps) => Labelled(
        [.. maps.Select(map => (map.Aggregate(NoValues, (cell, pair) => cell.SetItem(pair.Key, pair.Value?.DeepClone())), map.Select(pair => pair.Value)))]);

    /// <summary>As they are stored when a phase starts.</summary>
    public static string ToJson(ImmutableArray<MatrixCell> cells) => new JsonArray(
        [.. cells.Select(cell => new JsonObject(cell.Values.Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))))]).ToJsonString(EngineJson.Options);

    /// <summary>Reads what was stored.</summary>
    /// <param name="labels">The labels of the steps, in the same order.</param>
    public static ImmutableArray<MatrixCell> FromJson(string json, IEnumerable<string> labels) =>
        [.. JsonNode.Parse(json)!.AsArray().Zip(labels, (map, label) => new MatrixCell(label, map!.AsObject().Aggregate(NoValues, (cell, pair) => cell.SetItem(pair.Key, pair.Value))))];

    // A label is part of names and of lines on a terminal: what is not a plain word, or does not tell the cells apart, is a number.
    private static ImmutableArray<MatrixCell> Labelled(List<(ImmutableSortedDictionary<string, JsonNode?> Values, IEnumerable<JsonNode?> Shown)> cells)
    {
        var labels = cells.ConvertAll(cell => string.Join(',', cell.Shown.Select(Short)));
        var speaking = labels.TrueForAll(IsPlain) && labels.Distinct(StringComparer.Ordinal).Count() == labels.Count;
        return [.. cells.Select((cell, i) => new MatrixCell(speaking ? labels[i] : (i + 1).ToString(CultureInfo.InvariantCulture), cell.Values))];
    }

    private static bool IsPlain(string label) => label.Trim().Length > 0 && label.All(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or ',' or ' ');

    private static string Short(JsonNode? value)
    {
        var text = value is JsonValue scalar ? scalar.ToString() : value?.ToJsonString(EngineJson.Options) ?? "null";
        return text.Length <= MaxLabel ? text : text[..MaxLabel];
    }
}
