using System.CommandLine;
using Conclave.Engine;
using Conclave.Engine.Definition;

namespace Conclave.Cli.Commands.Workflow;

/// <summary><c>conclave workflow schema</c>: the JSON Schema of workflow files.</summary>
internal static class SchemaCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("schema", "Print the JSON Schema of workflow files, for editors.");
        command.SetAction(async (_, _) =>
        {
            await context.Output.WriteLineAsync(WorkflowSchema.Create().ToJsonString(EngineJson.Indented));
            return ExitCode.Succeeded;
        });
        return command;
    }
}
