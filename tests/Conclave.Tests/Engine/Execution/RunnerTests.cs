using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

public sealed class RunnerTests
{
    private const string Diamond = """
        name: diamond
        version: 1
        inputs: { description: { required: true } }
        agents:
          pm: { provider: openai, model: m1 }
          backend: { provider: anthropic, model: m2 }
        phases:
          start: { agent: pm, prompt: "Start with ${{ inputs.description }}" }
          left:  { needs: start, agent: backend, prompt: "Left of ${{ phases.start.output }}" }
          right: { needs: start, agent: pm, prompt: "Right of ${{ phases.start.output }}" }
          join:  { needs: [left, right], agent: pm, prompt: "Join ${{ phases.left.output }} and ${{ phases.right.output }}" }
        """;

    [Fact]
    public async Task A_diamond_runs_in_the_order_of_its_needs_and_passes_outputs_on()
    {
        var gateway = new FakeGateway(request => $"[{request.Messages[0].Text}]");
        var session = new TestSession(Diamond) { Gateway = gateway };

        var state = await session.CreateAndRun();

        Assert.Equal(SessionStatus.Succeeded, state.Status);
        Assert.Equal("\"[Join [Left of [Start with a test]] and [Right of [Start with a test]]]\"", TestSession.Output(state, "join"));
        Assert.Equal(4, gateway.Ledger.Count);
        Assert.Equal(0m, state.ReservedUsd);
        Assert.Equal(state.Calls.Values.SelectMany(call => call.Attempts).Sum(attempt => attempt.CostUsd), state.SpentUsd);
    }

    [Fact]
    public async Task The_end_of_a_step_and_what_it_leads_to_are_one_append()
    {
        var journal = new InMemoryJournal();
        var appends = new List<string>();
        var session = new TestSession(TestSession.Yaml("""
              first:  { agent: pm, prompt: "Do one thing" }
              second: { needs: first, agent: pm, prompt: "Do another" }
            """)) { Gateway = new FakeGateway(_ => "answer"), Journal = journal };
        await session.Create();
        journal.OnAppend = (when, entries) => appends.AddRange(when == "after" ? [string.Join(' ', entries.Select(entry => entry.Body.Kind().Split('/')[0]))] : []);

        await session.Run();

        Assert.Equal(
            [
                "phase-started step-started",
                "attempt-started",
                "attempt-ended",
                "step-succeeded phase-succeeded phase-started step-started",
                "attempt-started",
                "attempt-ended",
                "step-succeeded phase-succeeded",
                "effect-started",
                "effect-done",
                "session-succeeded",
            ],
            appends);
    }

    [Fact]
    public async Task A_step_that_ends_after_the_wish_to_pause_leads_to_nothing_new()
    {
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        var gateway = new FakeGateway(_ => "answer") { BeforeAnswer = async (_, _) => { asked.SetResult(); await answer.Task; } };
        var session = new TestSession(TestSession.Yaml("""
              first:  { agent: pm, prompt: "Do one thing" }
              second: { needs: first, agent: pm, prompt: "Do another" }
            """)) { Gateway = gateway };
        await session.Create();
        var run = session.Run();
        await asked.Task;
        await session.Send(new SignalBody.Pause("later"));
        await session.Until(body => body is EntryBody.SignalReceived);
        answer.SetResult();

        var state = await run;

        Assert.Equal(SessionStatus.Paused, state.Status);
        Assert.DoesNotContain(await session.Entries(), entry => entry.Phase?.Value == "second");
    }

    [Fact]
    public async Task A_session_resumed_after_a_crash_at_any_append_asks_nothing_again_and_ends_the_same()
    {
        var undisturbed = new TestSession(Diamond) { Gateway = new FakeGateway(request => $"[{request.Messages[0].Text}]") };
        var expected = TestSession.Output(await undisturbed.CreateAndRun(), "join");
        var crashes = 0;
        while (true)
        {
            var journal = new InMemoryJournal();
            var gateway = new FakeGateway(request => $"[{request.Messages[0].Text}]");
            var session = new TestSession(Diamond) { Gateway = gateway, Journal = journal };
            await session.Create();
            var left = crashes;
            journal.OnAppend = (_, _) =>
            {
                if (left-- <= 0)
                {
                    throw new ProcessKilledException();
                }
            };
            var crash = await Record.ExceptionAsync(() => session.Run());
            if (crash is null)
            {
                break;
            }

            crashes++;
            journal.OnAppend = (_, _) => { };
            var state = await session.Run("second");

            Assert.Equal(SessionStatus.Succeeded, state.Status);
            Assert.Equal(expected, TestSession.Output(state, "join"));
            var inDoubt = state.Calls.Values.SelectMany(call => call.Attempts).Count(attempt => attempt.Outcome is CallOutcome.InDoubt);
            Assert.True(gateway.Ledger.Count <= 4 + inDoubt, $"{gateway.Ledger.Count} calls, {inDoubt} in doubt, crash {crashes}");
        }

        Assert.True(crashes > 20, $"only {crashes} crashes were tried");
    }

    private sealed class ProcessKilledException : Exception;
}
