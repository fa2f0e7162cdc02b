using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave replay FILE|ID</c>: shows a session from its record, through the same views as a running one. Nothing is asked, run or written.</summary>
internal static class ReplayCommand
{
    public static Command Create(CommandContext context)
    {
        var source = new Argument<string>("file|session") { Description = "A file that `conclave export` wrote, or a session's id or its beginning." };
        var speed = new Option<double?>("--speed") { Description = "Show it in its own time, so many times as fast; no wait is longer than three seconds (default: at once).", HelpName = "N" };
        speed.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !double.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out var number) || number is not (> 0 and <= 1_000_000)))
            {
                result.AddError($"--speed wants a number above 0, not `{token.Value}`");
            }
        });
        var json = SessionShow.JsonOption();
        var command = new Command("replay", "Show a session again from a file or from the journal, offline.") { source, speed, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var (bundle, refusal) = await Find(context, parsed, parsed.GetRequiredValue(source), cancel);
            if (bundle is null)
            {
                return await context.Refuse(refusal!);
            }

            var replay = new SessionReplay(bundle, parsed.GetValue(speed), context.Clock);
            var showsJson = parsed.GetValue(json);
            try
            {
                await new SessionShow(context with { Clock = replay.Clock }, showsJson).View().Show(replay.Items(cancel));
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return ExitCode.Cancelled;
            }

            var state = bundle.Read().Last().State;
            if (!showsJson)
            {
                await LastScreen.Write(context.Output, state);
            }

            return ExitCode.Of(state);
        });
        return command;
    }

    private static async Task<Refusable<SessionBundle>> Find(CommandContext context, ParseResult parsed, string source, CancellationToken cancel)
    {
        if (File.Exists(source))
        {
            return SessionFile.Read(source);
        }

        await using var journal = context.Reader(parsed);
        var (summary, none) = await SessionLookup.Find(journal, source, cancel);
        return summary is null ? none! : await SessionBundle.Of(journal!, summary.Id, cancel);
    }
}
