using System.Text.Json.Nodes;

namespace Conclave.Engine.Definition;

/// <summary>What a failed phase means for the session (<c>on_error</c>).</summary>
public abstract record OnError
{
    private OnError()
    {
    }

    /// <summary>The session fails.</summary>
    public sealed record Fail : OnError;

    /// <summary>The phases after it run as if it had succeeded; its output is null.</summary>
    public sealed record Continue : OnError;

    /// <summary>A human says whether to try again, to go on without it, or to fail.</summary>
    public sealed record Escalate : OnError;

    /// <summary>The phases after it run and read this value as its output.</summary>
    public sealed record Default(JsonNode? Value) : OnError;
}
