using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;
using Conclave.Server.Hosting;

namespace Conclave.Server.Asking;

/// <summary>A JSON Schema that an answer must fit, from a file.</summary>
public static class SchemaFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads it, and tries whether answers can be checked against it.</summary>
    public static async Task<Refusable<OutputSchema>> Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                return Refuse(path, "it is larger than 1 MB");
            }

            if (JsonNode.Parse(await File.ReadAllTextAsync(path)) is not JsonObject schema)
            {
                return Refuse(path, "it is no JSON object");
            }

            // Following a reference would read files and addresses that the schema's author chose.
            if (References(schema).FirstOrDefault(target => !target.StartsWith('#')) is { } outside)
            {
                return Refuse(path, $"it refers to `{outside}`, which is outside of it");
            }

            var output = new OutputSchema("answer", schema.ToJsonString(EngineJson.Options));
            return await JsonAnswers.TryFor(output) is { } problem ? Refuse(path, problem) : output;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return Refuse(path, error.Message);
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue value } && value.TryGetValue<string>(out var target) ? [target] : References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private static Refusal Refuse(string path, string why) =>
        new(RefusalKind.Invalid, $"CONC438 the schema {path} can't be used: {why}", "give a file that holds one JSON Schema, whole in itself");
}
