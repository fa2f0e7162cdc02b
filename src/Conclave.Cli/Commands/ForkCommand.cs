using System.Collections.Immutable;
using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave fork ID --from PHASE</c>: a new session that keeps what another did before a phase, and runs from there on.</summary>
internal static class ForkCommand
{
    public static Command Create(CommandContext context)
    {
        var id = new Argument<string>("session") { Description = "The session's id, or its beginning." };
        var from = new Option<string>("--from") { Description = "The first phase that runs anew.", HelpName = "PHASE", Required = true };
        var set = new Option<string[]>("--set") { Description = "Another value for an input, or for `budget` (USD). May be given several times.", HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = false, DefaultValueFactory = _ => [] };
        var output = new Option<string?>("--output", "-o") { Description = "Where the project goes; absent or empty (default: a new folder here, named after the description).", HelpName = "DIR" };
        var json = SessionShow.JsonOption();
        set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"--set wants NAME=VALUE, not `{token.Value}`");
            }
        });
        var command = new Command("fork", "Start a new session that keeps everything another did before a phase, and pays only from there on.") { id, from, set, output, json };
        command.SetAction(async (parsed, _) =>
        {
            var (host, refusal) = ConclaveHost.Open(context.For(parsed), context.Clock);
            if (host is null)
            {
                return await context.Refuse(refusal!);
            }

            await using (host)
            {
                var (origin, none) = await SessionLookup.Find(host.Journal, parsed.GetRequiredValue(id), CancellationToken.None);
                if (origin is null)
                {
                    return await context.Refuse(none!);
                }

                var wish = new ForkWish(parsed.GetRequiredValue(from))
                {
                    Set = parsed.GetValue(set)!.Select(pair => pair.Split('=', 2)).GroupBy(pair => pair[0], StringComparer.Ordinal).ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Last()[1], StringComparer.Ordinal),
                    OutputDirectory = parsed.GetValue(output) is { Length: > 0 } given ? Path.GetFullPath(given) : null,
                    Folder = Directory.GetCurrentDirectory(),
                };
                var (forked, wrong) = await host.Fork(origin.Id, wish, context.Version, CancellationToken.None);
                if (forked is null)
                {
                    return await context.Refuse(wrong!);
                }

                await context.Error.WriteLineAsync($"conclave: session {forked.Session.Id}, forked from {origin.Id}; the project goes to {SafeText.Line(forked.Session.OutputDirectory)}; it costs at most {Figures.Budget(forked.Session.BudgetUsd)}");
                await context.Error.WriteLineAsync(forked.Kept.IsEmpty
                    ? "conclave: nothing is kept: no phase before that one ended well"
                    : $"conclave: kept: {string.Join(", ", forked.Kept)} ({Figures.Money(forked.KeptUsd)} paid by {origin.Id})");
                return await new SessionShow(context, parsed.GetValue(json)).Run(host, forked.Session.Id, null);
            }
        });
        return command;
    }
}
