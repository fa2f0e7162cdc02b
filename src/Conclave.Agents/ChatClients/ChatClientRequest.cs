using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Execution.Calls;
using Microsoft.Extensions.AI;

namespace Conclave.Agents.ChatClients;

/// <summary>Writes a request in the words of Microsoft.Extensions.AI. There are no sampling parameters.</summary>
internal static class ChatClientRequest
{
    public static (List<ChatMessage> Messages, ChatOptions Options) From(ModelRequest request)
    {
        var messages = new List<ChatMessage>();
        if (RequestJson.Instructions(request) is { } instructions)
        {
            messages.Add(new ChatMessage(ChatRole.System, instructions));
        }

        messages.AddRange(request.Messages.SelectMany(Turns));
        var options = new ChatOptions
        {
            ModelId = request.Model,
            MaxOutputTokens = request.MaxOutputTokens,
            ResponseFormat = request.Output is { } output ? ChatResponseFormat.ForJsonSchema(JsonElement.Parse(output.Json), RequestJson.Name(output.Name)) : null,
            Tools = request.Tools is { } tools ? [.. tools.Select(tool => AIFunctionFactory.CreateDeclaration(tool.Name, tool.Description, JsonElement.Parse(tool.Schema)))] : null,
            Reasoning = Effort(request.Effort) is { } effort ? new ReasoningOptions { Effort = effort } : null,
        };
        return (messages, options);
    }

    private static IEnumerable<ChatMessage> Turns(ModelMessage message)
    {
        if (message.Role == ModelRole.Assistant)
        {
            return [new ChatMessage(ChatRole.Assistant, [.. TurnPart.Of(message).Select(Content)])];
        }

        var results = message.Results is { } given
            ? new[] { new ChatMessage(ChatRole.Tool, [.. given.Select(result => (AIContent)new FunctionResultContent(result.CallId, result.Content))]) }
            : [];
        return message.Text.Length == 0 && message.Results is not null ? results : results.Append(new ChatMessage(ChatRole.User, message.Text));
    }

    private static AIContent Content(TurnPart part) => part.Text is { } text
        ? new TextContent(text)
        : part.Item.Deserialize<AIContent>(AIJsonUtilities.DefaultOptions)!;

    private static ReasoningEffort? Effort(string? effort) => effort switch
    {
        "none" => ReasoningEffort.None,
        "low" => ReasoningEffort.Low,
        "medium" => ReasoningEffort.Medium,
        "high" => ReasoningEffort.High,
        "xhigh" => ReasoningEffort.ExtraHigh,
        _ => null,
    };
}
