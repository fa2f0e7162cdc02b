using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave resume ID</c>: goes on with a session that paused or whose process went away.</summary>
internal static class ResumeCommand
{
    public static Command Create(CommandContext context)
    {
        var id = new Argument<string>("session") { Description = "The session's id, or its beginning." };
        var budget = new Option<decimal?>("--budget") { Description = "A new budget in USD.", HelpName = "USD" };
        var json = SessionShow.JsonOption();
        var output = new Option<string?>("--output", "-o") { Description = "Another place for the project; absent or empty (default: where it was to go).", HelpName = "DIR" };
        budget.Validators.Add(StartOptions.Positive);
        var command = new Command("resume", "Go on with a session that paused, or whose process went away. No stored answer is bought again.") { id, budget, output, json };
        command.SetAction(async (parsed, _) =>
        {
            var (place, unusable) = parsed.GetValue(output) is { Length: > 0 } wanted ? OutputDirectory.Take(wanted) : default;
            if (unusable is not null)
            {
                return await context.Refuse(unusable);
            }

            var (host, refusal) = ConclaveHost.Open(context.For(parsed), context.Clock);
            if (host is null)
            {
                return await context.Refuse(refusal!);
            }

            await using (host)
            {
                var (session, none) = await SessionLookup.Find(host.Journal, parsed.GetRequiredValue(id), CancellationToken.None);
                if (session is null)
                {
                    return await context.Refuse(none!);
                }

                if (session.Status is SessionStatus.Succeeded or SessionStatus.Failed or SessionStatus.Cancelled)
                {
                    await context.Error.WriteLineAsync($"conclave: session {session.Id} has ended ({Engine.EngineText.Snake(session.Status)}); there is nothing to resume. conclave show {session.Id} tells more.");
                }
                else
                {
                    await context.Error.WriteLineAsync($"conclave: going on with {session.Id}: {SafeText.Line(session.Description, 80)}");
                }

                return await new SessionShow(context, parsed.GetValue(json)).Run(host, session.Id, parsed.GetValue(budget), place);
            }
        });
        return command;
    }
}
