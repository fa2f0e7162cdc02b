using System.Runtime.CompilerServices;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Observation;

namespace Conclave.Server.Live;

/// <summary>Reads sessions that another process may be running.</summary>
public static class SessionReading
{
    /// <summary>The state as of now, with the texts that people are shown.</summary>
    public static async Task<SessionState> Load(IJournal journal, SessionId id, CancellationToken cancel)
    {
        SessionState? state = null;
        await foreach (var entry in journal.Read(id, 0, cancel))
        {
            await LoadShown(journal, entry, cancel);
            state = SessionFold.Apply(state, entry);
        }

        return state!;
    }

    /// <summary>Everything from the first entry on, until the session ends or pauses or the reader is cancelled.</summary>
    public static async IAsyncEnumerable<FeedItem> Follow(IJournal journal, SessionId id, [EnumeratorCancellation] CancellationToken cancel)
    {
        SessionState? state = null;
        var known = (await journal.List(new SessionQuery(id.Value, 1), cancel))[0].Seq;
        await foreach (var entry in journal.Follow(id, 0, cancel))
        {
            await LoadShown(journal, entry, cancel);
            state = SessionFold.Apply(state, entry);
            yield return new FeedItem.Entry(entry, state);
            // A pause that was followed by more is history; only one at the end stops the reader.
            if (state.IsEnded || (state.Status == SessionStatus.Paused && entry.Seq >= known))
            {
                yield break;
            }
        }
    }

    /// <summary>The whole session from its first entry on: what the journal holds, then what is published beyond that.</summary>
    public static async IAsyncEnumerable<FeedItem> Whole(IJournal journal, SessionId id, IAsyncEnumerable<FeedItem> published)
    {
        SessionState? state = null;
        await foreach (var entry in journal.Read(id, 0, CancellationToken.None))
        {
            await LoadShown(journal, entry, CancellationToken.None);
            state = SessionFold.Apply(state, entry);
            yield return new FeedItem.Entry(entry, state);
        }

        await foreach (var item in published)
        {
            // An entry that came while the journal was being read is in both.
            if (item is not FeedItem.Entry entry || entry.Value.Seq > state!.Seq)
            {
                yield return item;
            }
        }
    }

    private static async Task LoadShown(IJournal journal, JournalEntry entry, CancellationToken cancel)
    {
        var texts = entry.Body switch
        {
            EntryBody.SessionCreated created => [created.Description],
            EntryBody.EffectDone done => [done.Result],
            EntryBody.ApprovalAsked asked => [asked.Question],
            _ => Enumerable.Empty<StoredText>(),
        };
        foreach (var text in texts)
        {
            await journal.Load(text, cancel);
        }
    }
}
