using System.CommandLine;
using System.Text.Json;
using Conclave.Cli.Terminal;
using Conclave.Engine;
using Conclave.Engine.Definition;
using Conclave.Server.Hosting;

namespace Conclave.Cli.Commands.Workflow;

/// <summary><c>conclave workflow list</c>: the built-in workflows and those in <c>./workflows</c>.</summary>
internal static class ListWorkflowsCommand
{
    private const int Width = 80;

    public static Command Create(CommandContext context)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
        var command = new Command("list", "List the built-in workflows, and those in ./workflows.") { json };
        command.SetAction(async (parsed, _) =>
        {
            var library = context.Library(parsed);
            var found = WorkflowLibrary.BuiltIn.Select(name => (Name: name, Source: WorkflowLibrary.Find(name)!))
                .Concat(WorkflowLibrary.In("workflows").Select(source => (Name: source.File, Source: source)));
            foreach (var (name, source) in found)
            {
                var planned = library.Plan(source);
                await context.Output.WriteLineAsync(parsed.GetValue(json) ? Json(name, source, planned) : Text(name, source, planned));
            }

            return ExitCode.Succeeded;
        });
        return command;
    }

    private static string Text(string name, WorkflowSource source, Checked<Engine.Planning.Workflow> planned)
    {
        var figures = planned.Value is { } workflow
            ? $"{Figures.Plural(workflow.Phases.Length, "phase")}, {Figures.Plural(workflow.Agents.Count, "agent")}"
            : $"not valid: {Figures.Plural(planned.Problems.Length, "problem")}";
        var head = SafeText.Line($"{name}: {figures}", Width);
        return source.Description.Length == 0 ? head : $"{head}\n  {SafeText.Line(source.Description, Width - 2)}";
    }

    private static string Json(string name, WorkflowSource source, Checked<Engine.Planning.Workflow> planned) => JsonSerializer.Serialize(
        new
        {
            Name = name,
            source.File,
            source.Description,
            Valid = planned.Value is not null,
            Phases = planned.Value?.Phases.Select(phase => phase.Id),
            Agents = planned.Value?.Agents.Keys.Select(id => id.Value).Order(StringComparer.Ordinal),
        },
        EngineJson.Options);
}
