using System.Runtime.CompilerServices;
using Conclave.Engine.Budget;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Tests.Crashes;

/// <summary>The checker sees what it is there for: each invariant fails, and no other, in a world in which one part is broken.</summary>
public sealed class CrashCheckerTests
{
    private static readonly KillPoint InFlight = new("send:before", 2);

    [Fact]
    public Task A_journal_that_forgets_its_last_acknowledged_append_breaks_I1() => OnlyBreaks("I1", "linear", InFlight, new Breakage
    {
        Journal = (inner, _) => new BrokenJournal(inner) { Forgets = entries => entries[0].Body is EntryBody.SessionSucceeded },
    });

    [Fact]
    public Task A_gateway_that_sends_every_request_twice_breaks_I2() => OnlyBreaks("I2", "linear", InFlight, new Breakage
    {
        Gateway = (inner, world, _) => new BrokenGateway(inner) { Before = request => world.Vendors.TurnAway(request, world.LastSeq) },
    });

    // The call was in doubt, so the ledger alone can't tell: it was received twice, which a doubt explains.
    [Fact]
    public Task A_process_that_asks_for_a_stored_answer_again_breaks_I3() => OnlyBreaks("I3", "linear", InFlight, new Breakage
    {
        Gateway = (inner, world, _) =>
        {
            ModelRequest? second = null;
            return new BrokenGateway(inner)
            {
                Before = request =>
                {
                    second = Shape.Asks(request, "Second") ? request : second;
                    if (Shape.Asks(request, "Third") && second is not null)
                    {
                        world.Vendors.TurnAway(second, world.LastSeq);
                    }
                },
            };
        },
    });

    [Fact]
    public Task An_answer_that_is_damaged_on_its_way_breaks_I4() => OnlyBreaks("I4", "linear", InFlight, new Breakage
    {
        Gateway = (inner, _, life) => new BrokenGateway(inner)
        {
            Answers = outcome => life.Number > 1 && outcome is CallOutcome.Answered answered ? answered with { Answer = StoredText.From($"{answered.Answer.Text}?") } : outcome,
        },
    });

    [Fact]
    public async Task A_journal_that_lost_a_row_breaks_I5()
    {
        var (shape, undisturbed, seen) = await Told("linear", InFlight, null);
        Assert.Empty(CrashChecker.Check(shape, undisturbed, seen));
        OnlyBreaks("I5", CrashChecker.Check(shape, undisturbed, seen with { Rows = seen.Rows.RemoveAt(4), RowsAfterAnotherRecovery = seen.Rows.Length - 1 }));
        OnlyBreaks("I5", CrashChecker.Check(shape, undisturbed, seen with { Rows = seen.Rows.SetItem(4, seen.Rows[4] with { Body = [.. seen.Rows[4].Body, 32] }) }));
    }

    [Fact]
    public Task An_effect_that_can_not_be_found_again_breaks_I6() =>
        OnlyBreaks("I6", "effect", new KillPoint("effect:inside", 2), new Breakage { ForgetsEffects = true });

    [Fact]
    public Task A_place_at_a_vendor_that_is_not_given_back_breaks_I7() => OnlyBreaks("I7", "linear", InFlight, new Breakage
    {
        Gateway = (inner, _, _) => new BrokenGateway(inner) { KeepsLeases = true },
    });

    [Fact]
    public Task A_bill_that_is_higher_than_what_is_recorded_breaks_I9() => OnlyBreaks("I9", "linear", InFlight, new Breakage
    {
        Gateway = (inner, _, _) => new BrokenGateway(inner) { Answers = outcome => outcome is CallOutcome.Answered answered ? answered with { Usage = new Usage(1, 0, 0, 1, 0) } : outcome },
    });

    [Fact]
    public Task A_process_that_writes_into_an_ended_session_breaks_I10() => OnlyBreaks("I10", "linear", InFlight, new Breakage
    {
        Journal = (inner, life) => new BrokenJournal(inner) { OnAcquire = life.Number > 2 ? new EntryBody.AlertRaised("CONC999", "here I am") : null },
    });

    [Fact]
    public Task A_journal_without_a_fence_breaks_I12() =>
        OnlyBreaks("I12", "linear", new KillPoint("append:session-succeeded:before", 1), null, () => new Store.InMemory(isFenced: false));

