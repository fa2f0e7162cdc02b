using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Cli.Workflows;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands.Workflow;

/// <summary><c>conclave workflow validate</c>: says everything that is wrong with workflow files.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandContext context)
    {
        var files = new Argument<string[]>("workflow") { Description = "Built-in names or files.", HelpName = "NAME|FILE", Arity = ArgumentArity.OneOrMore };
        var command = new Command("validate", "Check workflow files: every problem at once, with its place and what to do.") { files };
        command.SetAction(async (parsed, _) =>
        {
            var library = context.Library(parsed);
            var worst = ExitCode.Succeeded;
            foreach (var name in parsed.GetRequiredValue(files))
            {
                if (WorkflowLibrary.Find(name) is not { } source)
                {
                    worst = await context.Refuse(WorkflowArgument.NotThere(name));
                    continue;
                }

                var planned = library.Plan(source);
                foreach (var problem in planned.Problems)
                {
                    await context.Output.WriteLineAsync(SafeText.Line(problem.ToString()));
                }

                foreach (var warning in planned.Warnings)
                {
                    await context.Error.WriteLineAsync(SafeText.Line(warning.ToString()));
                }

                if (planned.Value is { } workflow)
                {
                    await context.Output.WriteLineAsync($"{source.File}: valid: {Figures.Plural(workflow.Phases.Length, "phase")}, {Figures.Plural(workflow.Agents.Count, "agent")}");
                }
                else
                {
                    worst = ExitCode.Invalid;
                }
            }

            return worst;
        });
        return command;
    }
}
