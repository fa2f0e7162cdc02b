using System.CommandLine;
using Conclave.Cli.Workflows;

namespace Conclave.Cli.Commands.Workflow;

/// <summary><c>conclave workflow graph</c>: the phases and their needs, for a drawing.</summary>
internal static class GraphCommand
{
    public static Command Create(CommandContext context)
    {
        var workflow = WorkflowArgument.Create();
        var format = new Option<string>("--format") { Description = "The language of the graph.", DefaultValueFactory = _ => "mermaid" };
        format.AcceptOnlyFromAmong("mermaid", "dot");
        var command = new Command("graph", "Print a workflow's graph as Mermaid or DOT.") { workflow, format };
        command.SetAction(async (parsed, _) =>
        {
            if (await WorkflowArgument.Load(context, parsed, parsed.GetRequiredValue(workflow)) is not { } loaded)
            {
                return ExitCode.Invalid;
            }

            await context.Output.WriteAsync(parsed.GetValue(format) == "dot" ? WorkflowGraph.Dot(loaded.Workflow) : WorkflowGraph.Mermaid(loaded.Workflow));
            return ExitCode.Succeeded;
        });
        return command;
    }
}
