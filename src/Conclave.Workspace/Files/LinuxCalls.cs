using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Conclave.Workspace.Files;

/// <summary>The few calls of Linux that .NET does not have. What fails throws <see cref="IOException"/> with the kernel's words and its number as <see cref="Exception.HResult"/>.</summary>
internal static partial class LinuxCalls
{
    /// <summary><c>AT_FDCWD</c>: a relative path starts at the process's directory.</summary>
    public const int CurrentDirectory = -100;

    /// <summary>There is something of that name: a file or a directory that is not empty.</summary>
    public const int Exists = 17;
    public const int NotADirectory = 20;
    public const int NotEmpty = 39;

    private const int NotPermitted = 1;
    private const int TryAgain = 11;
    private const int NotImplemented = 38;

    private const int CloseOnExec = 0x80000;
    private const int OpenAt2 = 437;
    private const ulong NoMagicLinks = 0x02;
    private const ulong NoSymlinks = 0x04;
    private const ulong Beneath = 0x08;

    // Two flags that are not the same on all processors.
    private static readonly bool ArmFlags = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le;
    private static readonly int NoFollow = ArmFlags ? 0x8000 : 0x20000;

    /// <summary>An existing directory that is no link (<c>O_DIRECTORY|O_NOFOLLOW</c>).</summary>
    public static int Directory { get; } = (ArmFlags ? 0x4000 : 0x10000) | NoFollow | CloseOnExec;

    /// <summary>A file that does not exist yet, not even as a link (<c>O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW</c>).</summary>
    public static int NewFile { get; } = 0x1 | 0x40 | 0x80 | NoFollow | CloseOnExec;

    /// <summary>The number behind a handle; the caller keeps the handle alive.</summary>
    public static int Descriptor(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    public static void MakeDirectory(int parent, string name, uint mode) => Check(mkdirat(parent, name, mode), name);

    public static void SetMode(SafeFileHandle file, uint mode) => Check(fchmod(file, mode), "the mode of a file");

    public static SafeFileHandle OpenAt(int parent, string name, int flags, uint mode) => Handle(Check(openat(parent, name, flags, mode), name));

    /// <summary>Opens something below a directory; no link is followed on the way, and none leads out.</summary>
    /// <returns>Null when the kernel has no such call or a filter forbids it.</returns>
    public static SafeFileHandle? TryOpenBeneath(int parent, string path, int flags)
    {
        var how = new OpenHow { Flags = (ulong)flags, Resolve = Beneath | NoSymlinks | NoMagicLinks };
        while (true)
        {
            var opened = syscall(OpenAt2, parent, path, ref how, (nuint)Marshal.SizeOf<OpenHow>());
            if (opened >= 0)
            {
                return Handle((int)opened);
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case NotImplemented or NotPermitted:
                    return null;
                case TryAgain:
                    // Something was renamed while the kernel looked.
                    continue;
                default:
                    throw Failure(path);
            }
        }
    }

    /// <summary>Moves a directory to a name where there is nothing, or an empty directory; both are looked at and changed in one step.</summary>
    public static void Rename(string from, string to) => Check(rename(from, to), to);

    /// <summary>Makes everything written to a directory's file system survive a loss of power.</summary>
    public static void FlushFileSystem(string directory)
    {
        using var handle = OpenAt(CurrentDirectory, directory, Directory, 0);
        Check(syncfs(handle), directory);
    }

    /// <summary>Makes the names in a directory survive a loss of power. The directory may be reached through a link.</summary>
    public static void FlushDirectory(string directory)
    {
        using var handle = OpenAt(CurrentDirectory, directory, Directory & ~NoFollow, 0);
        Check(fsync(handle), directory);
    }

    private static SafeFileHandle Handle(int descriptor) => new(descriptor, ownsHandle: true);

    private static int Check(int result, string what) => result >= 0 ? result : throw Failure(what);

    private static IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdirat(int parent, string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int parent, string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(SafeFileHandle file, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint syscall(nint number, int parent, string path, ref OpenHow how, nuint size);

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
