using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Planning;
using NJsonSchema;

namespace Conclave.Engine.Execution.Calls;

/// <summary>Reads JSON of a given form out of an answer. What models commonly put around it is taken off; nothing in it is changed.</summary>
public sealed class JsonAnswers
{
    private static readonly ConcurrentDictionary<OutputSchema, Task<JsonAnswers>> Known = new();
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

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
        if (Parse(answer) is not { } json)
        {
            return new Reading<JsonNode>.Unreadable($"it holds no JSON document; give one JSON object of the form `{name}` and nothing else.");
        }

        var errors = schema.Validate(json.ToJsonString(EngineJson.Options));
        return errors.Count == 0
            ? new Reading<JsonNode>.Read(json)
            : new Reading<JsonNode>.Unreadable($"the JSON is not of the form `{name}`: {string.Join("; ", errors.Take(10).Select(error => $"{error.Path}: {error.Kind}"))}.");
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

    // The whole text; else what stands between the first brace or bracket and the last one that fits: this takes off fences and remarks.
    private static JsonNode? Parse(string answer)
    {
        var text = answer.Trim().TrimStart('\uFEFF');
        if (TryParse(text) is { } whole)
        {
            return whole;
        }

        var start = text.AsSpan().IndexOfAny('{', '[');
        var end = start < 0 ? -1 : text.LastIndexOf(text[start] == '{' ? '}' : ']');
        return end > start ? TryParse(text[start..(end + 1)]) : null;
    }

    private static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Lenient) is { } node and (JsonObject or JsonArray) ? node : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
