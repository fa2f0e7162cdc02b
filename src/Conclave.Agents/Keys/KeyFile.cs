using System.Collections.Immutable;
using System.Text.Json;

namespace Conclave.Agents.Keys;

/// <summary>
/// Keys by provider, in a file that nobody but its user may read: <c>{"openai": "sk-...", "gemini": "AIza..."}</c>. It is replaced as a whole or not at all.
/// </summary>
public sealed class KeyFile(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const long MaxBytes = 1 << 20;

    private static readonly ImmutableSortedDictionary<string, Secret> None = ImmutableSortedDictionary<string, Secret>.Empty.WithComparers(StringComparer.Ordinal);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The keys; none when there is no file. A file that others can read or write is not used: its keys may be known, or somebody else's.</summary>
    public KeyFileReading Read()
    {
        if (!File.Exists(path))
        {
            return new KeyFileReading(None, null);
        }

        return Exposure() is { } mode
            ? new KeyFileReading(None, new KeyProblem($"CONC430 others can read or change {path} (mode {mode}), so it is not used", $"chmod 600 {path}; and if others use this machine, replace the keys that were in it"))
            : Parse();
    }

    /// <summary>Stores a key in place of the one that was there.</summary>
    /// <returns>What the user should know, such as a file that others could read until now.</returns>
    public KeyFileWriting Set(string provider, Secret key) => Change(keys => keys.SetItem(provider, key));

    /// <summary>Forgets a key.</summary>
    public KeyFileWriting Remove(string provider) => Change(keys => keys.Remove(provider));

    private KeyFileWriting Change(Func<ImmutableSortedDictionary<string, Secret>, ImmutableSortedDictionary<string, Secret>> change)
    {
        try
        {
            var exposed = File.Exists(path) ? Exposure() : null;
            var (keys, problem) = File.Exists(path) ? Parse() : new KeyFileReading(None, null);
            if (problem is not null)
            {
                return new KeyFileWriting(problem, null);
            }

            Write(change(keys));
            return new KeyFileWriting(null, exposed is null
                ? null
                : $"{path} had mode {exposed}, so that others could read or change it; it is private now. If others use this machine, replace the keys that were in it.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new KeyFileWriting(new KeyProblem($"CONC434 {path} can't be written: {error.Message}", "make room or mend its permissions; nothing was changed"), null);
        }
    }

    private KeyFileReading Parse()
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                return Damaged("it is larger than 1 MB");
            }

            // What the parser says about a bad file repeats parts of it, so only its place is told.
            var keys = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) ?? [];
            return new KeyFileReading(keys.ToImmutableSortedDictionary(pair => pair.Key, pair => new Secret(pair.Value ?? ""), StringComparer.Ordinal), null);
        }
        catch (JsonException error)
        {
            return Damaged($"line {error.LineNumber + 1} is not as it must be");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Damaged(error.Message);
        }
    }

    private KeyFileReading Damaged(string why) =>
        new(None, new KeyProblem($"CONC431 {path} can't be read: {why}", "it holds one map of providers to keys, {\"openai\": \"...\"}; mend it, or delete it and set the keys again"));

    // Beside it first, then into place: a reader sees the old file or the new one.
    private void Write(ImmutableSortedDictionary<string, Secret> keys)
    {
        var target = new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;
        var part = $"{target}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }

        try
        {
            using (var stream = new FileStream(part, options))
            {
                JsonSerializer.Serialize(stream, keys.ToDictionary(pair => pair.Key, pair => pair.Value.Reveal(), StringComparer.Ordinal), Indented);
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, target, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    // The mode in octal when others than the user may do anything with the file; else null.
    private string? Exposure() => !OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & Others) != UnixFileMode.None
        ? Convert.ToString((int)mode, 8).PadLeft(4, '0')
        : null;
}

/// <summary>What a file of keys holds, or why it is not used.</summary>
public sealed record KeyFileReading(ImmutableSortedDictionary<string, Secret> Keys, KeyProblem? Problem);

/// <summary>How a change of a file of keys went.</summary>
/// <param name="Problem">Why nothing was changed; null when it was.</param>
/// <param name="Warning">What the user should know all the same.</param>
public sealed record KeyFileWriting(KeyProblem? Problem, string? Warning);
