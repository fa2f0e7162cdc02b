using System.Globalization;
using System.Text;
using Conclave.Cli.Terminal;
using Conclave.Engine.Planning;

namespace Conclave.Cli.Workflows;

/// <summary>A workflow's graph as text for other tools. Names and conditions are the user's: they are quoted and escaped for each of them.</summary>
internal static class WorkflowGraph
{
    private const int MaxCondition = 60;

    /// <summary>A Mermaid flowchart. Nodes are numbered, as a phase may bear a word that Mermaid keeps for itself, such as <c>end</c>.</summary>
    public static string Mermaid(Workflow workflow)
    {
        var text = new StringBuilder("flowchart TD\n");
        var numbers = workflow.Phases.Select((phase, index) => (phase.Id, Name: string.Create(CultureInfo.InvariantCulture, $"p{index + 1}"))).ToDictionary(pair => pair.Id, pair => pair.Name);
        foreach (var phase in workflow.Phases)
        {
            // A phase with a condition has round ends.
            var label = $"\"{string.Join("<br/>", Lines(phase).Select(ForMermaid))}\"";
            text.Append(CultureInfo.InvariantCulture, $"    {numbers[phase.Id]}{(phase.If is null ? $"[{label}]" : $"([{label}])")}\n");
        }

        foreach (var (from, to) in Edges(workflow))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {numbers[from.Id]} --> {numbers[to.Id]}\n");
        }

        return text.ToString();
    }

    /// <summary>A directed graph in the DOT language of Graphviz.</summary>
    public static string Dot(Workflow workflow)
    {
        var text = new StringBuilder($"digraph {ForDot(workflow.Name)} {{\n    node [shape=box];\n");
        foreach (var phase in workflow.Phases)
        {
            var style = phase.If is null ? "" : ", style=rounded";
            text.Append(CultureInfo.InvariantCulture, $"    {ForDot(phase.Id.Value)} [label={ForDot(string.Join('\n', Lines(phase)))}{style}];\n");
        }

        foreach (var (from, to) in Edges(workflow))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {ForDot(from.Id.Value)} -> {ForDot(to.Id.Value)};\n");
        }

        return text.Append("}\n").ToString();
    }

    private static IEnumerable<(Phase From, Phase To)> Edges(Workflow workflow) =>
        from phase in workflow.Phases
        from need in WorkflowShape.Before(workflow, phase)
        select (workflow[need], phase);

    private static IEnumerable<string> Lines(Phase phase)
    {
        yield return phase.Id.Value;
        yield return PhaseText.Agent(phase) is { } agent ? $"{phase.Kind.Name}: {agent}" : phase.Kind.Name;
        if (phase.HasMatrix)
        {
            yield return Figures.Plural(phase.Matrix.Length, "step");
        }

        if (PhaseText.Condition(phase) is { } condition)
        {
            yield return $"if {SafeText.Line(condition, MaxCondition)}";
        }
    }

    // Mermaid reads #name; and #number; inside of quotes; `#` first, as the others bring it.
    private static string ForMermaid(string text) => SafeText.Line(text)
        .Replace("#", "#35;", StringComparison.Ordinal)
        .Replace("&", "#amp;", StringComparison.Ordinal)
        .Replace("\"", "#quot;", StringComparison.Ordinal)
        .Replace("<", "#lt;", StringComparison.Ordinal)
        .Replace(">", "#gt;", StringComparison.Ordinal)
        .Replace("`", "#96;", StringComparison.Ordinal);

    private static string ForDot(string text) =>
        $"\"{string.Join("\\n", text.Split('\n').Select(line => SafeText.Line(line).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)))}\"";
}
