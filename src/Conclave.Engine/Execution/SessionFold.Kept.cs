using Conclave.Engine.Journal;

namespace Conclave.Engine.Execution;

public static partial class SessionFold
{
    /// <summary>The same for an entry that was read back: one that can't follow those before it is damage, not a bug.</summary>
    /// <exception cref="JournalDamagedException">It speaks of a phase, a step or a call that is not there.</exception>
    public static SessionState ApplyStored(SessionState? state, JournalEntry entry, Func<SessionState?, JournalEntry, SessionState>? fold = null)
    {
        try
        {
            return (fold ?? Apply)(state, entry);
        }
        catch (Exception error) when (IsOfBadEntry(error))
        {
            throw new JournalDamagedException(entry.SessionId, entry.Seq, $"it does not follow from the entries before it ({error.Message})");
        }
    }

    /// <summary>Whether this is what comes of a body that names what is not there, or lacks what it must have.</summary>
    internal static bool IsOfBadEntry(Exception error) =>
        error is InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or ArgumentException or NullReferenceException;

    // A kept phase is folded as it was, so that every view of it stays true; only money and status are this session's own.
    private static SessionState Kept(SessionState state, JournalEntry entry, EntryBody.PhaseKept kept)
    {
        var after = kept.Entries.Aggregate(
            state, (next, inner) => Next(next, new JournalEntry(entry.Seq, entry.SessionId, inner.Time, entry.Phase, inner.Step, inner.Body)));
        return after with
        {
            Status = state.Status,
            BudgetUsd = state.BudgetUsd,
            SpentUsd = state.SpentUsd,
            InDoubtUsd = state.InDoubtUsd,
            ReservedUsd = state.ReservedUsd,
            KeptUsd = state.KeptUsd + after.SpentUsd - state.SpentUsd,
            Phases = after.Phases.SetItem(entry.Phase!.Value, after.Phase(entry.Phase.Value) with { KeptFrom = kept.Origin }),
            Calls = after.Calls.SetItems(after.Calls.Where(pair => !state.Calls.ContainsKey(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, Kept(pair.Value)))),
        };
    }

    private static CallState Kept(CallState call) => call with
    {
        Attempts = [.. call.Attempts.Select(attempt => attempt with { CostUsd = 0m, KeptUsd = attempt.CostUsd })],
    };
}
