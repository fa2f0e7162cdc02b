namespace Conclave.Server.Hosting;

/// <summary>Why something the user asked for is not done; nothing has happened yet.</summary>
/// <param name="Text">What is wrong, with its <c>CONCnnn</c> number; may have several lines.</param>
/// <param name="Fix">What to do.</param>
public sealed record Refusal(RefusalKind Kind, string Text, string? Fix = null);

/// <summary>The kinds of refusals; each surface has one exit code or status for each.</summary>
public enum RefusalKind
{
    /// <summary>A workflow or an input is not valid.</summary>
    Invalid,

    /// <summary>Keys are missing.</summary>
    Keys,

    /// <summary>Another process owns the data directory.</summary>
    Busy,

    /// <summary>A tool that can't be done without is missing.</summary>
    ToolMissing,

    /// <summary>It must not be asked for in this way.</summary>
    Usage,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>It makes no sense in the state that the session is in.</summary>
    Conflict,
}
