using System.Globalization;
using System.Text;
using Conclave.Cli.Terminal;
using Conclave.Engine.Planning;

namespace Conclave.Cli.Workflows;

/// <summary>A workflow as one page for people, 80 columns wide.</summary>
internal static class WorkflowPage
{
    private const int Width = 80;

    public static string Render(LoadedWorkflow loaded)
    {
        var workflow = loaded.Workflow;
        var text = new StringBuilder();
        text.Append(SafeText.Line($"{workflow.Name} ({loaded.Source.File})", Width)).Append('\n');
        foreach (var line in Wrap(SafeText.Line(loaded.Source.Description), Width))
        {
            text.Append(line).Append('\n');
        }

        text.Append("\nagents\n");
        var names = workflow.Agents.Keys.Select(id => id.Value.Length).DefaultIfEmpty(0).Max();
        foreach (var agent in workflow.Agents.Values.OrderBy(agent => agent.Id.Value, StringComparer.Ordinal))
        {
            var effort = agent.Effort is { } given ? $", effort {given}" : "";
            var fallback = agent.Fallback.IsEmpty ? "" : $", else {string.Join(", ", agent.Fallback)}";
            text.Append($"  {agent.Id.Value.PadRight(names)}  {SafeText.Line($"{agent.Provider} {agent.Model}{effort}{fallback}", Math.Max(20, Width - 4 - names))}\n");
        }

        text.Append("\nphases\n");
        for (var i = 0; i < workflow.Phases.Length; i++)
        {
            Append(text, workflow.Phases[i], i + 1);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Phase phase, int number)
    {
        var parts = new[]
        {
            phase.Kind.Name,
            PhaseText.Agent(phase) is { } agent ? $"agent {agent}" : null,
            phase.Prompt is { } prompt ? $"prompt {prompt}" : null,
            phase.Output is { } output ? $"output {output.Name}" : null,
            phase.HasMatrix ? Figures.Plural(phase.Matrix.Length, "step") : null,
        };
        Line(number.ToString(CultureInfo.InvariantCulture), $"{phase.Id}: {string.Join(", ", parts.OfType<string>())}");
        if (!phase.Needs.IsEmpty)
        {
            Line("", $"  needs {string.Join(", ", phase.Needs)}");
        }

        if (PhaseText.Condition(phase) is { } condition)
        {
            Line("", $"  if {condition}");
        }

        void Line(string label, string content)
        {
            var indent = content.Length - content.TrimStart().Length;
            text.Append($"{label,3}  ").Append(' ', indent).Append(SafeText.Line(content, Width - 5 - indent)).Append('\n');
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }
}
