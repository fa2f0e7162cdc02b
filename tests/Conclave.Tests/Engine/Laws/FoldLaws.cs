using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;
using Conclave.Storage.Sqlite;
using Conclave.Tests.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Laws;

/// <summary>A session's state is a left fold of its journal, and everything else that is shown is one of the same entries.</summary>
public sealed class FoldLaws
{
    [Fact]
    public Task The_state_after_a_part_and_then_the_rest_is_the_state_after_all_and_folding_changes_nothing_that_was() => Seeds.Each(40, 800, async seed =>
    {
        var history = await RandomHistory.Of(seed);
        var states = history.States().Select(pair => pair.State).ToList();
        var texts = states.ConvertAll(Text);
        for (var cut = 1; cut <= history.Entries.Count; cut++)
        {
            Assert.Equal(texts[^1], Text(history.Entries.Skip(cut).Aggregate(states[cut - 1], SessionFold.Apply)));
        }

        Assert.Equal(texts, states.ConvertAll(Text));
    });

    [Fact]
    public Task What_the_live_feed_showed_is_what_the_journal_gives_later() => Seeds.Each(40, 800, async seed =>
    {
        var history = await RandomHistory.Of(seed);
        using var feed = history.Session.Feed.Subscribe(TestSession.Id);
        await history.Session.Run("watched", budget: 1000m);
        feed.Complete();
        var later = (await history.Session.Entries()).Skip(history.Entries.Count).Aggregate(
            (State: history.State, Shown: new List<string>()),
            (sum, entry) => (SessionFold.Apply(sum.State, entry), [.. sum.Shown, Text(SessionFold.Apply(sum.State, entry))])).Shown;
        var live = new List<string>();
        await foreach (var item in feed.Items(CancellationToken.None))
        {
            if (item is FeedItem.Entry entry)
            {
                live.Add(Text(entry.State));
            }
        }

        Assert.Equal(later, live);
    });

    [Fact]
    public Task The_summary_in_the_list_is_the_fold_of_the_entries_and_never_says_anything_else_than_the_state() => Seeds.Each(40, 800, async seed =>
    {
        var history = await RandomHistory.Of(seed);
        SessionSummary? summary = null;
        foreach (var (entry, state) in history.States())
        {
            summary = SessionSummary.Apply(summary, entry);
            Assert.Equal(
                (state.Status, state.SpentUsd, state.Seq, state.Time, state.Reason?.Text ?? ""),
                (summary.Status, summary.SpentUsd, summary.Seq, summary.UpdatedAt, summary.Reason ?? ""));
            Assert.True(state.Status == SessionStatus.Cancelled || state.Phases.Values.Count(phase => phase.IsDone) == summary.PhasesDone);
        }

        Assert.Equal(Assert.Single(await history.Journal.List(new SessionQuery(), CancellationToken.None)), summary);
    });

    [Fact]
    public async Task The_summary_on_disk_is_the_one_that_its_entries_give()
    {
        var folder = Directory.CreateTempSubdirectory("conclave-laws-");
        try
        {
            await using var journal = SqliteJournal.Open(Path.Combine(folder.FullName, "conclave.db"), TimeProvider.System);
            var session = new TestSession(RandomWorkflow.Acyclic(new Random(5)).Yaml) { Gateway = new FakeGateway(_ => "fine"), Journal = journal };
            await session.CreateAndRun();
            var stored = Assert.Single(await journal.List(new SessionQuery(), CancellationToken.None));
            var folded = (await session.Entries()).Aggregate((SessionSummary?)null, SessionSummary.Apply);
            Assert.Equal(JsonSerializer.Serialize(folded, EngineJson.Options), JsonSerializer.Serialize(stored, EngineJson.Options));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Every_kind_of_entry_can_be_folded_and_shown_in_every_state_in_which_what_it_speaks_of_exists()
    {
        var folded = new HashSet<string>(StringComparer.Ordinal);
        await Seeds.Each(15, 300, async seed =>
        {
            var history = await RandomHistory.Of(seed);
            var random = new Random(seed);
            foreach (var (last, state) in history.States())
            {
                var summary = history.Entries.Take((int)last.Seq).Aggregate((SessionSummary?)null, SessionSummary.Apply);
                foreach (var entry in SampleEntries.All.Select(sample => Fitting(sample.Body, state, random)).OfType<JournalEntry>())
                {
                    var next = SessionFold.Apply(state, entry);
                    Assert.Equal((entry.Seq, entry.Seq), (next.Seq, SessionSummary.Apply(summary, entry).Seq));
                    Assert.InRange(SessionEvent.Of(entry, next).Progress, 0, 100);
                    folded.Add(entry.Body.GetType().Name);
                    if (entry.Body is EntryBody.ApprovalAsked asked)
                    {
                        var given = new EntryBody.ApprovalGiven(asked.Gate, asked.Options[0], null, GateAnswerer.User);
                        Assert.DoesNotContain(SessionFold.Apply(next, entry with { Seq = entry.Seq + 1, Body = given }).OpenGates, open => open.Key == asked.Gate);
                        folded.Add(given.GetType().Name);
                    }
                }
            }
        });
        Assert.Equal(
            typeof(EntryBody).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(EntryBody))).Select(type => type.Name).Where(name => name != nameof(EntryBody.SessionCreated)).Order(),
            folded.Order());
    }

