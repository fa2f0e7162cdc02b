using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;

namespace Conclave.Tests.Crashes;

/// <summary>What must hold after every crash. Each invariant is one method, bears its number, and says what it found; nothing found is nothing wrong.</summary>
/// <param name="undisturbed">The same session without a crash.</param>
/// <param name="seen">The session that was crashed.</param>
internal sealed class CrashChecker(Shape shape, Witness undisturbed, Witness seen)
{
    private static readonly DoorKey Unintended = new("a call without an intent");

    private readonly List<(CallState Call, AttemptState Attempt)> attempts = [.. seen.State.Calls.Values.SelectMany(call => call.Attempts.Select(attempt => (call, attempt)))];

    public static IReadOnlyList<string> Check(Shape shape, Witness undisturbed, Witness seen)
    {
        var checker = new CrashChecker(shape, undisturbed, seen);
        return
        [
            .. Numbered("I1", checker.It_ends_as_it_would_have()),
            .. Numbered("I2", checker.No_call_is_made_more_often_than_its_doubts_explain()),
            .. Numbered("I3", checker.No_stored_answer_is_asked_for_again()),
            .. Numbered("I4", checker.Outputs_are_those_of_an_undisturbed_run()),
            .. Numbered("I5", checker.The_journal_has_no_gap_and_its_chain_holds()),
            .. Numbered("I6", checker.Every_effect_took_place_once_and_the_history_is_whole()),
            .. Numbered("I7", checker.Nothing_is_left_lying_about()),
            .. Numbered("I9", checker.The_money_adds_up()),
            .. Numbered("I10", checker.To_recover_twice_is_to_recover_once()),
            .. Numbered("I12", checker.No_owner_writes_after_its_time()),
        ];
    }

    // I1: the session is in the state in which an undisturbed run ends.
    private IEnumerable<string> It_ends_as_it_would_have()
    {
        if (seen.State.Status != shape.Ends)
        {
            yield return $"it is {seen.State.Status} ({seen.State.Reason}), not {shape.Ends}";
        }
    }

    // I2: the vendor received a call at most as often as in an undisturbed run, once more for each of its attempts in doubt, and once more for each
    // time that somebody went on after the vendor had turned it down, which costs nothing.
    private IEnumerable<string> No_call_is_made_more_often_than_its_doubts_explain()
    {
        var calls = CallsOf(seen);
        var expected = CallsOf(undisturbed).CountBy(pair => pair.Call).ToDictionary();
        foreach (var (call, times) in calls.CountBy(pair => pair.Call))
        {
            var allowed = Math.Max(1, expected.GetValueOrDefault(call)) + Doubts(call) + Resumed(call);
            if (call == Unintended || times > allowed)
            {
                yield return $"{call} was received {times} times, {allowed} are explained";
            }
        }
    }

    // I3: once an answer is durable, the request that it answers is not received any more.
    private IEnumerable<string> No_stored_answer_is_asked_for_again()
    {
        var requests = attempts.ToDictionary(pair => (pair.Call.Key, pair.Attempt.Intent.Attempt), pair => pair.Attempt.Intent.RequestHash);
        foreach (var entry in seen.Entries)
        {
            if (entry.Body is EntryBody.AttemptEnded { Outcome: CallOutcome.Answered or CallOutcome.CutOff } stored
                && seen.Calls.FirstOrDefault(call => call.Hash == requests[(stored.Call, stored.Attempt)] && call.Seq >= entry.Seq) is { } again)
            {
                yield return $"{stored.Call} was answered by entry {entry.Seq}, and {again.Id} asked again after entry {again.Seq}";
            }
        }
    }

    // I4: what each phase came to, its files included, is the same byte for byte.
    private IEnumerable<string> Outputs_are_those_of_an_undisturbed_run()
    {
        if (shape.LeavesOut && attempts.Where(pair => pair.Attempt.Outcome is CallOutcome.InDoubt).CountBy(pair => pair.Call.Key).Any(pair => pair.Value > 1))
        {
            yield break;
        }

        foreach (var (phase, output) in seen.Outputs)
        {
            var bothDone = new[] { seen, undisturbed }.All(witness => witness.State.Phase(new PhaseId(phase)).Status == PhaseStatus.Succeeded);
            if (output != undisturbed.Outputs[phase] && (bothDone || !shape.StopsHalfway))
            {
                yield return $"{phase} came to `{output}`, not `{undisturbed.Outputs[phase]}`";
            }
        }
    }

    // I5: the rows are numbered from 1 without a gap, and each hash follows from the one before.
    private IEnumerable<string> The_journal_has_no_gap_and_its_chain_holds()
    {
        var (seq, hash) = (0L, EntryHash.Start.ToArray());
        foreach (var row in seen.Rows)
        {
            hash = EntryHash.Of(hash, ++seq, row.Kind, row.Body);
            if (row.Seq != seq || !row.Hash.AsSpan().SequenceEqual(hash))
            {
                yield return $"row {row.Seq} ({row.Kind}) does not follow row {seq - 1}";
                yield break;
            }
        }
    }

