using System.Text.Json.Serialization;

namespace Conclave.Workspace.Sandbox;

/// <summary>How one command went.</summary>
/// <param name="ExitCode">Its exit code, 128 + n when signal n ended it; null when it never ran or was stopped.</param>
/// <param name="Detail">One line for people about the outcome; null when the command simply ended.</param>
/// <param name="PeakMemory">The most memory, in bytes, that its processes were seen to use together; null when it ended before the first look.</param>
public sealed record SandboxRun(
    SandboxOutcome Outcome,
    int? ExitCode,
    string? Detail,
    TimeSpan Duration,
    CapturedText Stdout,
    CapturedText Stderr,
    long? PeakMemory)
{
    /// <summary>What it reported; empty when it was not to report, or did not.</summary>
    [JsonIgnore]
    public string Report { get; init; } = "";

    /// <summary>What the command found on its standard input, once, before anything else could run there; empty when it was not to report.</summary>
    [JsonIgnore]
    public string ReportKey { get; init; } = "";

    /// <summary>A run that did not come about.</summary>
    internal static SandboxRun Error(string detail) =>
        new(SandboxOutcome.SandboxError, null, detail, TimeSpan.Zero, CapturedText.Empty, CapturedText.Empty, null);
}

/// <summary>What became of a command.</summary>
public enum SandboxOutcome
{
    /// <summary>It ended with exit code 0.</summary>
    Passed,

    /// <summary>It ended with another exit code.</summary>
    Failed,

    /// <summary>It took too long, or too much processor time, and was stopped.</summary>
    Timeout,

    /// <summary>It used too much memory and was stopped.</summary>
    OutOfMemory,

    /// <summary>It wrote too much, to its output or to the disk, and was stopped.</summary>
    OutputLimit,

    /// <summary>The sandbox failed, not the command; nothing is known about the command.</summary>
    SandboxError,
}

/// <summary>The beginning and the end of an output.</summary>
/// <param name="Head">The first 64 KiB.</param>
/// <param name="Tail">The last 64 KiB of what came after the head.</param>
/// <param name="Bytes">The length of all of it.</param>
public sealed record CapturedText(string Head, string Tail, long Bytes)
{
    /// <summary>The longest head and the longest tail, in bytes.</summary>
    public const int MaxPart = 64 * 1024;

    /// <summary>Nothing.</summary>
    public static CapturedText Empty { get; } = new("", "", 0);

    /// <summary>Head and tail, with a line between them that says how much is missing.</summary>
    [JsonIgnore]
    public string Text => Bytes <= 2 * MaxPart ? Head + Tail : $"{Head}\n[... {Bytes - (2 * MaxPart)} bytes left out ...]\n{Tail}";
}
