using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Planning;
using NJsonSchema;

namespace Conclave.Engine.Execution.Calls;

/// <summary>
/// Reads JSON of a given form out of an answer. What models commonly put around it is taken off, and what can mean one thing only is repaired; no value
/// is ever guessed: where two readings are possible, or none, the agent is asked again.
/// </summary>
public sealed class JsonAnswers
{
    private static readonly ConcurrentDictionary<OutputSchema, Task<JsonAnswers>> Known = new();
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };

    // An answer with more is no answer.
    private const int MaxDocuments = 64;

    private readonly JsonSchema schema;
    private readonly string name;

    private JsonAnswers(JsonSchema schema, string name)
    {
        this.schema = schema;
        this.name = name;
    }

    /// <summary>The reader for a schema; made once.</summary>
    public static Task<JsonAnswers> For(OutputSchema output) =>
        Known.GetOrAdd(output, async key => new JsonAnswers(await JsonSchema.FromJsonAsync(key.Json), key.Name));

    /// <summary>Why answers can't be checked against a schema; null when they can.</summary>
    public static async Task<string?> TryFor(OutputSchema output)
    {
        try
        {
            var reader = await For(output);
            reader.Read("{}");
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or NotSupportedException or ArgumentException or FormatException or Newtonsoft.Json.JsonException)
        {
            Known.TryRemove(output, out _);
            return error.Message;
        }
    }

    /// <summary>The JSON, valid against the schema, or what is wrong in words for the agent.</summary>
    public Reading<JsonNode> Read(string answer)
    {
        var documents = Documents(answer);
        if (documents.Count == 0)
        {
            return new Reading<JsonNode>.Unreadable($"it holds no JSON document that can be read; give one JSON object of the form `{name}` and nothing else.");
        }

        var checkedOnes = documents.Select(json => (Json: json, Errors: schema.Validate(json.ToJsonString(EngineJson.Options)))).ToList();
        var valid = checkedOnes.Where(one => one.Errors.Count == 0).Select(one => one.Json).ToList();
        return valid switch
        {
            [var only] => new Reading<JsonNode>.Read(only),
            [var first, .. var others] when others.TrueForAll(other => JsonNode.DeepEquals(first, other)) => new Reading<JsonNode>.Read(first),
            [_, _, ..] => new Reading<JsonNode>.Unreadable($"it holds {valid.Count} different JSON documents of the form `{name}`; give the one that counts and nothing else."),
            _ => new Reading<JsonNode>.Unreadable($"the JSON is not of the form `{name}`: {Words(checkedOnes[^1].Errors)}."),
        };
    }

    /// <summary>The same, as a typed record.</summary>
    public Reading<T> Read<T>(string answer)
    {
        switch (Read(answer))
        {
            case Reading<JsonNode>.Read read:
                try
                {
                    return new Reading<T>.Read(read.Value.Deserialize<T>(EngineJson.Options)!);
                }
                catch (JsonException error)
                {
                    return new Reading<T>.Unreadable($"the JSON is not of the form `{name}`: {error.Message}");
                }

            case Reading<JsonNode>.Unreadable unreadable:
                return new Reading<T>.Unreadable(unreadable.Problem);
            default:
                throw new InvalidOperationException("No rule for this reading.");
        }
    }

    private static string Words(ICollection<NJsonSchema.Validation.ValidationError> errors) =>
        string.Join("; ", errors.Take(10).Select(error => $"{error.Path}: {error.Kind}"));

    // The whole text where it is one document, else every document in it; none when one of them can't be read, for it may be the one that counts.
    private static List<JsonNode> Documents(string answer)
    {
        var text = JsonCandidates.WithoutThinking(answer.Trim().TrimStart('\uFEFF')).Trim();
        if (Whole(text) is { } whole)
        {
            return [whole];
        }

        var read = JsonCandidates.In(text).Take(MaxDocuments).Select(candidate => (Text: candidate, Json: TryParse(candidate) ?? TryParse(JsonCandidates.Repaired(candidate)))).ToList();
        return read.Exists(one => one.Json is null && JsonCandidates.IsDocument(one.Text)) ? [] : [.. read.Select(one => one.Json).OfType<JsonNode>()];
    }

    // Some models write the document as a JSON string.
    private static JsonNode? Whole(string text) =>
        TryParse(text) ?? (text.StartsWith('"') && Parsed(text) is JsonValue value && value.TryGetValue<string>(out var inner) ? TryParse(inner) : null);

    private static JsonNode? TryParse(string text) => Parsed(text) is JsonNode node and (JsonObject or JsonArray) ? node : null;

    private static JsonNode? Parsed(string text)
    {
        try
        {
            var node = JsonNode.Parse(text, documentOptions: Lenient);

            // Half a surrogate pair, as in "\ud800", is found only when the text is read.
            node?.ToJsonString(EngineJson.Options);
            return node;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
