using System.CommandLine;
using Conclave.Agents.Keys;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;
using Conclave.Storage;

namespace Conclave.Cli.Commands.Keys;

/// <summary><c>conclave keys set PROVIDER</c>: stores a key, from a prompt or from stdin.</summary>
internal static class SetKeyCommand
{
    private const int MostCharacters = 16 * 1024;

    public static Command Create(CommandContext context)
    {
        var provider = ProviderArgument.Create();
        // Only to tell whoever gives the key here why that is refused.
        var extra = new Argument<string[]>("key") { Arity = ArgumentArity.ZeroOrMore, Hidden = true };
        var command = new Command("set", "Store a key in keys.json of the data directory. It is asked for without being shown, or read from stdin; never given as an argument.\n\n  conclave keys set openai\n  pass show openai | conclave keys set openai") { provider, extra };
        command.SetAction(async (parsed, cancel) =>
        {
            var name = parsed.GetRequiredValue(provider);
            if ((parsed.GetValue(extra) is { Length: > 0 } ? ProviderArgument.KeyAsArgument() : ProviderArgument.Check(name, context.For(parsed))) is { } refusal)
            {
                return await context.Refuse(refusal);
            }

            if (await Read(context, name, cancel) is not { } text)
            {
                return ExitCode.Cancelled;
            }

            var (key, problem) = KeyReading.Of(text, "you");
            if (key is null)
            {
                return await context.Refuse(new Refusal(RefusalKind.Keys, problem!.Text, problem.Fix));
            }

            context.Environment.Redactor.Learn(key);
            var file = new KeyFile(DataDirectory.Open(context.For(parsed).DataDirectory).KeysFile);
            var written = file.Set(name, key);
            if (written.Problem is { } wrong)
            {
                return await context.Refuse(new Refusal(RefusalKind.Invalid, wrong.Text, wrong.Fix));
            }

            await KeyChange.Tell(context, written, $"the key for {name} is stored in {file.Path}; {(name == KeyRing.GitHubName ? "`--github OWNER/NAME` uses it" : "try it with `conclave keys check`")}", name);
            return ExitCode.Succeeded;
        });
        return command;
    }

    private static async Task<string?> Read(CommandContext context, string provider, CancellationToken cancel) =>
        context.Input is null && !Console.IsInputRedirected
            ? HiddenPrompt.Ask(context.Error, $"Paste the key for {provider} (it is not shown; Esc gives up): ")
            : await context.ReadInput(MostCharacters, cancel);
}
