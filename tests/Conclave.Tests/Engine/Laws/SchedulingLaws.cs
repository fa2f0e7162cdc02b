using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Engine.Planning;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Laws;

/// <summary>
/// Any workflow, scheduled to its end with steps that succeed, fail and end in any order, without a runner: only decisions and their entries.
/// </summary>
public sealed class SchedulingLaws
{
    [Fact]
    public void Every_phase_starts_at_most_once_and_only_when_its_needs_are_done_and_all_come_to_an_end() => Seeds.Each(300, 20_000, seed =>
    {
        var run = new Schedule(seed);
        run.ToTheEnd(decision =>
        {
            if (decision is SchedulerDecision.StartPhase start)
            {
                Assert.All(start.Phase.Needs, need => Assert.True(run.State.Phase(need).IsDone, $"{start.Phase.Id} starts before {need} is done"));
            }
        });
        Assert.All(run.Entries.Where(entry => entry.Body is EntryBody.PhaseStarted or EntryBody.PhaseSkipped).CountBy(entry => entry.Phase!.Value), count => Assert.Equal(1, count.Value));
        Assert.All(run.Entries.Where(entry => entry.Body is EntryBody.PhaseSucceeded or EntryBody.PhaseFailed).CountBy(entry => entry.Phase!.Value), count => Assert.Equal(1, count.Value));
        Assert.All(run.Entries.Where(entry => entry.Body is EntryBody.StepStarted).CountBy(entry => (entry.Phase, entry.Step)), count => Assert.Equal(1, count.Value));
        Assert.All(run.Workflow.Phases, phase => Assert.True(run.State.Phase(phase.Id).IsDone));
    });

    [Fact]
    public void A_phase_runs_is_skipped_or_is_blocked_as_the_words_say_whatever_the_order_of_events() => Seeds.Each(300, 20_000, seed =>
    {
        var run = new Schedule(seed);
        run.ToTheEnd(_ => { });
        var expected = new Dictionary<string, PhaseStatus>(StringComparer.Ordinal);
        foreach (var phase in run.Workflow.Phases)
        {
            var written = run.Written[phase.Id.Value];
            var satisfied = written.Needs.All(need => expected[need] is PhaseStatus.Succeeded or PhaseStatus.Skipped or PhaseStatus.Tolerated);
            expected[phase.Id.Value] = (satisfied, written.If) switch
            {
                (false, "always()" or "failure()") => run.Outcome(written),
                (false, _) => PhaseStatus.Blocked,
                (true, "1 == 2" or "failure()") => PhaseStatus.Skipped,
                _ => run.Outcome(written),
            };
        }

        Assert.Equal(expected.Select(Show), expected.Keys.Select(name => Show(KeyValuePair.Create(name, run.State.Phase(new PhaseId(name)).Status))));
        Assert.Equal(expected.ContainsValue(PhaseStatus.Failed), run.Ending is EntryBody.SessionFailed);
    });

    [Fact]
    public void No_more_steps_of_a_phase_run_at_a_time_than_it_may() => Seeds.Each(300, 20_000, seed =>
    {
        var run = new Schedule(seed);
        run.ToTheEnd(_ => Assert.All(
            run.Workflow.Phases,
            phase => Assert.True(run.State.Phase(phase.Id).Steps.Count(step => step.Status == StepStatus.Running) <= phase.MaxParallel)));
    });

    private static string Show(KeyValuePair<string, PhaseStatus> phase) => $"{phase.Key}:{phase.Value}";

    /// <summary>One way through one workflow.</summary>
    private sealed class Schedule
    {
        private readonly Random random;
        private readonly int fate;

        public Schedule(int seed)
        {
            random = new Random(seed);
            fate = random.Next();
            Written = RandomWorkflow.Acyclic(random);
            Workflow = PlanningLaws.Plan(Written).Value!;
            Add(new PlacedBody(Place.Session, new EntryBody.SessionCreated(
                StoredText.From("x"), "random", "random.yaml", StoredText.From(Written.Yaml), ImmutableSortedDictionary<string, StoredText>.Empty,
                JsonSerializer.SerializeToElement(new JsonObject { ["description"] = "x" }), [], [.. Workflow.Phases.Select(phase => phase.Id)],
                new SessionSettings(1m, BudgetAction.Pause, "/nowhere", null, true), "test"), []));
        }

        public RandomWorkflow Written { get; }

        public Workflow Workflow { get; }

        public SessionState State { get; private set; } = null!;

        public List<JournalEntry> Entries { get; } = [];

        public EntryBody? Ending { get; private set; }

        /// <summary>What becomes of a phase that runs, by the fates of its steps alone.</summary>
        public PhaseStatus Outcome(RandomPhase phase)
        {
            var fails = phase.Steps == 0 ? Fails(phase.Name, "") : Enumerable.Range(1, phase.Steps).Any(step => Fails(phase.Name, $"{step}"));
            return !fails ? PhaseStatus.Succeeded : phase.IsTolerated ? PhaseStatus.Tolerated : PhaseStatus.Failed;
        }

        public void ToTheEnd(Action<SchedulerDecision> look)
        {
            for (var turn = 0; turn < 500; turn++)
            {
                var decisions = Scheduler.Decide(Workflow, State);
                if (decisions is [SchedulerDecision.EndSession end])
                {
                    Ending = end.Ending;
                    return;
                }

                foreach (var decision in decisions)
                {
                    look(decision);
                    Add(SessionRun.Entry(decision));
                }

                EndOneStep(mustThereBeOne: decisions.IsEmpty);
            }

            Assert.Fail("it does not end");
        }

        private void EndOneStep(bool mustThereBeOne)
        {
            var running = State.Phases.SelectMany(pair => pair.Value.Steps.Where(step => step.Status == StepStatus.Running).Select(step => (pair.Key, step.Label))).ToList();
            if (running.Count == 0)
            {
                Assert.False(mustThereBeOne, "nothing is decided and nothing runs");
                return;
            }

            var (phase, step) = running.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal).ThenBy(pair => pair.Label, StringComparer.Ordinal).ElementAt(random.Next(running.Count));
            Add(new PlacedBody(new Place(phase, step), Fails(phase.Value, step)
                ? new EntryBody.StepFailed(1, "CONC999", "no", null, [], null)
                : new EntryBody.StepSucceeded(1, StoredText.From("1"), [], null, []), []));
        }

        private bool Fails(string phase, string step) => new Random(fate ^ phase[^1] ^ (step.Length == 0 ? 0 : step[0] << 8)).Next(4) == 0;

        private void Add(PlacedBody body)
        {
            var entry = new JournalEntry(Entries.Count + 1, TestSession.Id, DateTimeOffset.UnixEpoch, body.Place.Phase, body.Place.StepOrNull, body.Body);
            Entries.Add(entry);
            State = SessionFold.Apply(Entries.Count == 1 ? null : State, entry);
        }
    }
}
