using System.CommandLine;
using System.Runtime.InteropServices;
using Conclave.Cli.Terminal;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;
using Conclave.Server.Live;
using Spectre.Console;

namespace Conclave.Cli;

/// <summary>Runs a session in this process while it is shown, and stops it as the user wishes: one Ctrl-C gently, a second one at once.</summary>
internal sealed class SessionShow(CommandContext context, bool json)
{
    /// <summary>The option that asks for events instead of a view.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Print the events as NDJSON on stdout." };

    /// <summary>The view that fits where the output goes.</summary>
    public ISessionView View()
    {
        if (json)
        {
            return new JsonView(context.Output, context.Clock);
        }

        return Console.IsOutputRedirected || context.Output is not DataWriter { IsConsole: true }
            ? new PlainView(context.Output, context.Clock)
            : new LiveView(AnsiConsole.Create(new AnsiConsoleSettings { ColorSystem = context.Environment.Color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors }), context.Clock);
    }

    /// <summary>Runs the session until it ends or stops, shown from its first entry on; gives the exit code.</summary>
    public async Task<int> Run(ConclaveHost host, SessionId id, decimal? budgetUsd, string? outputDirectory = null)
    {
        using var stop = new CancellationTokenSource();
        using var now = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, id, stop, now));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, id, stop, now));
        using var feed = host.Feed.Subscribe(id);
        var showing = View().Show(SessionReading.Whole(host.Journal, id, feed.Items(CancellationToken.None)));
        SessionState state;
        var shown = true;
        try
        {
            state = await host.Run(id, budgetUsd, outputDirectory, WhenWaiting.Leave, stop.Token, now.Token);
        }
        finally
        {
            feed.Complete();
            shown = await Shown(showing);
        }

        if (!json && shown)
        {
            await Shown(LastScreen.Write(context.Output, state));
        }

        return now.IsCancellationRequested ? ExitCode.Cancelled : ExitCode.Of(state);
    }

    // The session is not the view's: it goes on when nobody can see it, and its end is what counts.
    private async Task<bool> Shown(Task showing)
    {
        try
        {
            await showing;
            return true;
        }
        catch (OutputFailedException failed)
        {
            await context.Error.WriteLineAsync($"conclave: {SafeText.Line(failed.Message)}; the session is not affected");
            return false;
        }
    }

    private void OnSignal(PosixSignalContext signal, SessionId id, CancellationTokenSource stop, CancellationTokenSource now)
    {
        signal.Cancel = true;
        if (stop.IsCancellationRequested)
        {
            now.Cancel();
            return;
        }

        context.Error.WriteLine($"\nconclave: stopping when the calls under way have ended (again: at once). Go on with: conclave resume {id}");
        stop.Cancel();
    }
}
