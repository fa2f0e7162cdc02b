using System.CommandLine;
using System.Text.Json;
using Conclave.Cli.Terminal;
using Conclave.Cli.Workflows;
using Conclave.Engine;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;
using Conclave.Storage;

namespace Conclave.Cli.Commands.Keys;

/// <summary><c>conclave keys check</c>: asks every vendor, at the same time and for nothing, whether its key is good.</summary>
internal static class CheckKeysCommand
{
    public static Command Create(CommandContext context)
    {
        var workflow = new Option<string>("--workflow") { Description = "The workflow whose models the keys must be good for.", HelpName = "NAME|FILE", DefaultValueFactory = _ => "software-project" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var command = new Command("check", "Try every key: each vendor is asked for its list of models, which costs nothing.") { workflow, json };
        command.SetAction(async (parsed, cancel) =>
        {
            if (await WorkflowArgument.Load(context, parsed, parsed.GetValue(workflow)!) is not { } loaded)
            {
                return ExitCode.Invalid;
            }

            var (access, refusal) = VendorAccess.Of(DataDirectory.Open(context.For(parsed).DataDirectory), context.For(parsed), context.Clock);
            if (access is null)
            {
                return await context.Refuse(refusal!);
            }

            var results = await new KeyTrial(access, context.Clock).Ask(loaded.Workflow.Agents.Values, cancel);
            foreach (var result in results)
            {
                await context.Output.WriteLineAsync(parsed.GetValue(json) ? JsonSerializer.Serialize(result, EngineJson.Options) : SafeText.Line(Line(result)));
                if (!parsed.GetValue(json) && result.Fix is { } fix)
                {
                    await context.Output.WriteLineAsync($"             {SafeText.Line(fix)}");
                }
            }

            return access.Keys.Providers.IsEmpty && access.Keys.FileProblem is null
                ? await context.Refuse(new Refusal(RefusalKind.Keys, "CONC300 no key was found for any of the three vendors", "conclave keys set openai"))
                : results.Any(result => result.IsBad) ? ExitCode.Keys : ExitCode.Succeeded;
        });
        return command;
    }

    private static string Line(KeyTrialResult result) => $"{result.Provider}: {result.Finding.Replace('_', ' ')}{(result.Message is { } message ? $": {message}" : "")}";
}
