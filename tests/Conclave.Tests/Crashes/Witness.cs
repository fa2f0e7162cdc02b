using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;
using Conclave.Tests.Workspace.Git;

namespace Conclave.Tests.Crashes;

/// <summary>What the checker looks at: only what lies in the journal, at the vendors, in the outside world and in the folders.</summary>
internal sealed partial record Witness
{
    public required SessionState State { get; init; }

    public required ImmutableArray<JournalEntry> Entries { get; init; }

    public required ImmutableArray<StoredRow> Rows { get; init; }

    public required ImmutableArray<VendorCall> Calls { get; init; }

    /// <summary>What each phase came to, without times and costs.</summary>
    public required ImmutableSortedDictionary<string, string> Outputs { get; init; }

    /// <summary>The bookings and deliveries that took place, in order.</summary>
    public required ImmutableArray<string> Effects { get; init; }

    /// <summary>The commits and trees of the delivered repository, newest first; empty when there is none.</summary>
    public required string History { get; init; }

    /// <summary>What should not be there any more: locks, temporary files, places at the vendors.</summary>
    public required ImmutableArray<string> Leftovers { get; init; }

    /// <summary>What the journal said to processes that had been taken over.</summary>
    public required ImmutableArray<AppendResult> SlowAppends { get; init; }

    /// <summary>The rows after one more process had looked at the ended session.</summary>
    public int RowsAfterAnotherRecovery { get; init; }

    public static async Task<Witness> Of(World world)
    {
        var journal = world.Store.Open();
        SessionState? state = null;
        var entries = ImmutableArray.CreateBuilder<JournalEntry>();
        await foreach (var entry in journal.Read(TestSession.Id, 0, CancellationToken.None))
        {
            foreach (var text in entry.Body.Texts())
            {
                await journal.Load(text, CancellationToken.None);
            }

            state = SessionFold.Apply(state, entry);
            entries.Add(entry);
        }

        var outputs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var id in state!.Created.Phases)
        {
            outputs[id.Value] = $"{state.Phase(id).Status} {SessionContexts.Output(state, id)?.ToJsonString()} {await Files(journal, state, id.Value)}";
        }

        return new Witness
        {
            State = state,
            Entries = entries.ToImmutable(),
            Rows = [.. world.Store.Rows()],
            Calls = [.. world.Vendors.Ledger],
            Outputs = outputs.ToImmutable(),
            Effects = [.. world.Outside.Bookings, .. world.Outside.Deliveries],
            History = await Told(world),
            Leftovers = [.. Left(world)],
            SlowAppends = [.. world.Lives.SelectMany(life => life.AfterDeath)],
        };
    }

    private static async Task<string> Files(IJournal journal, SessionState state, string phase)
    {
        var files = new List<string>();
        foreach (var change in state.Changes.Where(change => change.Phase.Value == phase).SelectMany(change => change.Files))
        {
            var content = change.Blob is { } blob ? (await journal.RequireBlob(blob, CancellationToken.None)).Text : "deleted";
            files.Add($"{change.Path}: {Cost().Replace(content, "")}");
        }

        return string.Join('\n', files);
    }

    // A ballot in doubt makes its vote dearer, and the decision's record says so.
    [GeneratedRegex(@"Cost of the vote: \$[0-9.]+\.", RegexOptions.NonBacktracking)]
    private static partial Regex Cost();

    // The report at the top names times, so trees are told without it.
    private static async Task<string> Told(World world)
    {
        if (world.Projects is not { } projects || !Directory.Exists(Path.Combine(projects, "out", ".git")))
        {
            return "";
        }

        var output = Path.Combine(projects, "out");
        var log = await UserGit.Run(output, null, "log", "--format=%s");
        var files = (await UserGit.Run(output, null, "ls-tree", "-r", "HEAD")).Split('\n').Where(line => !line.EndsWith("CONCLAVE.md", StringComparison.Ordinal));
        var damage = await UserGit.Run(output, null, "fsck", "--strict", "--full");
        return $"{log}{string.Join('\n', files)}{await UserGit.Run(output, null, "status", "--porcelain")}{damage}";
    }

    private static IEnumerable<string> Left(World world)
    {
        if (world.Lives[^1].Leases is var leases and not 0)
        {
            yield return $"{leases} places at the vendors are held";
        }

        if (world.Projects is not { } projects)
        {
            yield break;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(projects).Where(entry => Path.GetFileName(entry) != "out"))
        {
            yield return entry;
        }

        var files = Directory.EnumerateFiles(Path.GetDirectoryName(projects)!, "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)!);
        foreach (var file in files.Where(file => file.EndsWith(".lock", StringComparison.Ordinal) || file.StartsWith("tmp_", StringComparison.Ordinal)))
        {
            yield return file;
        }
    }
}
