using System.CommandLine;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave pause ID</c>: stops a session that another process runs; <c>resume</c> goes on.</summary>
internal static class PauseCommand
{
    public static Command Create(CommandContext context)
    {
        var id = new Argument<string>("session") { Description = "The session's id, or its beginning." };
        var command = new Command("pause", "Stop a session when its calls under way have ended; `resume` goes on.") { id };
        command.SetAction(async (parsed, _) => await new SignalSending(context, parsed).Send(
            parsed.GetRequiredValue(id),
            SessionWish.Pause,
            async state =>
            {
                await context.Error.WriteLineAsync($"conclave: session {state.Id} pauses when its calls under way have ended. Go on with: conclave resume {state.Id}");
                return ExitCode.Succeeded;
            },
            (_, session) => context.Refuse(SessionWish.NothingRuns(session))));
        return command;
    }
}
