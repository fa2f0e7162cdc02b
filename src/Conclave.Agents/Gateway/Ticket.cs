using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Gateway;

/// <summary>A call that was let in, until it gives its place back. Mutable; used under the line's lock.</summary>
internal sealed class Ticket(ModelRequest request, CallSize size, RateWindow.Use use, bool isTry)
{
    private bool isTry = isTry;
    private bool hasLeft;

    public ModelRequest Request { get; } = request;

    public string Model => Request.Model;

    /// <summary>What it was taken to need.</summary>
    public CallSize Size { get; } = size;

    /// <summary>What it counts in the last minute.</summary>
    public RateWindow.Use Use { get; } = use;

    /// <summary>Whether its request may have left.</summary>
    public bool IsMade { get; private set; }

    /// <summary>Whether its vendor has said something, and so has counted it.</summary>
    public bool IsHeard { get; private set; }

    public void Send() => IsMade = true;

    public void Hear() => IsHeard = true;

    /// <summary>Counts what the call took in place of what it was taken to need; without a word about that the estimate stays.</summary>
    public void End(CallOutcome outcome, RateWindow window)
    {
        IsHeard = true;
        IsMade = outcome is not CallOutcome.NotSent;
        if (CallSize.Of(outcome) is { } took)
        {
            window.Correct(Use, took.Total);
        }
    }

    /// <summary>Whether it tries if its model is back; true once only.</summary>
    public bool TakeTry()
    {
        var was = isTry;
        isTry = false;
        return was;
    }

    /// <summary>False when it has left before.</summary>
    public bool Leave()
    {
        var first = !hasLeft;
        hasLeft = true;
        return first;
    }
}