    // I6: each booking and delivery took place exactly once; the repository has one commit for each accepted step, with its tree, and no damage.
    private IEnumerable<string> Every_effect_took_place_once_and_the_history_is_whole()
    {
        foreach (var (effect, times) in seen.Effects.CountBy(effect => effect).Where(pair => pair.Value != 1))
        {
            yield return $"`{effect}` took place {times} times";
        }

        if (!shape.StopsHalfway && !seen.Effects.Order().SequenceEqual(undisturbed.Effects.Order(), StringComparer.Ordinal))
        {
            yield return $"what took place is `{string.Join(", ", seen.Effects)}`, not `{string.Join(", ", undisturbed.Effects)}`";
        }

        if (seen.History != undisturbed.History)
        {
            yield return $"the history is\n{seen.History}\nnot\n{undisturbed.History}";
        }
    }

    // I7: no temporary file, no lock, no place at a vendor outlives the end.
    private IEnumerable<string> Nothing_is_left_lying_about() => seen.Leftovers;

    // I9: what is recorded as spent is what the vendors billed, less what they billed for calls in doubt; each of those is listed with its worst case.
    private IEnumerable<string> The_money_adds_up()
    {
        var bills = seen.Calls.ToDictionary(call => call.Id);
        foreach (var (call, attempt) in attempts.Where(pair => pair.Attempt is { Cached: not null, CostUsd: not 0m }))
        {
            yield return $"{call.Key} was answered from the cache and is recorded at ${attempt.CostUsd}";
        }

        var settled = attempts.Where(pair => pair.Attempt is { Cached: null, Outcome: not (null or CallOutcome.InDoubt) }).ToList();
        foreach (var (call, attempt) in settled.Where(pair => bills[pair.Attempt.Outcome!.RequestId!].BilledUsd != (pair.Attempt.KeptUsd ?? pair.Attempt.CostUsd)))
        {
            yield return $"{call.Key} is recorded at ${attempt.KeptUsd ?? attempt.CostUsd}, and the vendor billed ${bills[attempt.Outcome!.RequestId!].BilledUsd}";
        }

        var known = settled.Select(pair => pair.Attempt.Outcome!.RequestId!).ToHashSet(StringComparer.Ordinal);
        foreach (var (call, lost) in CallsOf(seen).Where(pair => pair.Bill.BilledUsd > 0 && !known.Contains(pair.Bill.Id)).CountBy(pair => pair.Call))
        {
            if (lost > Doubts(call))
            {
                yield return $"{call} was billed {lost} times for answers that nobody has, and {Doubts(call)} of its attempts are in doubt";
            }
        }

        var doubts = attempts.Where(pair => pair.Attempt.Outcome is CallOutcome.InDoubt).Sum(pair => pair.Attempt.Intent.ReservedUsd);
        var expected = (settled.Sum(pair => pair.Attempt.CostUsd) + doubts, doubts, 0m);
        if (expected != (seen.State.SpentUsd, seen.State.InDoubtUsd, seen.State.ReservedUsd))
        {
            yield return $"spent, in doubt and reserved are {(seen.State.SpentUsd, seen.State.InDoubtUsd, seen.State.ReservedUsd)}, not {expected}";
        }
    }

    // I10: a process that recovers an ended session writes nothing.
    private IEnumerable<string> To_recover_twice_is_to_recover_once()
    {
        if (seen.RowsAfterAnotherRecovery > seen.Rows.Length)
        {
            yield return $"{seen.RowsAfterAnotherRecovery - seen.Rows.Length} rows were written by recovering again";
        }
    }

    // I12: epochs never go back, and a process that was taken over is refused.
    private IEnumerable<string> No_owner_writes_after_its_time()
    {
        foreach (var (before, row) in seen.Rows.Zip(seen.Rows.Skip(1)).Where(pair => pair.Second.Epoch < pair.First.Epoch))
        {
            yield return $"row {row.Seq} has epoch {row.Epoch}, and the one before it {before.Epoch}";
        }

        foreach (var result in seen.SlowAppends.Where(result => result is not AppendResult.Fenced))
        {
            yield return $"an append of a process that had been taken over came to {result}";
        }
    }

    private static IEnumerable<string> Numbered(string number, IEnumerable<string> found) => found.Select(problem => $"{number}: {problem}");

    private int Doubts(DoorKey call) => attempts.Count(pair => pair.Call.Key == call && pair.Attempt.Outcome is CallOutcome.InDoubt);

    private int Resumed(DoorKey call) => attempts.Zip(attempts.Skip(1))
        .Count(pair => pair.First.Call.Key == call && pair.Second.Call.Key == call && pair.First.Attempt.Outcome is CallOutcome.Rejected && pair.Second.Attempt.Intent.Why == AttemptReason.Retry);

    // The ledger's lines, each with the call that its request belongs to. One that was answered from the cache asked nobody.
    private static List<(DoorKey Call, VendorCall Bill)> CallsOf(Witness witness)
    {
        var keys = witness.State.Calls.Values.SelectMany(call => call.Attempts).Where(attempt => attempt.Cached is null).DistinctBy(attempt => attempt.Intent.RequestHash).ToDictionary(attempt => attempt.Intent.RequestHash, attempt => attempt.Intent.Call);
        return [.. witness.Calls.Select(call => (keys.GetValueOrDefault(call.Hash, Unintended), call))];
    }
}
