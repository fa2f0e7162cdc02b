using System.Diagnostics;
using Conclave.Engine.Journal;
using Conclave.Storage.Sqlite;

namespace Conclave.Benchmarks;

/// <summary>How long a new process takes to take over every open session: its epoch, its entries checked along the chain, its state.</summary>
internal static class RecoveryBenchmark
{
    private const int Sessions = 1000;
    private const int EntriesEach = 200;

    public static async Task Run(string folder)
    {
        var file = Path.Combine(folder, "conclave.db");
        await using (var journal = SqliteJournal.Open(file, TimeProvider.System))
        {
            var entries = SampleSession.Entries(EntriesEach);
            for (var from = 0; from < Sessions; from += 100)
            {
                await Task.WhenAll(Enumerable.Range(from, 100).Select(async n =>
                    await journal.Append(SampleSession.Id(n), await journal.Acquire(SampleSession.Id(n), "first", CancellationToken.None), 0, entries, CancellationToken.None)));
            }
        }

        var (watch, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        await using var again = SqliteJournal.Open(file, TimeProvider.System);
        var summaries = await again.List(new SessionQuery(Limit: Sessions), CancellationToken.None);
        var seen = 0L;
        await Parallel.ForEachAsync(summaries, async (summary, cancel) =>
        {
            await again.Acquire(summary.Id, "second", cancel);
            Interlocked.Add(ref seen, (await again.FoldTrusted(summary.Id, cancel))!.Seq);
        });
        Console.WriteLine(FormattableString.Invariant($"recovery: {summaries.Count} open sessions, {seen} entries in {watch.Elapsed.TotalSeconds:0.00} s, {(Environment.CpuUsage.TotalTime - used).TotalSeconds / Environment.ProcessorCount:0.00} s of every core (aim < 5 s on a machine that does nothing else)"));
    }
}
