using System.CommandLine;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave cancel ID</c>: ends a session for good and delivers what there is.</summary>
internal static class CancelCommand
{
    public static Command Create(CommandContext context)
    {
        var id = new Argument<string>("session") { Description = "The session's id, or its beginning." };
        var now = new Option<bool>("--now") { Description = "Abort the calls under way instead of letting them end; they may be paid for and are shown as in doubt." };
        var command = new Command("cancel", "End a session for good; what it has made so far is delivered.") { id, now };
        command.SetAction(async (parsed, _) => await new SignalSending(context, parsed).Send(
            parsed.GetRequiredValue(id),
            state => SessionWish.Cancel(state, parsed.GetValue(now)),
            async state =>
            {
                await context.Error.WriteLineAsync($"conclave: session {state.Id} is being cancelled by the process that runs it");
                return ExitCode.Succeeded;
            },
            async (host, session) => await new SessionShow(context, json: false).Run(host, session, null) switch
            {
                ExitCode.Cancelled => ExitCode.Succeeded,
                var other => other,
            }));
        return command;
    }
}
