using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

/// <summary>A step can't go on now, but can later: the session pauses, or is being stopped. It unwinds the step; the journal keeps all it had.</summary>
public sealed class StepSuspendedException(StatusReason? pause) : Exception(pause?.Text ?? "the session is being stopped")
{
    /// <summary>Why the session must pause; null when it is being stopped anyway.</summary>
    public StatusReason? Pause { get; } = pause;
}

/// <summary>A step can't succeed. It unwinds the step, which then has failed with this reason.</summary>
public sealed class StepFailedException(string code, string reason) : Exception(reason)
{
    /// <summary>The <c>CONCnnn</c> number.</summary>
    public string Code { get; } = code;
}

/// <summary>Another process has taken the session over; this one must not write to it any more.</summary>
public sealed class OwnershipLostException(SessionId session) : Exception($"CONC702 another process has taken over session {session}")
{
    /// <summary>The session that was lost.</summary>
    public SessionId Session { get; } = session;
}
