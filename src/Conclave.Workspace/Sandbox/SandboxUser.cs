using System.Runtime.Versioning;
using System.Threading.Channels;

namespace Conclave.Workspace.Sandbox;

/// <summary>Whom a run acts as.</summary>
[SupportedOSPlatform("linux")]
internal sealed record SandboxUser(uint User, uint Group)
{
    /// <summary>
    /// Gives a tree to this user; nobody may be using it. Links themselves are given, never followed. Only root can, and only root has to: otherwise
    /// the user of a run is the one that made the tree.
    /// </summary>
    /// <exception cref="IOException">It can't be given.</exception>
    public void Take(SandboxTree tree)
    {
        if (Libc.EffectiveUser() != 0)
        {
            return;
        }

        if (Libc.ChangeOwner(tree.Path, User, Group) != 0)
        {
            throw new IOException($"{tree.Path} can't be given to user {User}");
        }

        // Single entries may resist: names that are not text, paths that are too long. Whoever made them owns them already, or can do without.
        foreach (var entry in TreeEntries.Below(tree.Path))
        {
            _ = Libc.ChangeOwner(entry.Path, User, Group);
        }
    }
}

/// <summary>The turns and users of concurrent runs. Thread-safe.</summary>
internal sealed class SandboxSlots
{
    private readonly Channel<int> free = Channel.CreateUnbounded<int>();

    public SandboxSlots(int count)
    {
        for (var i = 0; i < count; i++)
        {
            free.Writer.TryWrite(i);
        }
    }

    /// <summary>Waits for a turn; it ends when the result is disposed.</summary>
    public async Task<Slot> Take(CancellationToken cancel) => new(this, await free.Reader.ReadAsync(cancel));

    /// <summary>One turn.</summary>
    /// <param name="Number">From 0; no two runs have the same one at the same time.</param>
    public sealed record Slot(SandboxSlots Owner, int Number) : IDisposable
    {
        /// <inheritdoc />
        public void Dispose() => Owner.free.Writer.TryWrite(Number);
    }
}
