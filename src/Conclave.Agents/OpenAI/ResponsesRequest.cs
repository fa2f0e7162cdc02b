using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;
using OpenAI.Responses;

namespace Conclave.Agents.OpenAI;

/// <summary>Writes a request in the words of the Responses API. There are no sampling parameters: current models refuse them.</summary>
internal static class ResponsesRequest
{
    private const int MaxSchemaNameLength = 64;

    public static CreateResponseOptions From(ModelRequest request)
    {
        var options = new CreateResponseOptions
        {
            Model = request.Model,
            Instructions = string.IsNullOrWhiteSpace(request.System) ? null : request.System,
            MaxOutputTokenCount = request.MaxOutputTokens,
            StoredOutputEnabled = false,
            StreamingEnabled = true,
            ReasoningOptions = request.Effort is { } effort ? new ResponseReasoningOptions { ReasoningEffortLevel = new ResponseReasoningEffortLevel(effort) } : null,
            TextOptions = request.Output is { } output ? new ResponseTextOptions { TextFormat = Format(output) } : null,
        };
        foreach (var message in request.Messages)
        {
            options.InputItems.Add(message.Role == ModelRole.Assistant
                ? ResponseItem.CreateAssistantMessageItem(message.Text)
                : ResponseItem.CreateUserMessageItem(message.Text));
        }

        return options;
    }

    private static ResponseTextFormat Format(OutputSchema output) =>
        ResponseTextFormat.CreateJsonSchemaFormat(SchemaName(output.Name), BinaryData.FromString(output.Json), jsonSchemaIsStrict: true);

    // The vendor takes letters, digits, `_` and `-`; ours are names for people.
    private static string SchemaName(string name)
    {
        var allowed = string.Concat(name.Take(MaxSchemaNameLength).Select(character => char.IsAsciiLetterOrDigit(character) || character == '-' ? character : '_'));
        return allowed.Length == 0 ? "answer" : allowed;
    }
}
