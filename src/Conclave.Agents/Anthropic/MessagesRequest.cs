using System.Text.Json;
using Anthropic.Models.Messages;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;

namespace Conclave.Agents.Anthropic;

/// <summary>Writes a request in the words of the Messages API. There are no sampling parameters: current models refuse them.</summary>
internal static class MessagesRequest
{
    public static MessageCreateParams From(ModelRequest request)
    {
        var message = new MessageCreateParams
        {
            Model = request.Model,
            MaxTokens = request.MaxOutputTokens,
            Messages = [.. request.Messages.Select(Turn)],
        };
        if (!string.IsNullOrWhiteSpace(request.System))
        {
            message = message with { System = request.System };
        }

        return request is { Effort: null, Output: null } ? message : message with { OutputConfig = Config(request) };
    }

    private static MessageParam Turn(ModelMessage message) =>
        message.Role == ModelRole.Assistant ? new AssistantMessageParam(message.Text) : new UserMessageParam(message.Text);

    private static OutputConfig Config(ModelRequest request)
    {
        var config = new OutputConfig();
        if (request.Effort is { } effort)
        {
            config = config with { Effort = effort };
        }

        return request.Output is { } output ? config with { Format = new JsonOutputFormat { Schema = Schema(output) } } : config;
    }

    private static Dictionary<string, JsonElement> Schema(OutputSchema output) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(output.Json)!;
}
