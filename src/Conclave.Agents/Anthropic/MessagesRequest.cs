using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Agents.Anthropic;

/// <summary>Writes a request in the words of the Messages API. There are no sampling parameters: current models refuse them.</summary>
internal static class MessagesRequest
{
    /// <param name="isKnown">Whether the catalog knows the model; an unknown one may be too old for strict tools.</param>
    public static JsonObject From(ModelRequest request, bool isKnown) => new JsonObject
    {
        ["model"] = request.Model,
        ["max_tokens"] = request.MaxOutputTokens,
        ["messages"] = new JsonArray([.. request.Messages.Select((message, index) => (JsonNode)Turn(message, index == 0 ? RequestJson.Shared(request) : null))]),
    }
        .With("system", RequestJson.Instructions(request))
        .With("tools", request.Tools is { } tools ? new JsonArray([.. tools.Select(tool => (JsonNode)Tool(tool, isKnown))]) : null)
        .With("output_config", request is { Effort: null, Output: null } ? null : new JsonObject().With("effort", request.Effort).With("format", request.Output is { } output ? Format(output) : null));

    private static JsonObject Turn(ModelMessage message, string? shared)
    {
        if (message.Role == ModelRole.Assistant)
        {
            return new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = message.Turn is null ? message.Text : new JsonArray([.. TurnPart.Of(message).Where(part => part.Text != "").Select(part => part.Text is { } text ? Text(text) : part.Item.AsNode())]),
            };
        }

        return new JsonObject { ["role"] = "user", ["content"] = message.Results is null && shared is null ? message.Text : new JsonArray([.. Blocks(message, shared)]) };
    }

    // Everything up to the mark is kept by the vendor: the instructions, and of the question what others begin with as well.
    // https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
    private static IEnumerable<JsonNode> Blocks(ModelMessage message, string? shared)
    {
        foreach (var result in message.Results ?? [])
        {
            yield return new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = result.CallId, ["content"] = result.Content }.With("is_error", result.IsError ? true : null);
        }

        if (shared is not null)
        {
            yield return Text(shared).With("cache_control", new JsonObject { ["type"] = "ephemeral" });
        }

        if (message.Text[(shared?.Length ?? 0)..] is { Length: > 0 } text)
        {
            yield return Text(text);
        }
    }

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };

    private static JsonObject Format(OutputSchema output) => new() { ["type"] = "json_schema", ["schema"] = JsonElement.Parse(output.Json).AsNode() };

    private static JsonObject Tool(ToolDefinition tool, bool isKnown)
    {
        var schema = JsonElement.Parse(tool.Schema);
        return new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["input_schema"] = schema.AsNode() }.With("strict", isKnown && StrictSchema.Allows(schema) ? true : null);
    }
}