    [Fact]
    public Task Resuming_what_has_ended_writes_nothing() => Seeds.Each(40, 800, async seed =>
    {
        var history = await RandomHistory.Of(seed);
        if (history.State.IsEnded)
        {
            var asked = history.Gateway.Ledger.Count;
            await history.Session.Run("late", budget: 1000m);
            Assert.Equal(history.Entries.Count, (await history.Session.Entries()).Count);
            Assert.Equal(asked, history.Gateway.Ledger.Count);
        }
    });

    [Fact]
    public Task Taking_a_session_over_twice_is_taking_it_over_once_beside_the_second_takeover_itself() => Seeds.Each(60, 1000, async seed =>
    {
        var history = await RandomHistory.Of(seed);
        if (history.State.IsEnded)
        {
            return;
        }

        // Each process dies right after it has taken over.
        await history.RunAndDie(1, "first");
        var once = await history.Session.Entries();
        await history.RunAndDie(1, "second");
        var twice = await history.Session.Entries();
        Assert.Equal(nameof(EntryBody.SessionResumed), string.Join(' ', twice.Skip(once.Count).Select(entry => entry.Body.GetType().Name)));
        Assert.Equal(Money(once), Money(twice));
    });

    private static (decimal, decimal, decimal) Money(IEnumerable<JournalEntry> entries)
    {
        var state = entries.Aggregate((SessionState?)null, SessionFold.Apply)!;
        return (state.SpentUsd, state.ReservedUsd, state.InDoubtUsd);
    }

    private static string Text(SessionState state) => JsonSerializer.Serialize(state, EngineJson.Options);

    // The sample, made to speak of what there is in the state; null when there is no such thing.
    private static JournalEntry? Fitting(EntryBody sample, SessionState state, Random random)
    {
        T? Any<T>(IEnumerable<T> from) where T : class => from.ToList() is { Count: > 0 } list ? list[random.Next(list.Count)] : null;

        var phase = state.Created.Phases[random.Next(state.Created.Phases.Length)];
        var step = Any(state.Phases.SelectMany(pair => pair.Value.Steps.Select(step => Tuple.Create(pair.Key, step.Label))));
        var call = Any(state.Calls.Values);
        var effect = Any(state.Effects.Values);
        var gate = Any(state.Gates.Values);
        JournalEntry Entry(EntryBody body, Conclave.Engine.Definition.PhaseId? at = null, string? label = null) => new(state.Seq + 1, state.Id, state.Time, at, label, body);

        return sample switch
        {
            EntryBody.SessionCreated => null,
            EntryBody.PhaseStarted or EntryBody.PhaseSucceeded or EntryBody.PhaseFailed or EntryBody.PhaseSkipped or EntryBody.PhaseKept => Entry(sample, phase),
            EntryBody.ApprovalAsked => step is null ? null : Entry(sample, step.Item1, step.Item2.Length == 0 ? null : step.Item2),
            EntryBody.ApprovalGiven given => gate is null ? null : Entry(given with { Gate = gate.Key }),
            EntryBody.RoundStarted => step is null ? null : Entry(sample, step.Item1),
            EntryBody.StepStarted or EntryBody.StepSucceeded or EntryBody.StepFailed => step is null ? null : Entry(sample, step.Item1, step.Item2.Length == 0 ? null : step.Item2),
            EntryBody.AttemptStarted started => Entry(call is null ? started : started with { Call = call.Key, Attempt = call.Attempts.Length + 1 }, phase),
            EntryBody.AttemptEnded ended => call is null ? null : Entry(ended with { Call = call.Key, Attempt = random.Next(call.Attempts.Length) + 1 }, call.Phase, call.Step),
            EntryBody.EffectDone done => effect is null ? null : Entry(done with { Effect = effect.Key }),
            _ => Entry(sample),
        };
    }
}
