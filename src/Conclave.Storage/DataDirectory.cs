using System.Globalization;
using System.Text.Json;
using Conclave.Engine;

namespace Conclave.Storage;

/// <summary>
/// Where everything of one installation lies. One process owns it, by holding <c>lock</c>; the kernel gives the lock back however that process ends.
/// </summary>
public sealed class DataDirectory
{
    private DataDirectory(string path) => Path = path;

    /// <summary>The directory, absolute.</summary>
    public string Path { get; }

    /// <summary>The journal.</summary>
    public string JournalFile => System.IO.Path.Combine(Path, "conclave.db");

    /// <summary>The machine's settings.</summary>
    public string ConfigFile => System.IO.Path.Combine(Path, "config.yaml");

    /// <summary>The keys of the vendors.</summary>
    public string KeysFile => System.IO.Path.Combine(Path, "keys.json");

    /// <summary>The user's own models, and what the user knows better about ours.</summary>
    public string ModelsFile => System.IO.Path.Combine(Path, "models.json");

    private string LockFile => System.IO.Path.Combine(Path, "lock");

    private string OwnerFile => System.IO.Path.Combine(Path, "owner.json");

    /// <summary>Disposable files of one session.</summary>
    public string WorkDirectory(string session) => System.IO.Path.Combine(Path, "work", session);

    /// <summary>Opens a directory; it is made, for its user only, when there is none.</summary>
    /// <exception cref="DataDirectoryException">There is something else, or it can't be made.</exception>
    public static DataDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            CreatePrivate(full);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException(full, File.Exists(full) ? "it is a file" : error.Message);
        }

        return new DataDirectory(full);
    }

    /// <summary>Whether a process owns the directory now. For readers: it may change at once.</summary>
    public bool IsOwned()
    {
        try
        {
            // FileShare.Read is an flock(LOCK_SH | LOCK_NB) on Unix: it fails beside an owner, and hinders no other reader.
            using var probe = new FileStream(LockFile, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Makes a directory that only its user can enter; one that exists keeps its mode.</summary>
    public static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Takes ownership until the result is disposed.</summary>
    /// <returns>Null when another process has it; <see cref="Owner"/> then names it.</returns>
    /// <exception cref="DataDirectoryException">It can't be written.</exception>
    public IDisposable? TryLock()
    {
        // A reader that looks for an owner is in the way for a moment; an owner stays.
        for (var tries = 1; tries < 5; tries++)
        {
            if (TryLockOnce() is { } held)
            {
                return held;
            }

            Thread.Sleep(10);
        }

        return TryLockOnce();
    }

    private FileStream? TryLockOnce()
    {
        FileStream? held = null;
        try
        {
            // FileShare.None is an flock(LOCK_EX | LOCK_NB) on Unix.
            held = new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            WriteOwner();
            return held;
        }
        catch (UnauthorizedAccessException error)
        {
            held?.Dispose();
            throw new DataDirectoryException(Path, error.Message);
        }
        catch (IOException) when (held is null)
        {
            return null;
        }
    }

    /// <summary>The process that owns the directory, or owned it last; null when none ever did.</summary>
    public DataOwner? Owner()
    {
        try
        {
            return JsonSerializer.Deserialize<DataOwner>(File.ReadAllText(OwnerFile), EngineJson.Options);
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }

    private void WriteOwner()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(OwnerFile, options);
        JsonSerializer.Serialize(stream, new DataOwner(Environment.ProcessId), EngineJson.Options);
    }
}

/// <summary>A data directory that can't be used; the message is for the user.</summary>
public sealed class DataDirectoryException(string path, string reason)
    : Exception($"CONC220 the data directory {path} can't be used: {reason.TrimEnd('.')}; choose another with --data or CONCLAVE_DATA");

/// <summary>The process that owns a data directory.</summary>
public sealed record DataOwner(int Pid)
{
    /// <summary>For messages.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {Pid}");
}
