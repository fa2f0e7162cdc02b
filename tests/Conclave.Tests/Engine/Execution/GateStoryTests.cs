using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>How sessions go that ask a human.</summary>
public sealed class GateStoryTests
{
    private static readonly string Release = TestSession.Yaml("""
          draft: { agent: pm, prompt: "a poem" }
          ok: { needs: draft, uses: approval, with: { question: "Publish ${{ phases.draft.output }}?" } }
          after: { needs: ok, agent: pm, prompt: "said ${{ phases.ok.output.choice }}: ${{ phases.ok.output.comment }}" }
        """);

    private static readonly string Timed = TestSession.Yaml("""
          ok: { uses: approval, with: { question: "Go?", timeout: 2h, default: approve } }
          after: { needs: ok, agent: pm, prompt: "by ${{ phases.ok.output.by }}" }
        """);

    private static FakeGateway Echo() => new(request => request.Messages[0].Text);

    private static SignalBody.Approve Say(string choice, string? gate = null, string? comment = null) => new(gate, choice, comment);

    [Fact]
    public async Task A_session_that_waits_for_a_human_is_left_and_goes_on_with_the_answer()
    {
        var gateway = Echo();
        var session = new TestSession(Release) { Gateway = gateway, Unattended = false };

        var waiting = await session.CreateAndRun();
        Assert.Equal((SessionStatus.Waiting, 1), (waiting.Status, gateway.Ledger.Count));
        var gate = Assert.Single(waiting.OpenGates);
        Assert.Equal(("ok", "Publish a poem?", "approve reject"), (gate.Name, gate.Asked.Question.Text, string.Join(' ', gate.Asked.Options)));
        Assert.Equal((SessionStatus.Waiting, "ok"), ((await session.Summary()).Status, (await session.Summary()).Activity.OpenGates.Single().Name));

        await session.Send(Say("approve", comment: "well done"));
        var done = await session.Run("second");
        Assert.Equal((SessionStatus.Succeeded, 2), (done.Status, gateway.Ledger.Count));
        Assert.Equal("\"said approve: well done\"", TestSession.Output(done, "after"));
        Assert.Equal("""{"choice":"approve","approved":true,"comment":"well done","by":"user"}""", TestSession.Output(done, "ok"));
    }

    [Fact]
    public async Task The_time_in_which_a_session_waits_for_people_or_has_no_process_is_no_working_time()
    {
        var clock = new FakeTimeProvider { SkipsWaits = true };
        var session = new TestSession(Release)
        {
            Clock = clock,
            Unattended = false,
            Gateway = new FakeGateway(request =>
            {
                clock.Advance(TimeSpan.FromSeconds(3));
                return request.Messages[0].Text;
            }),
        };
        var waiting = await session.CreateAndRun();
        Assert.Equal(TimeSpan.FromSeconds(3), waiting.Worked);
        clock.Advance(TimeSpan.FromHours(5));
        await session.Send(Say("approve", comment: "at last"));
        var done = await session.Run("second");
        Assert.Equal((SessionStatus.Succeeded, TimeSpan.FromSeconds(6)), (done.Status, done.Worked));
        var ok = done.Phase(new("ok"));
        Assert.Equal((TimeSpan.Zero, true), (ok.EndedAfter - ok.StartedAfter, ok.EndedAt - ok.StartedAt > TimeSpan.FromHours(4)));
    }

    [Fact]
    public async Task A_process_that_stays_waits_on_and_goes_on_with_the_answer_itself()
    {
        var session = new TestSession(Release) { Gateway = Echo(), Unattended = false };
        await session.Create();
        var run = session.Run(waiting: WhenWaiting.Stay);
        await session.Until(body => body is EntryBody.ApprovalAsked);
        Assert.False(run.IsCompleted);
        await session.Send(Say("approve", "ok", "fine"));
        Assert.Equal(SessionStatus.Succeeded, (await run).Status);
        Assert.DoesNotContain(await session.Entries(), entry => entry.Body is EntryBody.SessionResumed);
    }

    [Theory]
    [InlineData("fail", SessionStatus.Failed, PhaseStatus.Failed)]
    [InlineData("continue", SessionStatus.Succeeded, PhaseStatus.Tolerated)]
    public async Task A_rejection_fails_the_phase_unless_on_error_says_otherwise(string onError, SessionStatus expected, PhaseStatus phase)
    {
        var session = new TestSession(TestSession.Yaml($$"""  ok: { uses: approval, with: { question: "Go?" }, on_error: {{onError}} }""")) { Gateway = Echo(), Unattended = false };
        await session.CreateAndRun();
        await session.Send(Say("reject", comment: "too early"));
        var ended = await session.Run("second");
        Assert.Equal((expected, phase), (ended.Status, ended.Phase(new("ok")).Status));
        Assert.Equal(("CONC053", "the user rejected it: too early"), (ended.Phase(new("ok")).Failure!.Code, ended.Phase(new("ok")).Failure!.Text));
    }

