using System.Text;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Execution;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Journal;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Engine.Execution;

/// <summary>Runs a story undisturbed, then once for each append with a crash before it and once with a crash after it, and compares how they end.</summary>
/// <param name="start">Makes the story anew on a journal and models; it must not create the session.</param>
/// <param name="answer">The models' answers, a pure function of the request.</param>
internal sealed class CrashedStory(Func<IJournal, IModelGateway, TestSession> start, Func<ModelRequest, string> answer)
{
    /// <summary>The undisturbed run's last state, after all crashes ended the same.</summary>
    public async Task<SessionState> EndsTheSameAfterEveryCrash()
    {
        var calm = new FakeGateway(answer);
        var undisturbed = start(new InMemoryJournal(), calm);
        var expected = await undisturbed.CreateAndRun();
        var appends = 0;
        while (await CrashAt(appends, expected, calm.Ledger.Count))
        {
            appends++;
        }

        Assert.True(appends > 10, $"only {appends} crashes were tried");
        return expected;
    }

    // False when the story has fewer appends than that.
    private async Task<bool> CrashAt(int append, SessionState expected, int calls)
    {
        var journal = new InMemoryJournal();
        var gateway = new FakeGateway(answer);
        var session = start(journal, gateway);
        await session.Create();
        var left = append;
        journal.OnAppend = (_, _) =>
        {
            if (left-- <= 0)
            {
                throw new ProcessKilledException();
            }
        };
        if (await Record.ExceptionAsync(() => session.Run()) is null)
        {
            return false;
        }

        journal.OnAppend = (_, _) => { };
        var state = await session.Run("second");
        Assert.Equal(Ending(expected), Ending(state));
        var inDoubt = state.Calls.Values.SelectMany(call => call.Attempts).Count(attempt => attempt.Outcome is CallOutcome.InDoubt);
        Assert.True(gateway.Ledger.Count <= calls + inDoubt, $"crash {append}: {gateway.Ledger.Count} calls instead of {calls}, {inDoubt} in doubt");
        Assert.All(gateway.Ledger.GroupBy(request => request.ToJson()), same => Assert.True(same.Count() <= Answered(state, same.Key) + inDoubt, $"crash {append}: a stored answer was bought again"));
        return true;
    }

    private static int Answered(SessionState state, string request) =>
        state.Calls.Values.SelectMany(call => call.Attempts).Count(attempt => attempt.Outcome is not CallOutcome.InDoubt && attempt.Intent.RequestHash == ModelRequest.Hash(request));

    // All that must not depend on a crash: how it ended, each phase with its steps, outputs and files, the project, the calls.
    private static string Ending(SessionState state)
    {
        var text = new StringBuilder($"{state.Status} {state.Reason?.Code} {state.Reason?.Text}\n");
        foreach (var id in state.Created.Phases)
        {
            var phase = state.Phase(id);
            text.Append($"{id} {phase.Status} round {phase.Round} {phase.Failure?.Code} {Short(phase.Cells)}\n");
            text.AppendJoin('\n', phase.Steps.Select(step => $"  {step.Label} {step.Status} {Short(step.Output)} {JsonSerializer.Serialize(step.Files, EngineJson.Options)}")).Append('\n');
        }

        text.AppendJoin('\n', state.Files.Values.Select(file => $"{file.Path} {file.Blob}")).Append('\n');
        text.AppendJoin('\n', state.Calls.Keys.Select(key => key.Value).Order(StringComparer.Ordinal));
        return text.ToString();
    }

    private static string? Short(StoredText? text) => text?.Blob?.ToString() ?? text?.Text;

    private sealed class ProcessKilledException : Exception;
}
