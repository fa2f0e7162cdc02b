using Conclave.Engine.Definition;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution.Calls;

/// <summary>One question of a step.</summary>
/// <param name="Name">Unique among the questions of the step.</param>
/// <param name="Task">The kind of work, which gives the output limit (<see cref="TaskLimits"/>).</param>
/// <param name="Prompt">The rendered question.</param>
/// <param name="Read">Reads the answer; pure.</param>
public sealed record AskRequest<T>(string Name, AgentId Agent, string Task, RenderedPrompt Prompt, Func<string, Reading<T>> Read)
{
    /// <summary>The JSON that is asked for; null for text.</summary>
    public OutputSchema? Output { get; init; }

    /// <summary>Whether an answer that is cut off at its limit is continued by further requests; true by default.</summary>
    public bool Continues { get; init; } = true;
}

/// <summary>A question in words.</summary>
/// <param name="SharedLength">How much of it, in characters, other questions of the session begin with as well; 0 for nothing.</param>
public readonly record struct RenderedPrompt(string Text, int SharedLength = 0)
{
    /// <summary>A question that shares nothing.</summary>
    public static implicit operator RenderedPrompt(string text) => new(text);
}

/// <summary>What a question came to.</summary>
public abstract record AskResult<T>
{
    private AskResult()
    {
    }

    /// <summary>An answer that could be read.</summary>
    /// <param name="Agent">Who gave it; another than was asked when a fallback stood in.</param>
    /// <param name="CostUsd">The sum of the call's attempts.</param>
    public sealed record Answered(T Value, string Text, Agent Agent, decimal CostUsd) : AskResult<T>;

    /// <summary>There is none, and the step may decide to do without.</summary>
    public sealed record Unanswered(string Code, string Reason) : AskResult<T>;
}

/// <summary>How many tokens the answer to a kind of task may have, so that worst cases are honest but bearable.</summary>
public static class TaskLimits
{
    /// <summary>The limit of a task that is not listed.</summary>
    public const int Default = 16_000;

    /// <summary>The output limit in tokens, reasoning included.</summary>
    public static int For(string task) => task switch
    {
        "ballot" or "critique" => 4_000,
        "requirements" or "review" => 12_000,
        "plan" or "contract" => 16_000,
        "build" or "repair" => 64_000,
        _ => Default,
    };
}
