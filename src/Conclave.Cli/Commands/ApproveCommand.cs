using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave approve ID</c>: answers a question of a session, which then goes on.</summary>
internal static class ApproveCommand
{
    public static Command Create(CommandContext context)
    {
        var id = new Argument<string>("session") { Description = "The session's id, or its beginning." };
        var gate = new Option<string?>("--gate") { Description = "Which question, when there is more than one: the phase, or PHASE/STEP.", HelpName = "NAME" };
        var reject = new Option<bool>("--reject") { Description = "Answer `reject`." };
        var option = new Option<string?>("--option") { Description = "Answer this option (default: approve).", HelpName = "OPTION" };
        var comment = new Option<string?>("--comment") { Description = "Words that go with the answer.", HelpName = "TEXT" };
        var json = SessionShow.JsonOption();
        var command = new Command("approve", "Answer a question of a session, whether it runs or waits.") { id, gate, reject, option, comment, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(reject) && result.GetValue(option) is not null)
            {
                result.AddError("--reject and --option can't both be given");
            }
        });
        command.SetAction(async (parsed, _) =>
        {
            var choice = parsed.GetValue(reject) ? "reject" : parsed.GetValue(option) ?? "approve";
            string? answered = null;
            return await new SignalSending(context, parsed).Send(
                parsed.GetRequiredValue(id),
                state =>
                {
                    var wish = SessionWish.Approve(state, parsed.GetValue(gate), choice, parsed.GetValue(comment));
                    answered = (wish.Value as SignalBody.Approve)?.Gate;
                    return wish;
                },
                state => Taken(context, state, new DoorKey(answered!), choice),
                (host, session) => new SessionShow(context, parsed.GetValue(json)).Run(host, session, null));
        });
        return command;
    }

    private static async Task<int> Taken(CommandContext context, SessionState state, DoorKey gate, string choice)
    {
        if (state.Gates[gate].Given is { By: GateAnswerer.User } given && given.Choice == choice)
        {
            await context.Error.WriteLineAsync($"conclave: `{SafeText.Line(choice, 60)}` it is; session {state.Id} goes on");
            return ExitCode.Succeeded;
        }

        return await context.Refuse(new Refusal(
            RefusalKind.Invalid, $"CONC211 the answer came too late: gate `{state.Gates[gate].Name}` had been settled", $"conclave show {state.Id} tells how"));
    }
}
