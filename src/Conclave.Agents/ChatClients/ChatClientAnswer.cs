using System.Text;
using System.Text.Json;
using Conclave.Agents.Wire;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Microsoft.Extensions.AI;

namespace Conclave.Agents.ChatClients;

/// <summary>Reads the updates of an <see cref="IChatClient"/>. Mutable; used by one attempt.</summary>
internal sealed class ChatClientAnswer
{
    private readonly StringBuilder text = new();
    private readonly TurnWriter turn = new();
    private readonly List<ToolCall> calls = [];
    private Usage? usage;
    private string? model;
    private string? id;
    private string? error;
    private ChatFinishReason? finish;

    /// <summary>Whether anything of an answer came.</summary>
    public bool HasBegun { get; private set; }

    public IEnumerable<ModelEvent> Take(ChatResponseUpdate update)
    {
        HasBegun = true;
        model = update.ModelId ?? model;
        id = update.ResponseId ?? id;
        finish = update.FinishReason ?? finish;
        return [.. update.Contents.Select(Take).OfType<ModelEvent>()];
    }

    /// <summary>What the answer came to when nothing more comes; without a reason for its end it is not known to be whole.</summary>
    public CallOutcome AtEnd()
    {
        var outcome = Ending() with { RequestId = id, StopReason = finish?.Value };
        return outcome is CallOutcome.Answered or CallOutcome.CutOff ? outcome with { Calls = calls.Count == 0 ? null : [.. calls], Turn = turn.Write() } : outcome;
    }

    /// <summary>The answer broke off.</summary>
    public CallOutcome Lost(string why) => new CallOutcome.InDoubt(why, text.Length == 0 ? null : StoredText.From(text.ToString())) { RequestId = id };

    private CallOutcome Ending() => finish?.Value switch
    {
        _ when error is not null => new CallOutcome.Failed(200, error),
        null => Lost("the client stopped before the answer was complete"),
        "length" => new CallOutcome.CutOff(Whole, usage, model),
        "stop" or "tool_calls" when calls.Count > 0 || !string.IsNullOrWhiteSpace(text.ToString()) => new CallOutcome.Answered(Whole, usage, model),
        "stop" or "tool_calls" => new CallOutcome.Empty(usage, model),
        var reason => new CallOutcome.Refused(reason, usage),
    };

    private StoredText Whole => StoredText.From(text.ToString());

    private ModelEvent? Take(AIContent content)
    {
        switch (content)
        {
            case TextReasoningContent thought:
                Keep(thought, thought.ProtectedData is not null);
                return new ModelEvent.Thinking(thought.Text);
            case TextContent { Text: { Length: > 0 } piece }:
                text.Append(piece);
                turn.Text(piece.Length);
                return new ModelEvent.Delta(piece);
            case FunctionCallContent call:
                Keep(call, true);
                calls.Add(new ToolCall(call.CallId, call.Name, StoredText.From(JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(StringComparer.Ordinal), AIJsonUtilities.DefaultOptions))));
                return null;
            case UsageContent counted:
                usage = Add(counted.Details);
                return null;
            case ErrorContent failure:
                error = failure.Message;
                return null;
            default:
                return null;
        }
    }

    private void Keep(AIContent content, bool isWanted)
    {
        if (isWanted)
        {
            turn.Item(JsonSerializer.SerializeToElement(content, AIJsonUtilities.DefaultOptions));
        }
    }

    private Usage Add(UsageDetails details) => (usage ?? Usage.None) + new Usage(
        details.InputTokenCount ?? 0, details.CachedInputTokenCount ?? 0, 0, details.OutputTokenCount ?? 0, details.ReasoningTokenCount ?? 0);
}
