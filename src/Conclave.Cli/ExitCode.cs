using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;

namespace Conclave.Cli;

/// <summary>What the process says to its caller; documented in <c>docs/cli.md</c>.</summary>
internal static class ExitCode
{
    public const int Succeeded = 0;
    public const int Bug = 1;
    public const int Usage = 2;
    public const int Invalid = 3;
    public const int Keys = 4;
    public const int Failed = 5;
    public const int Unverified = 6;
    public const int Paused = 7;
    public const int Busy = 8;
    public const int ToolMissing = 9;
    public const int NotFound = 10;
    public const int Cancelled = 130;

    /// <summary>The code of a session as it stands now.</summary>
    public static int Of(SessionState state) => (state.Status, state.Verification?.Verdict) switch
    {
        (SessionStatus.Succeeded, Verdict.Unverified) => Unverified,
        (SessionStatus.Succeeded, _) => Succeeded,
        (SessionStatus.Failed, _) => Failed,
        (SessionStatus.Cancelled, _) => Cancelled,
        _ => Paused,
    };

    /// <summary>The code of something that was not done.</summary>
    public static int Of(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Invalid or RefusalKind.Conflict => Invalid,
        RefusalKind.Keys => Keys,
        RefusalKind.Busy => Busy,
        RefusalKind.ToolMissing => ToolMissing,
        RefusalKind.Usage => Usage,
        _ => NotFound,
    };
}
