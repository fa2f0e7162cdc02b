using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Conclave.Workspace.Sandbox;

/// <summary>What .NET does not offer of Linux (x86_64).</summary>
[SupportedOSPlatform("linux")]
internal static partial class Libc
{
    /// <summary>The signal that nobody can ignore.</summary>
    public const int KillSignal = 9;

    /// <summary>The signal that stops a process until it is told to go on; nobody can ignore it either.</summary>
    public const int StopSignal = 19;

    private const long CloseRangeCall = 436;
    private const uint CloseOnExec = 4;
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int NoFollow = 0x20000;
    private const int CloseOnExecFlag = 0x80000;

    /// <summary>The user that this process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>The group that this process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "getegid")]
    public static partial uint EffectiveGroup();

    /// <summary>Sends a signal to a process. Not 0: it failed.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    /// <summary>Gives a file, or a link itself, to another user. Not 0: it failed.</summary>
    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    /// <summary>
    /// Makes all descriptors of this process but the standard ones close when a program is started. .NET opens all of its own so; this is for those
    /// that were inherited or opened by native libraries. Not 0: it failed.
    /// </summary>
    public static long CloseDescriptorsOnExec() => CloseRange(CloseRangeCall, 3, uint.MaxValue, CloseOnExec);

    /// <summary>Opens a file to read it, never following a link, never waiting for the other end of a pipe. Invalid when it can't be opened.</summary>
    public static SafeFileHandle OpenToRead(string path) => Open(path, ReadOnly | NonBlocking | NoFollow | CloseOnExecFlag);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags);

    // Through syscall(2): the C library has a function of this name only since glibc 2.34.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long CloseRange(long number, uint first, uint last, uint flags);
}
