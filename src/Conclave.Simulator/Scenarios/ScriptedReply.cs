using System.Collections.Immutable;

namespace Conclave.Simulator.Scenarios;

/// <summary>What a scenario's author lets a model say.</summary>
/// <param name="Text">The answer; empty when it is nothing but tool calls.</param>
public sealed record ScriptedReply(string Text)
{
    /// <summary>What the vendor shows of the model's thinking, before the answer; null for nothing.</summary>
    public string? Thinking { get; init; }

    /// <summary>Tools that it wants called, after the text.</summary>
    public ImmutableArray<ToolCall> ToolCalls { get; init; } = [];
}

/// <summary>One wish to call a tool.</summary>
/// <param name="Arguments">JSON as the model wrote it, which may be broken.</param>
public sealed record ToolCall(string Name, string Arguments);
