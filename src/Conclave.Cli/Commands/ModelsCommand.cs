using System.CommandLine;
using Conclave.Cli.Models;
using Conclave.Server.Hosting;
using Conclave.Storage;

namespace Conclave.Cli.Commands;

/// <summary><c>conclave models</c>: the models that can be used, what they cost now and next, and who says so.</summary>
internal static class ModelsCommand
{
    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var command = new Command("models", "List the models: limits, prices now and next, what they accept.") { json };
        command.SetAction(async (parsed, _) =>
        {
            var (catalog, invalid) = MachineCatalog.Of(DataDirectory.Open(context.For(parsed).DataDirectory));
            if (catalog is null)
            {
                return await context.Refuse(invalid!);
            }

            var now = context.Clock.GetUtcNow();
            foreach (var model in catalog.Models.OrderBy(model => model.Provider, StringComparer.Ordinal))
            {
                await context.Output.WriteLineAsync(parsed.GetValue(json) ? ModelText.Json(model, now) : ModelText.Of(model, now));
            }

            return ExitCode.Succeeded;
        });
        return command;
    }
}
