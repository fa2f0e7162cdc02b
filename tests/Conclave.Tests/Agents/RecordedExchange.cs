using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conclave.Tests.Agents;

/// <summary>One recorded exchange with a vendor, from a corpus outside this repository (<c>CONCLAVE_CORPUS</c> names its directory).</summary>
public sealed record RecordedExchange(string Id, string Provider, string Kind, int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, string Body)
{
    private const string NoCorpus = "none";

    private static readonly (string File, string Provider)[] Files =
    [
        ("openai-responses", "openai"),
        ("openai-chat", Vendors.Compatible),
        ("anthropic", "anthropic"),
        ("gemini", "gemini"),
    ];

    private static readonly Lazy<IReadOnlyDictionary<string, RecordedExchange>> All = new(Load);

    /// <summary>The names of all exchanges; without a corpus one name that <see cref="Find"/> answers by skipping the test.</summary>
    public static TheoryData<string> Ids => All.Value.Count == 0 ? [NoCorpus] : [.. All.Value.Keys];

    public static RecordedExchange Find(string id)
    {
        if (id == NoCorpus)
        {
            Assert.Skip("CONCLAVE_CORPUS is not set: it names a directory with recorded traffic.");
        }

        return All.Value[id];
    }

    /// <summary>How <see cref="Find"/> knows it.</summary>
    public string Name => $"{Provider} {Kind} {Id}";

    /// <summary>Whether the body is a stream of events, and not one document.</summary>
    public bool IsStream => !Body.StartsWith('{') && !Body.StartsWith('[');

    /// <summary>Those that the vendor called good.</summary>
    public static IEnumerable<RecordedExchange> Good(string provider) => All.Value.Values.Where(record => record.Provider == provider && record.Status == 200);

    private static SortedDictionary<string, RecordedExchange> Load()
    {
        var records = new SortedDictionary<string, RecordedExchange>(StringComparer.Ordinal);
        if (Environment.GetEnvironmentVariable("CONCLAVE_CORPUS") is not { Length: > 0 } corpus)
        {
            return records;
        }

        foreach (var (file, provider) in Files)
        {
            foreach (var line in File.ReadLines(Path.Combine(corpus, "traffic", $"{file}.jsonl")))
            {
                var record = Read(JsonDocument.Parse(line).RootElement, provider);
                records.Add(record.Name, record);
            }
        }

        return records;
    }

    private static RecordedExchange Read(JsonElement line, string provider) => new(
        line.GetProperty("id").GetString()!,
        provider,
        line.GetProperty("kind").GetString()!,
        line.GetProperty("status").GetInt32(),
        [.. line.GetProperty("response_headers").EnumerateObject().Select(header => KeyValuePair.Create(header.Name, header.Value.GetString()!))],
        line.GetProperty("response_body") switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { ValueKind: JsonValueKind.Null } => "",
            var json => json.GetRawText(),
        });

    /// <summary>The JSON objects of the body: the data of its events, or the document, or the items of a list.</summary>
    public IEnumerable<JsonObject> Objects()
    {
        if (Body.StartsWith('{'))
        {
            return [JsonNode.Parse(Body)!.AsObject()];
        }

        return Body.StartsWith('[')
            ? JsonNode.Parse(Body)!.AsArray().Select(item => item!.AsObject())
            : Body.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal) && line[5..].Trim() != "[DONE]").Select(line => JsonNode.Parse(line[5..])!.AsObject());
    }
}