    [Fact]
    public async Task An_option_of_the_users_own_is_just_the_output()
    {
        var session = new TestSession(TestSession.Yaml("""
              ok: { uses: approval, with: { question: "Which?", options: [red, blue] } }
              after: { needs: ok, if: "phases.ok.output.choice == 'blue'", agent: pm, prompt: "paint it" }
            """)) { Gateway = Echo(), Unattended = false };
        await session.CreateAndRun();
        await session.Send(Say("blue"));
        var done = await session.Run("second");
        Assert.Equal(("\"paint it\"", false), (TestSession.Output(done, "after"), SessionContexts.Output(done, new("ok"))!["approved"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task When_nobody_answers_in_time_the_default_is_taken_in_the_open()
    {
        var clock = new FakeTimeProvider();
        var session = new TestSession(Timed) { Gateway = Echo(), Unattended = false, Clock = clock };
        await session.Create();
        var run = session.Run(waiting: WhenWaiting.Stay);
        await session.Until(body => body is EntryBody.ApprovalAsked);
        clock.Advance(TimeSpan.FromHours(3));
        var done = await run;
        Assert.Equal((SessionStatus.Succeeded, "\"by timeout\""), (done.Status, TestSession.Output(done, "after")));
        Assert.Equal(["nobody answered in time, so the default `approve` was taken"], done.Notes(new("ok")));
    }

    [Fact]
    public async Task A_time_that_passed_while_no_process_ran_is_late_and_not_lost()
    {
        var clock = new FakeTimeProvider();
        var session = new TestSession(Timed) { Gateway = Echo(), Unattended = false, Clock = clock };
        var waiting = await session.CreateAndRun();
        Assert.Equal(clock.GetUtcNow().AddHours(2), waiting.OpenGates[0].Asked.DueAt);
        clock.Advance(TimeSpan.FromMinutes(119));
        Assert.Equal(SessionStatus.Waiting, (await session.Run("too early")).Status);
        clock.Advance(TimeSpan.FromMinutes(1));
        var done = await session.Run("late");
        Assert.Equal((SessionStatus.Succeeded, "\"by timeout\""), (done.Status, TestSession.Output(done, "after")));
    }

    [Fact]
    public async Task An_answer_that_lay_in_the_inbox_before_the_process_came_counts_and_not_the_default()
    {
        var clock = new FakeTimeProvider();
        var session = new TestSession(Timed) { Gateway = Echo(), Unattended = false, Clock = clock };
        await session.CreateAndRun();
        await session.Send(Say("approve"));
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal("\"by user\"", TestSession.Output(await session.Run("late"), "after"));
    }

    [Fact]
    public async Task Without_a_default_a_gate_past_its_time_fails_the_phase_and_takes_no_answer_any_more()
    {
        var clock = new FakeTimeProvider();
        var session = new TestSession(TestSession.Yaml("""
              ok: { uses: approval, with: { question: "Go?", timeout: 90s } }
              other: { uses: approval, with: { question: "And you?" } }
            """)) { Gateway = Echo(), Unattended = false, Clock = clock };
        await session.CreateAndRun();
        clock.Advance(TimeSpan.FromSeconds(90));
        var failed = await session.Run("late");
        Assert.Equal(("CONC054", "nobody answered gate `ok` within 90s, and it has no default"), (failed.Phase(new("ok")).Failure!.Code, failed.Phase(new("ok")).Failure!.Text));
        Assert.Equal((SessionStatus.Waiting, "other"), (failed.Status, Assert.Single(failed.OpenGates).Name));
        var refused = Assert.IsType<GateChoice.Refused>(GateChoice.Of(failed, "ok", "approve"));
        Assert.Equal(("CONC051", "open: other (approve, reject)"), (refused.Code, refused.Fix));
    }

    [Fact]
    public async Task An_unattended_session_takes_the_default_at_once_and_says_so_and_else_waits()
    {
        var done = await new TestSession(Timed) { Gateway = Echo() }.CreateAndRun();
        Assert.Equal((SessionStatus.Succeeded, "\"by unattended\""), (done.Status, TestSession.Output(done, "after")));
        Assert.Equal(["nobody was there to be asked, so the default `approve` was taken"], done.Notes(new("ok")));
        Assert.Equal(SessionStatus.Waiting, (await new TestSession(Release) { Gateway = Echo() }.CreateAndRun()).Status);
    }

    [Fact]
    public async Task Waiting_for_a_human_does_not_count_for_the_timeout_of_the_step()
    {
        var clock = new FakeTimeProvider();
        var session = new TestSession(TestSession.Yaml("""  ok: { uses: approval, with: { question: "Go?" }, timeout: 2m }""")) { Gateway = Echo(), Unattended = false, Clock = clock };
        await session.Create();
        var run = session.Run(waiting: WhenWaiting.Stay);
        await session.Until(body => body is EntryBody.ApprovalAsked);
        // The step is past its question only when it waits for the next entry, so a second one is waited for.
        await session.Send(new SignalBody.Approve("nobody", "approve", null), "s0");
        await session.Until(body => body is EntryBody.AlertRaised);
        clock.Advance(TimeSpan.FromMinutes(5));
        await session.Send(Say("approve"));
        Assert.Equal(SessionStatus.Succeeded, (await run).Status);
    }

    [Fact]
    public async Task A_session_runs_as_long_as_anything_but_people_keeps_it()
    {
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var gateway = new FakeGateway(request => request.Messages[0].Text)
        {
            BeforeAnswer = async (_, _) =>
            {
                asked.TrySetResult();
                await go.Task;
            },
        };
        var session = new TestSession(TestSession.Yaml("""
              ok: { uses: approval, with: { question: "Go?" } }
              work: { agent: pm, prompt: "do it" }
            """)) { Gateway = gateway, Unattended = false };
        await session.Create();
        var run = session.Run();
        await asked.Task;
        await session.Until(body => body is EntryBody.ApprovalAsked);
        Assert.Equal(SessionStatus.Running, (await session.Summary()).Status);
        Assert.False(run.IsCompleted);
        go.SetResult();
        Assert.Equal(SessionStatus.Waiting, (await run).Status);
        Assert.Equal(SessionStatus.Waiting, (await session.Summary()).Status);
    }

    [Fact]
    public async Task Each_step_of_a_matrix_has_a_gate_of_its_own_and_only_a_name_tells_them_apart()
    {
        var session = new TestSession(TestSession.Yaml("""
              ok: { uses: approval, matrix: { part: [x, y] }, with: { question: "Is ${{ matrix.part }} good?" } }
              after: { needs: ok, agent: pm, prompt: "${{ phases.ok.output[0].comment }}${{ phases.ok.output[1].comment }}" }
            """)) { Gateway = Echo(), Unattended = false };
        var waiting = await session.CreateAndRun();
        Assert.Equal(["ok/x", "ok/y"], waiting.OpenGates.Select(gate => gate.Name).Order(StringComparer.Ordinal));
        var refused = Assert.IsType<GateChoice.Refused>(GateChoice.Of(waiting, null, "approve"));
        Assert.Equal("CONC051", refused.Code);
        Assert.Contains("ok/x (approve, reject)", refused.Fix, StringComparison.Ordinal);
        await session.Send(Say("approve", "ok/y", "2"), "b");
        Assert.Equal((SessionStatus.Waiting, "ok/x"), ((await session.Run("second")) is var one ? (one.Status, one.OpenGates.Single().Name) : default));
        await session.Send(Say("approve", null, "1"), "a");
        Assert.Equal("\"12\"", TestSession.Output(await session.Run("third"), "after"));
    }

    [Fact]
    public async Task A_story_with_a_gate_killed_at_any_append_goes_on_and_its_answer_counts_once()
    {
        var crashes = 0;
        while (true)
        {
            var journal = new InMemoryJournal();
            var gateway = Echo();
            var session = new TestSession(Release) { Gateway = gateway, Journal = journal, Unattended = false };
            await session.Create();
            var left = crashes;
            journal.OnAppend = (_, _) =>
            {
                if (left-- == 0)
                {
                    throw new ProcessKilledException();
                }
            };
            var killed = await Record.ExceptionAsync(() => session.Run()) is not null;
            if (killed)
            {
                await session.Run("recovers");
            }

            await session.Send(Say("approve", comment: "yes"));
            killed |= await Record.ExceptionAsync(() => session.Run("answered")) is not null;
            var done = await session.Run("last");

            Assert.Equal((SessionStatus.Succeeded, "\"said approve: yes\""), (done.Status, TestSession.Output(done, "after")));
            var entries = await session.Entries();
            Assert.Single(entries, entry => entry.Body is EntryBody.SignalReceived);
            Assert.Single(entries, entry => entry.Body is EntryBody.ApprovalAsked);
            Assert.Single(entries, entry => entry.Body is EntryBody.ApprovalGiven);
            AgreesWithItsSummary(entries);
            if (!killed)
            {
                break;
            }

            crashes++;
        }

        Assert.True(crashes > 20, $"only {crashes} crashes were tried");
    }

    private static void AgreesWithItsSummary(IEnumerable<JournalEntry> entries)
    {
        SessionState? state = null;
        SessionSummary? summary = null;
        foreach (var entry in entries)
        {
            state = SessionFold.Apply(state, entry);
            summary = SessionSummary.Apply(summary, entry);
            Assert.Equal((entry.Seq, state.Status), (summary.Seq, summary.Status));
        }
    }

    private sealed class ProcessKilledException : Exception;
}
