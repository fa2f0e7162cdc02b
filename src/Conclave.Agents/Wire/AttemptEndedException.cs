using Conclave.Engine.Execution.Calls;

namespace Conclave.Agents.Wire;

/// <summary>Ends an attempt from below a vendor's SDK, which lets it pass as it is: so no knowledge about the wire is lost in the SDK's own exceptions.</summary>
internal sealed class AttemptEndedException(CallOutcome outcome) : Exception(outcome.GetType().Name)
{
    /// <summary>How the attempt ended.</summary>
    public CallOutcome Outcome { get; } = outcome;
}
