using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary>What <c>new</c> and <c>demo</c> share: check, create, run, show.</summary>
internal static class StartCommand
{
    public static async Task<int> Run(CommandContext context, ParseResult parsed, NewSession wish, bool json)
    {
        var (host, refusal) = ConclaveHost.Open(context.For(parsed), context.Clock);
        if (host is null)
        {
            return await context.Refuse(refusal!);
        }

        await using (host)
        {
            var (session, wrong) = await host.Create(wish, context.Version, CancellationToken.None);
            if (session is null)
            {
                return wrong!.Kind == RefusalKind.Keys ? await NoKeys(context) : await context.Refuse(wrong);
            }

            await Announce(context, wish, session);
            foreach (var warning in await host.Warnings(wish.Trust, CancellationToken.None))
            {
                await context.Error.WriteLineAsync($"conclave: {SafeText.Line(warning)}");
            }

            return await new SessionShow(context, json).Run(host, session.Id, null);
        }
    }

    private static async Task Announce(CommandContext context, NewSession wish, CreatedSession session)
    {
        await context.Error.WriteLineAsync($"conclave: session {session.Id}; {(session.Branch is { } branch ? $"the result goes to the branch {SafeText.Line(branch)} of" : "the project goes to")} {SafeText.Line(session.OutputDirectory)}; it costs at most {Figures.Budget(session.BudgetUsd)}{(wish.Scenario is null ? "" : " (simulated: nothing is paid)")}");
        if (wish.Scenario is { } scenario)
        {
            await context.Error.WriteLineAsync($"conclave: simulated: the scenario `{SafeText.Line(scenario)}` answers; the description does not shape the result");
        }

        if (wish.Scenario is null && session.Foreseen is { } foreseen)
        {
            await context.Error.WriteLineAsync($"conclave: with every answer at its limit it comes to {Figures.Budget(foreseen.AnswersUsd)} and what is sent, at worst {Figures.Budget(foreseen.WorstUsd)} and what repeats; the budget stops it before. `conclave workflow plan` has the parts");
        }

        foreach (var seat in session.Seats.Where(seat => seat.StandsInFor is not null))
        {
            await context.Error.WriteLineAsync($"conclave: no key for {seat.StandsInFor}: {seat.Agent.Provider} {seat.Agent.Model} plays {seat.Agent.Id}");
        }
    }

    // Three lines, no more: what is missing, what to do with keys, what to do without.
    private static async Task<int> NoKeys(CommandContext context)
    {
        await context.Error.WriteLineAsync("conclave: CONC300 there is no key for any of the three vendors.");
        await context.Error.WriteLineAsync("  With one to three keys: export OPENAI_API_KEY=... ANTHROPIC_API_KEY=... GEMINI_API_KEY=...  (one is enough; its model then plays all roles)");
        await context.Error.WriteLineAsync("  Without any: add --simulate, or run `conclave demo`, to see a whole session played from a script.");
        return ExitCode.Keys;
    }
}
