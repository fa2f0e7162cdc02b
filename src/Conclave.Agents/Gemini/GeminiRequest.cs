using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gemini;

/// <summary>Writes the part of <c>GenerateContentRequest</c> that we send. There are no sampling parameters: current models ignore them.</summary>
internal static class GeminiRequest
{
    public static JsonObject From(ModelRequest request) => new JsonObject
    {
        ["contents"] = new JsonArray([.. request.Messages.Select(Turn)]),
    }
        .With("systemInstruction", RequestJson.Instructions(request) is { } instructions ? new JsonObject { ["parts"] = new JsonArray(Text(instructions)) } : null)
        .With("tools", request.Tools is { } tools ? new JsonArray(new JsonObject { ["functionDeclarations"] = new JsonArray([.. tools.Select(Tool)]) }) : null)
        .With("generationConfig", new JsonObject { ["maxOutputTokens"] = request.MaxOutputTokens }
            .With("responseMimeType", request.Output is null ? null : "application/json")
            .With("responseJsonSchema", request.Output is { } output ? JsonElement.Parse(output.Json).AsNode() : null)
            .With("thinkingConfig", request.Effort is { } effort ? new JsonObject { ["thinkingLevel"] = effort } : null));

    private static JsonNode Turn(ModelMessage message) => new JsonObject
    {
        ["role"] = message.Role == ModelRole.Assistant ? "model" : "user",
        ["parts"] = new JsonArray([.. message.Role == ModelRole.Assistant ? TurnPart.Of(message).Select(Part) : Parts(message)]),
    };

    // Signatures go back with the part that they came with, to the letter: the vendor checks them.
    private static JsonNode Part(TurnPart part) => part.Text is { } text ? Text(text).With("thoughtSignature", part.With.Text("thoughtSignature")) : part.Item.AsNode();

    private static IEnumerable<JsonNode> Parts(ModelMessage message)
    {
        foreach (var result in message.Results ?? [])
        {
            yield return new JsonObject
            {
                ["functionResponse"] = new JsonObject { ["name"] = result.Name, ["response"] = new JsonObject { [result.IsError ? "error" : "result"] = result.Content } }
                    .With("id", GeminiParts.IsOwnId(result.CallId) ? null : result.CallId),
            };
        }

        if (message.Text.Length > 0 || message.Results is null)
        {
            yield return Text(message.Text);
        }
    }

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private static JsonNode Tool(ToolDefinition tool) => new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["parametersJsonSchema"] = JsonElement.Parse(tool.Schema).AsNode() };
}
