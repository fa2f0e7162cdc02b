namespace Conclave.Engine.Execution.Calls;

/// <summary>What one attempt reports while it runs. The last event, and only the last, is <see cref="Ended"/>.</summary>
public abstract record ModelEvent
{
    private ModelEvent()
    {
    }

    /// <summary>More of the answer's text.</summary>
    public sealed record Delta(string Text) : ModelEvent;

    /// <summary>The model is thinking; the text is what the vendor shows of it, often none.</summary>
    public sealed record Thinking(string Text) : ModelEvent;

    /// <summary>The attempt is over.</summary>
    public sealed record Ended(CallOutcome Outcome) : ModelEvent;
}
