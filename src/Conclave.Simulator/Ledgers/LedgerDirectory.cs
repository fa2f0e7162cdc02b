using System.Collections.Concurrent;

namespace Conclave.Simulator.Ledgers;

/// <summary>
/// The ledgers of all scopes. One simulator has the directory at a time, by holding <c>lock</c>; the kernel gives the lock back however that
/// process ends.
/// </summary>
internal sealed class LedgerDirectory : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ScopeLedger>> scopes = new(StringComparer.Ordinal);
    private readonly string path;
    private readonly TimeProvider clock;
    private readonly FileStream held;

    /// <exception cref="IOException">Another simulator writes there, or the directory can't be made.</exception>
    public LedgerDirectory(string path, TimeProvider clock)
    {
        this.path = Path.GetFullPath(path);
        this.clock = clock;
        Directory.CreateDirectory(this.path);
        held = Lock(this.path);
    }

    /// <summary>The ledger of a scope, opened when it is first asked for.</summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public ScopeLedger Of(string scope) =>
        scopes.GetOrAdd(scope, name => new Lazy<ScopeLedger>(() => new ScopeLedger(Ledger.FileOf(path, name), clock))).Value;

    public void Dispose()
    {
        foreach (var opened in scopes.Values.Where(scope => scope.IsValueCreated))
        {
            opened.Value.Dispose();
        }

        held.Dispose();
    }

    private static FileStream Lock(string path)
    {
        try
        {
            // FileShare.None is an flock(LOCK_EX | LOCK_NB) on Unix.
            return new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new IOException($"The ledger directory {path} can't be used, perhaps because another simulator has it: {error.Message}", error);
        }
    }
}
