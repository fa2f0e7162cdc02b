using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Agents.OpenAI;

/// <summary>Writes a request in the words of the Responses API. There are no sampling parameters: current models refuse them.</summary>
internal static class ResponsesRequest
{
    /// <param name="reasons">Whether the model is known to think; only then may its thinking be asked for, sealed, to be sent back in the next turn.</param>
    public static JsonObject From(ModelRequest request, bool stream, bool reasons) => new JsonObject
    {
        ["model"] = request.Model,
        ["input"] = new JsonArray([.. request.Messages.SelectMany(Items)]),
        ["max_output_tokens"] = request.MaxOutputTokens,
        ["store"] = false,
    }
        .With("stream", stream ? true : null)
        .With("instructions", RequestJson.Instructions(request))
        .With("reasoning", request.Effort is { } effort ? new JsonObject { ["effort"] = effort } : null)
        .With("include", reasons ? new JsonArray("reasoning.encrypted_content") : null)
        .With("text", request.Output is { } output ? new JsonObject { ["format"] = Format(output) } : null)
        .With("tools", request.Tools is { } tools ? new JsonArray([.. tools.Select(Tool)]) : null)
        .With("prompt_cache_key", RequestJson.SharedKey(request));

    private static IEnumerable<JsonNode> Items(ModelMessage message)
    {
        if (message.Role == ModelRole.Assistant)
        {
            return TurnPart.Of(message).Select(part => part.Text is { } text
                ? Message("assistant", new JsonObject { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray() }).With("phase", part.With.Text("phase"))
                : part.Item.AsNode());
        }

        var results = (message.Results ?? []).Select(result => (JsonNode)new JsonObject { ["type"] = "function_call_output", ["call_id"] = result.CallId, ["output"] = result.Content });
        return message.Text.Length == 0 && message.Results is not null ? results : results.Append(Message("user", new JsonObject { ["type"] = "input_text", ["text"] = message.Text }));
    }

    private static JsonObject Message(string role, JsonObject content) => new() { ["type"] = "message", ["role"] = role, ["content"] = new JsonArray(content) };

    private static JsonObject Format(OutputSchema output)
    {
        var schema = JsonElement.Parse(output.Json);
        return new() { ["type"] = "json_schema", ["name"] = RequestJson.Name(output.Name), ["schema"] = schema.AsNode(), ["strict"] = StrictSchema.Allows(schema) };
    }

    private static JsonNode Tool(ToolDefinition tool)
    {
        var schema = JsonElement.Parse(tool.Schema);
        return new JsonObject { ["type"] = "function", ["name"] = tool.Name, ["description"] = tool.Description, ["parameters"] = schema.AsNode(), ["strict"] = StrictSchema.Allows(schema) };
    }
}
