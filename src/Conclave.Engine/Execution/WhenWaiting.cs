namespace Conclave.Engine.Execution;

/// <summary>What the process that runs a session does when nothing but people keeps it.</summary>
public enum WhenWaiting
{
    /// <summary>It ends its run and writes nothing; the session stays <c>waiting</c>, and the process that brings the answer goes on with it.</summary>
    Leave,

    /// <summary>It waits on, for an answer or for the time of a default.</summary>
    Stay,
}
