using Conclave.Engine.Journal;
using Conclave.Engine.Planning;

namespace Conclave.Engine.Execution.Calls;

/// <summary>What a call does next: a closed set that <see cref="CallPolicy"/> returns and the door carries out.</summary>
public abstract record CallAction
{
    private CallAction()
    {
    }

    /// <summary>Send one request.</summary>
    /// <param name="NotBefore">When it may be sent; null for at once.</param>
    public sealed record Send(Agent Agent, ModelRequest Request, AttemptReason Why, DateTimeOffset? NotBefore) : CallAction
    {
        /// <summary>Whether another agent can do the same, so that nobody need wait for this one while it is down.</summary>
        public bool HasSubstitute { get; init; }
    }

    /// <summary>The answer is there, whole and readable.</summary>
    public sealed record Done(string Text, Agent Agent) : CallAction;

    /// <summary>The step must do without an answer.</summary>
    public sealed record Fail(string Code, string Reason) : CallAction;

    /// <summary>A human must mend something; then the session goes on here.</summary>
    public sealed record Pause(string Code, string Reason, string Fix) : CallAction;
}