    [Fact]
    public async Task A_process_that_was_taken_over_is_refused_when_it_wakes()
    {
        using var world = new World(Shapes.Named("linear"), new Store.InMemory());
        var seen = await world.Tell(new KillPoint("append:attempt-ended:before", 2));
        Assert.Equal([new AppendResult.Fenced(3)], seen.SlowAppends);
        Assert.IsType<Conclave.Engine.Execution.OwnershipLostException>(world.Lives[0].Failure);
    }

    private static async Task OnlyBreaks(string invariant, string shape, KillPoint kill, Breakage? breakage, Func<Store>? store = null)
    {
        var (told, undisturbed, seen) = await Told(shape, kill, breakage, store);
        OnlyBreaks(invariant, CrashChecker.Check(told, undisturbed, seen));
    }

    private static void OnlyBreaks(string invariant, IReadOnlyList<string> problems) =>
        Assert.True(problems.Count > 0 && problems.All(problem => problem.StartsWith($"{invariant}:", StringComparison.Ordinal)), $"{invariant} alone should fail:\n{string.Join('\n', problems)}");

    private static async Task<(Shape Shape, Witness Undisturbed, Witness Seen)> Told(string name, KillPoint kill, Breakage? breakage, Func<Store>? store = null)
    {
        var shape = Shapes.Named(name);
        using var whole = new World(shape, new Store.InMemory());
        using var broken = new World(shape, store?.Invoke() ?? new Store.InMemory(), breakage);
        return (shape, await whole.Tell(), await broken.Tell(kill));
    }

    private sealed class BrokenGateway(IModelGateway inner) : IModelGateway
    {
        public Action<ModelRequest> Before { get; init; } = _ => { };

        public Func<CallOutcome, CallOutcome> Answers { get; init; } = outcome => outcome;

        public bool KeepsLeases { get; init; }

        public ModelProfile? Profile(string provider, string model) => inner.Profile(provider, model);

        public async ValueTask<Admission> Admit(ModelRequest request, AdmissionTerms terms, CancellationToken cancel)
        {
            var admission = await inner.Admit(request, terms, cancel);
            return KeepsLeases ? new Admission.Granted(new Kept()) : admission;
        }

        public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken cancel)
        {
            Before(request);
            await foreach (var happening in inner.Stream(request, cancel))
            {
                yield return happening is ModelEvent.Ended ended ? new ModelEvent.Ended(Answers(ended.Outcome)) : happening;
            }
        }

        private sealed class Kept : IAsyncDisposable
        {
            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    private sealed class BrokenJournal(IJournal inner) : IJournal
    {
        public Func<IReadOnlyList<NewEntry>, bool> Forgets { get; init; } = _ => false;

        public EntryBody? OnAcquire { get; init; }

        public async Task<long> Acquire(SessionId session, string owner, CancellationToken cancel)
        {
            var epoch = await inner.Acquire(session, owner, cancel);
            if (OnAcquire is { } entry)
            {
                var last = (await inner.List(new SessionQuery(session.Value), cancel)).Single();
                await inner.Append(session, epoch, last.Seq, [new NewEntry(last.UpdatedAt, null, null, entry, [])], cancel);
            }

            return epoch;
        }

        public async Task<AppendResult> Append(SessionId session, long epoch, long expectedSequence, IReadOnlyList<NewEntry> entries, CancellationToken cancel) =>
            Forgets(entries) ? new AppendResult.Appended(expectedSequence + entries.Count) : await inner.Append(session, epoch, expectedSequence, entries, cancel);

        public Task Send(SessionId session, Signal signal, CancellationToken cancel) => inner.Send(session, signal, cancel);

        public Task<IReadOnlyList<Signal>> Inbox(SessionId session, CancellationToken cancel) => inner.Inbox(session, cancel);

        public IAsyncEnumerable<Signal> Signals(SessionId session, CancellationToken cancel) => inner.Signals(session, cancel);

        public IAsyncEnumerable<JournalEntry> Read(SessionId session, long after, CancellationToken cancel) => inner.Read(session, after, cancel);

        public IAsyncEnumerable<JournalEntry> Follow(SessionId session, long after, CancellationToken cancel) => inner.Follow(session, after, cancel);

        public Task<IReadOnlyList<SessionSummary>> List(SessionQuery query, CancellationToken cancel) => inner.List(query, cancel);

        public Task<Blob?> ReadBlob(BlobId id, CancellationToken cancel) => inner.ReadBlob(id, cancel);
    }
}
