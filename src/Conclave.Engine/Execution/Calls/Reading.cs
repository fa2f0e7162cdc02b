namespace Conclave.Engine.Execution.Calls;

/// <summary>What was read out of an answer: a value, or why there is none, in words for the agent that gave it.</summary>
public abstract record Reading<T>
{
    private Reading()
    {
    }

    /// <summary>The value.</summary>
    public sealed record Read(T Value) : Reading<T>;

    /// <summary>The answer can't be used; the agent is told why and asked again.</summary>
    public sealed record Unreadable(string Problem) : Reading<T>;
}
