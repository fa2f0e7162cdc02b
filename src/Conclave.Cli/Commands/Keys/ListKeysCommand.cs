using System.CommandLine;
using System.Text.Json;
using Conclave.Cli.Terminal;
using Conclave.Engine;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;
using Conclave.Storage;

namespace Conclave.Cli.Commands.Keys;

/// <summary><c>conclave keys list</c>: where each key comes from, and never the key.</summary>
internal static class ListKeysCommand
{
    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var command = new Command("list", "Say where each vendor's key comes from; keys are never shown.") { json };
        command.SetAction(async (parsed, _) =>
        {
            var (access, refusal) = VendorAccess.Of(DataDirectory.Open(context.For(parsed).DataDirectory), context.For(parsed), context.Clock);
            if (access is null)
            {
                return await context.Refuse(refusal!);
            }

            var sources = HostEnvironment.KeyVariables.Keys.Select(provider => (provider, access.Keys.SourceOf(provider)))
                .Concat(access.Keys.GitHub is { } token ? [(KeyRing.GitHubName, (KeySource?)token)] : []);
            foreach (var (provider, source) in sources)
            {
                await context.Output.WriteLineAsync(parsed.GetValue(json)
                    ? JsonSerializer.Serialize(new { Provider = provider, Source = source?.Kind, source?.Name }, EngineJson.Options)
                    : $"{provider,-12} {(source is null ? "no key" : $"{source.Kind}: {SafeText.Line(source.Name)}")}");
            }

            return access.Keys.FileProblem is { } problem ? await context.Refuse(new Refusal(RefusalKind.Keys, problem.Text, problem.Fix)) : ExitCode.Succeeded;
        });
        return command;
    }
}
