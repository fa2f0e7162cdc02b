using System.CommandLine;
using Conclave.Agents.Keys;
using Conclave.Server.Hosting;
using Conclave.Storage;

namespace Conclave.Cli.Commands.Keys;

/// <summary><c>conclave keys remove PROVIDER</c>: forgets a stored key.</summary>
internal static class RemoveKeyCommand
{
    public static Command Create(CommandContext context)
    {
        var provider = ProviderArgument.Create();
        var command = new Command("remove", "Take a key out of keys.json.") { provider };
        command.SetAction(async (parsed, _) =>
        {
            var name = parsed.GetRequiredValue(provider);
            if (ProviderArgument.Check(name, context.For(parsed)) is { } refusal)
            {
                return await context.Refuse(refusal);
            }

            var file = new KeyFile(DataDirectory.Open(context.For(parsed).DataDirectory).KeysFile);
            var written = file.Remove(name);
            if (written.Problem is { } wrong)
            {
                return await context.Refuse(new Refusal(RefusalKind.Invalid, wrong.Text, wrong.Fix));
            }

            await KeyChange.Tell(context, written, $"{file.Path} holds no key for {name}", name);
            return ExitCode.Succeeded;
        });
        return command;
    }
}
