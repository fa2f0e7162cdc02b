using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conclave.Cli.Workflows;
using Conclave.Engine;
using Conclave.Engine.Definition;
using Conclave.Engine.Execution.Calls;
using Conclave.Engine.Planning;
using Conclave.Server.Hosting;
using Conclave.Server.Vendors;
using Conclave.Storage;

namespace Conclave.Cli.Commands.Workflow;

/// <summary><c>conclave workflow plan</c>: a dry run: what happens in which order, who is asked, and what it can cost.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandContext context)
    {
        var workflow = WorkflowArgument.Create();
        var inputs = InputOption.Create();
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("plan", "Say what a run would do, who is asked and what it can cost; nothing is sent.") { workflow, inputs, json };
        command.SetAction(async (parsed, _) =>
        {
            if (await WorkflowArgument.Load(context, parsed, parsed.GetRequiredValue(workflow)) is not { } loaded)
            {
                return ExitCode.Invalid;
            }

            var given = InputOption.Values(parsed.GetValue(inputs)!);
            var names = loaded.Workflow.Inputs.Select(input => input.Name.Value).ToList();
            if (given.Keys.FirstOrDefault(name => !names.Contains(name, StringComparer.Ordinal)) is { } unknown)
            {
                return await context.Refuse(new Refusal(RefusalKind.Invalid, $"CONC205 workflow `{loaded.Workflow.Name}` has no input `{unknown}`", NearMiss.Suggest(unknown, names)));
            }

            var environment = context.For(parsed);
            var (vendors, invalid) = VendorAccess.Of(DataDirectory.Open(environment.DataDirectory), environment, context.Clock);
            if (vendors is null)
            {
                return await context.Refuse(invalid!);
            }

            ModelProfile? Profile(string provider, string model) => vendors.Profile(provider, model);
            var own = AgentRoster.Seat(loaded.Workflow, vendors.Keys.Providers, Profile);
            var seats = own ?? AgentRoster.AsWritten(loaded.Workflow, Profile);
            var forecast = WorkflowForecast.Of(loaded.Workflow, seats.ToImmutableDictionary(seat => seat.Agent.Id, seat => seat.Agent), Profile, Known(loaded.Workflow, given));
            await context.Output.WriteAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new { loaded.Workflow.Name, loaded.Source.File, Keys = own is not null, Agents = seats, Forecast = forecast }, EngineJson.Options) + "\n"
                : ForecastPage.Render(loaded, forecast, seats, own is not null));
            return ExitCode.Succeeded;
        });
        return command;
    }

    // An input that nobody gives is its default; a required one stays open.
    private static Dictionary<string, JsonNode?> Known(Engine.Planning.Workflow workflow, ImmutableDictionary<string, string> given) => workflow.Inputs
        .Where(input => !input.Required || given.ContainsKey(input.Name.Value))
        .ToDictionary(input => input.Name.Value, input => given.TryGetValue(input.Name.Value, out var text) ? JsonValue.Create(text) : input.Default, StringComparer.Ordinal);
}
