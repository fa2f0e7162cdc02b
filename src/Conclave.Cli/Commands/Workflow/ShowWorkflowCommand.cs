using System.CommandLine;
using System.Text.Json;
using Conclave.Cli.Workflows;
using Conclave.Engine;

namespace Conclave.Cli.Commands.Workflow;

/// <summary><c>conclave workflow show</c>: the phases in order, with all that they say.</summary>
internal static class ShowWorkflowCommand
{
    public static Command Create(CommandContext context)
    {
        var workflow = WorkflowArgument.Create();
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("show", "Show a workflow: its agents, and its phases in order.") { workflow, json };
        command.SetAction(async (parsed, _) =>
        {
            if (await WorkflowArgument.Load(context, parsed, parsed.GetRequiredValue(workflow)) is not { } loaded)
            {
                return ExitCode.Invalid;
            }

            await context.Output.WriteAsync(parsed.GetValue(json) ? JsonSerializer.Serialize(Page(loaded), EngineJson.Options) + "\n" : WorkflowPage.Render(loaded));
            return ExitCode.Succeeded;
        });
        return command;
    }

    private static object Page(LoadedWorkflow loaded) => new
    {
        loaded.Workflow.Name,
        loaded.Source.File,
        loaded.Source.Description,
        Agents = loaded.Workflow.Agents.Values.OrderBy(agent => agent.Id.Value, StringComparer.Ordinal),
        Phases = loaded.Workflow.Phases.Select(phase => new
        {
            phase.Id,
            Uses = phase.Kind.Name,
            phase.Needs,
            Agent = PhaseText.Agent(phase),
            phase.Prompt,
            Output = phase.Output?.Name,
            If = PhaseText.Condition(phase),
            Steps = phase.Matrix.Length,
        }),
    };
}
