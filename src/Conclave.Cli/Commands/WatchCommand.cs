using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Server.Hosting;
using Conclave.Server.Live;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave watch ID</c>: shows a session that another process runs, from its first entry on.</summary>
internal static class WatchCommand
{
    public static Command Create(CommandContext context)
    {
        var id = new Argument<string>("session") { Description = "The session's id, or its beginning." };
        var json = SessionShow.JsonOption();
        var command = new Command("watch", "Watch a session that another process runs; Ctrl-C ends the watching, not the session.") { id, json };
        command.SetAction(async (parsed, cancel) =>
        {
            var unowned = context.IsUnowned(parsed);
            await using var journal = context.Reader(parsed);
            var (summary, none) = await SessionLookup.Find(journal, parsed.GetRequiredValue(id), cancel);
            if (summary is null)
            {
                return await context.Refuse(none!);
            }

            if (Interruption.Of(summary, unowned && context.IsUnowned(parsed)))
            {
                await context.Error.WriteLineAsync($"conclave: {summary.Id} is interrupted: no process works on it now. Go on with: conclave resume {summary.Id}");
            }

            var showsJson = parsed.GetValue(json);
            try
            {
                await new SessionShow(context, showsJson).View().Show(SessionReading.Follow(journal!, summary.Id, cancel));
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return ExitCode.Cancelled;
            }

            var state = await SessionReading.Load(journal!, summary.Id, CancellationToken.None);
            if (!showsJson)
            {
                await LastScreen.Write(context.Output, state);
            }

            return ExitCode.Of(state);
        });
        return command;
    }
}
