using System.Text;
using System.Text.Json;
using Conclave.Engine.Definition;

namespace Conclave.Agents.Catalog;

/// <summary>
/// Where the values and the keys of a JSON text stand, by their path: <c>models[0].prices[1].from</c>; the document itself is the empty path. Immutable.
/// </summary>
internal sealed class JsonPlaces
{
    private readonly string file;
    private readonly byte[] text;
    // Each with its first byte; lines and columns are counted only for those that are asked for.
    private readonly Dictionary<string, long> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> keys = new(StringComparer.Ordinal);
    private readonly List<(string Path, long Start)> repeated = [];

    /// <summary>Reads a text.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public JsonPlaces(string json, string file, JsonReaderOptions options)
    {
        this.file = file;
        text = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(text, options);
        reader.Read();
        Value(ref reader, "");
    }

    /// <summary>The keys that an object has more than once.</summary>
    public IEnumerable<(string Path, SourcePosition At)> Repeated => repeated.Select(key => (key.Path, Position(key.Start)));

    /// <summary>Where a value stands; if there is none, where the one stands that it should be part of.</summary>
    public SourcePosition OfValue(string path)
    {
        while (!values.ContainsKey(path))
        {
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return Position(values[path]);
    }

    /// <summary>Where a key stands that is there.</summary>
    public SourcePosition OfKey(string path) => Position(keys[path]);

    /// <summary>Where the text stops being JSON.</summary>
    public static SourcePosition Of(JsonException error, string json, string file)
    {
        var line = (int)(error.LineNumber ?? 0);
        var bytes = Encoding.UTF8.GetBytes(json.Split('\n').ElementAtOrDefault(line) ?? "");
        return new SourcePosition(file, line + 1, Encoding.UTF8.GetCharCount(bytes, 0, (int)Math.Min(error.BytePositionInLine ?? 0, bytes.Length)) + 1);
    }

    // No deeper than the reader's own limit.
    private void Value(ref Utf8JsonReader reader, string path)
    {
        values[path] = reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                Value(ref reader, $"{path}[{index}]");
            }
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var member = path.Length == 0 ? reader.GetString()! : $"{path}.{reader.GetString()}";
                if (!keys.TryAdd(member, reader.TokenStartIndex))
                {
                    repeated.Add((member, reader.TokenStartIndex));
                }

                reader.Read();
                Value(ref reader, member);
            }
        }
    }

    private SourcePosition Position(long offset)
    {
        var before = text.AsSpan(0, (int)offset);
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new SourcePosition(file, before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }
}
