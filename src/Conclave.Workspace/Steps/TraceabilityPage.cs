using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Engine.Council;
using Conclave.Workspace.Delivery;

namespace Conclave.Workspace.Steps;

/// <summary>From requirements to files, tests and commits: as a page of the project, and as data.</summary>
internal static class TraceabilityPage
{
    /// <summary>Where the page lies.</summary>
    public const string Path = "docs/traceability.md";

    /// <summary>Where the same lies as JSON.</summary>
    public const string DataPath = "docs/traceability.json";

    /// <summary>The page.</summary>
    public static string Of(Traceability trace)
    {
        var text = new StringBuilder("# Traceability\n\nWhat was planned, written and tested for each requirement, and the commits that brought it, with their phases.\n\n");
        text.Append("| requirement | plan | files | tests | commits |\n|---|---|---|---|---|\n");
        foreach (var row in trace.Rows)
        {
            text.Append($"| {Markdown.Text(row.Requirement, 40)} | {Cell(row.Items)} | {Cell(row.Files)} | {Cell(row.Tests)} | {Cell(row.Commits)} |\n");
        }

        Append(text, "\n## Not covered\n\nNo file serves these requirements, or no acceptance test checks them:\n\n", trace.Uncovered);
        Append(text, "\n## Files without a requirement\n\n", trace.Orphans);
        return text.ToString();
    }

    /// <summary>The data.</summary>
    public static string DataOf(Traceability trace) => JsonSerializer.Serialize(trace, EngineJson.Indented) + "\n";

    private static string Cell(ImmutableArray<string> lines) => lines.IsEmpty ? "none" : string.Join("<br>", lines.Select(line => Markdown.Text(line, 200)));

    private static void Append(StringBuilder text, string heading, ImmutableArray<string> lines)
    {
        if (!lines.IsEmpty)
        {
            text.Append(heading).AppendJoin("", lines.Select(line => $"- {Markdown.Text(line, 200)}\n"));
        }
    }
}
