using System.Runtime.InteropServices;
using System.Text.Json;
using Conclave.Cli.Commands;
using Conclave.Engine;
using Conclave.Server.Asking;

namespace Conclave.Cli.Asking;

/// <summary>Asks a question while its answer is shown; Ctrl-C aborts it.</summary>
internal static class AskRun
{
    public static async Task<int> Run(CommandContext context, PreparedQuestion prepared, bool json)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        var view = new AskView(context, showsText: !json && prepared.Question.Schema is null);
        var report = await new HandCall(prepared.Access, context.Clock, context.Version).Ask(prepared.Question, view.Hear, stop.Token);
        if (json)
        {
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(report, EngineJson.Options));
        }
        else
        {
            await view.End(report);
        }

        return Exit(report.Error);

        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    // What may go well later is 7, as for a session that waits; what needs another question or model is 5.
    private static int Exit(CallError? error) => error?.Class switch
    {
        null => ExitCode.Succeeded,
        "cancelled" => ExitCode.Cancelled,
        "bad_key" or "no_quota" => ExitCode.Keys,
        "rate_limited" or "overloaded" or "not_sent" or "failed" or "in_doubt" or "timeout" => ExitCode.Paused,
        _ => ExitCode.Failed,
    };
}
