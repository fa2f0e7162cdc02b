using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Agents.Compatible;

/// <summary>
/// Writes a request in the words of Chat Completions, with no more of them than every server knows: strict ones refuse what they don't know. There are no
/// sampling parameters.
/// </summary>
internal static class ChatRequest
{
    /// <param name="limitName">What the server calls the limit of the answer: <c>max_tokens</c>, or <c>max_completion_tokens</c> at OpenAI.</param>
    public static JsonObject From(ModelRequest request, bool stream, string limitName) => new JsonObject
    {
        ["model"] = request.Model,
        ["messages"] = new JsonArray([.. System(request), .. request.Messages.SelectMany(Turns)]),
        [limitName] = request.MaxOutputTokens,
    }
        .With("stream", stream ? true : null)
        .With("stream_options", stream ? new JsonObject { ["include_usage"] = true } : null)
        .With("reasoning_effort", request.Effort)
        .With("response_format", request.Output is { } output ? new JsonObject { ["type"] = "json_schema", ["json_schema"] = Format(output) } : null)
        .With("tools", request.Tools is { } tools ? new JsonArray([.. tools.Select(Tool)]) : null);

    private static IEnumerable<JsonNode> System(ModelRequest request) => RequestJson.Instructions(request) is { } instructions ? [Turn("system", instructions)] : [];

    private static IEnumerable<JsonNode> Turns(ModelMessage message)
    {
        if (message.Role == ModelRole.Assistant)
        {
            return [Answer(message)];
        }

        var results = (message.Results ?? []).Select(result => (JsonNode)Turn("tool", result.Content).With("tool_call_id", result.CallId));
        return message.Text.Length == 0 && message.Results is not null ? results : results.Append(Turn("user", message.Text));
    }

    private static JsonObject Answer(ModelMessage message)
    {
        var calls = TurnPart.Of(message).Where(part => part.Text is null).Select(part => part.Item.AsNode()).ToArray();
        return Turn("assistant", message.Text).With("tool_calls", calls.Length == 0 ? null : new JsonArray(calls));
    }

    private static JsonObject Turn(string role, string text) => new() { ["role"] = role, ["content"] = text };

    private static JsonObject Format(OutputSchema output)
    {
        var schema = JsonElement.Parse(output.Json);
        return new() { ["name"] = RequestJson.Name(output.Name), ["schema"] = schema.AsNode(), ["strict"] = StrictSchema.Allows(schema) };
    }

    private static JsonNode Tool(ToolDefinition tool)
    {
        var schema = JsonElement.Parse(tool.Schema);
        return new JsonObject
        {
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["parameters"] = schema.AsNode(), ["strict"] = StrictSchema.Allows(schema) },
        };
    }
}
