namespace Conclave.Workspace.Sandbox;

/// <summary>What the sandbox may use of this machine.</summary>
/// <param name="Directory">Where the trees of its runs lie; disposable, made when there is none.</param>
public sealed record SandboxOptions(string Directory)
{
    /// <summary>
    /// Used instead of <see cref="Directory"/> when Conclave runs as root and the user that generated code runs as can't enter that, as is the case
    /// below <c>/root</c>.
    /// </summary>
    public string RootDirectory { get; init; } = "/var/lib/conclave/sandbox";

    /// <summary>Where <c>bwrap</c>, <c>setpriv</c> and <c>prlimit</c> are looked for; directories with <c>:</c> between them.</summary>
    public string SearchPath { get; init; } = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>What a run may use.</summary>
    public SandboxLimits Limits { get; init; } = new();

    /// <summary>Runs at the same time; more wait for their turn.</summary>
    public int MaxConcurrent { get; init; } = 4;

    /// <summary>
    /// Started as root, each of the concurrent runs has a user of its own, from this number on, so that none can touch the files of another or use
    /// up its processes. Otherwise runs have the user of Conclave.
    /// </summary>
    public int FirstUser { get; init; } = 4242;
}

/// <summary>The limits of one run. Bytes, unless it says otherwise.</summary>
public sealed record SandboxLimits
{
    /// <summary>From the start of the command to its end, unless the command brings its own.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Memory that all processes of the run have in use together.</summary>
    public long Memory { get; init; } = 2L << 30;

    /// <summary>Private memory that one process may ask for.</summary>
    public long Data { get; init; } = 4L << 30;

    /// <summary>Processor time of one process, in seconds.</summary>
    public int CpuSeconds { get; init; } = 120;

    /// <summary>The size of one file.</summary>
    public long File { get; init; } = 512L << 20;

    /// <summary>What all files of the tree have together, by their lengths. Looked at once a second, so a fast run gets further.</summary>
    public long Disk { get; init; } = 2L << 30;

    /// <summary>Files, directories and links in the tree. Looked at once a second as well.</summary>
    public int Entries { get; init; } = 250_000;

    /// <summary>Processes and threads.</summary>
    public int Processes { get; init; } = 512;

    /// <summary>Open files of one process.</summary>
    public int OpenFiles { get; init; } = 4096;

    /// <summary>Standard output, and as much again on standard error.</summary>
    public long Output { get; init; } = 4L << 20;

    /// <summary>What a command may report (see <see cref="SandboxCommand.Reports"/>).</summary>
    public long Report { get; init; } = 8L << 20;

    /// <summary>Memory and disk space that are left to the machine whatever happens; a run that would eat into them is ended.</summary>
    public long Reserve { get; init; } = 256L << 20;
}
