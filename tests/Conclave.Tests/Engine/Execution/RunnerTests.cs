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
