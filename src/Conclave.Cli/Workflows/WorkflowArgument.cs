using System.CommandLine;
using Conclave.Cli.Terminal;
using Conclave.Engine.Definition;
using Conclave.Engine.Planning;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Workflows;

/// <summary>The workflow that a command is about: a built-in name or a file, read and planned.</summary>
internal static class WorkflowArgument
{
    public static Argument<string> Create() => new("workflow") { Description = "A built-in name or a file.", HelpName = "NAME|FILE" };

    /// <summary>The planned workflow; what is wrong with it has been printed when there is none.</summary>
    public static async Task<LoadedWorkflow?> Load(CommandContext context, ParseResult parsed, string name)
    {
        if (WorkflowLibrary.Find(name) is not { } source)
        {
            await context.Refuse(NotThere(name));
            return null;
        }

        var planned = context.Library(parsed).Plan(source);
        foreach (var problem in planned.Problems)
        {
            await context.Error.WriteLineAsync(SafeText.Line(problem.ToString()));
        }

        return planned.Value is { } workflow ? new LoadedWorkflow(source, workflow) : null;
    }

    public static Refusal NotThere(string name) =>
        new(RefusalKind.Invalid, $"CONC204 there is no workflow `{name}`, neither built in nor as a file", NearMiss.Suggest(name, WorkflowLibrary.BuiltIn));
}

/// <summary>A workflow and where it is from.</summary>
internal sealed record LoadedWorkflow(WorkflowSource Source, Workflow Workflow);
