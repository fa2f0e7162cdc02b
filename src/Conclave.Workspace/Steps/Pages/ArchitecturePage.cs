using System.Text;
using Conclave.Engine.Council;
using Conclave.Workspace.Delivery;

namespace Conclave.Workspace.Steps.Pages;

/// <summary>How the project is put together, as it was decided: parts, technologies, data, settings, rules.</summary>
internal static class ArchitecturePage
{
    /// <summary>Where it lies.</summary>
    public const string Path = "docs/architecture.md";

    /// <summary>The page.</summary>
    public static string Of(Contract contract)
    {
        var text = new StringBuilder($"# Architecture\n\n{Markdown.Text(contract.Summary, 4000)}\n");
        Table(text, "Parts", "part|what it does|who built it|requirements", contract.Components.Select(part => Row(part.Name, part.Responsibility, part.Owner, Ids(part.Requirements))));
        Table(text, "Decisions", "topic|choice", contract.Decisions.Select(decision => Row(decision.Topic, decision.Choice)));
        Table(text, "Technologies", "name|version|used by|for", contract.Technologies.Select(used => Row(used.Name, used.Version.Length == 0 ? "any" : used.Version, used.Part, used.Purpose)));
        foreach (var entity in contract.Entities)
        {
            Table(text, $"Data: {Markdown.Text(entity.Name, 80)}", "field|type|always there", entity.Fields.Select(field => Row(field.Name, Engine.EngineText.Snake(field.Type), field.Required ? "yes" : "no")));
        }

        Table(text, "Settings", "name|default|used by|for", contract.Settings.Select(setting => Row(setting.Name, setting.Value.Length == 0 ? "none" : setting.Value, setting.Owner, setting.Purpose)));
        Table(text, "Files", "file|part|purpose", contract.Files.Select(file => Row(file.Path, file.Owner, file.Purpose)));
        if (!contract.Rules.IsEmpty)
        {
            text.Append("\n## Rules\n\n").AppendJoin("", contract.Rules.Select(rule => $"- {Markdown.Text(rule, 2000)}\n"));
        }

        return text.ToString();
    }

    /// <summary>A table under a heading; nothing when it has no rows.</summary>
    internal static void Table(StringBuilder text, string heading, string columns, IEnumerable<string> rows)
    {
        var all = rows.ToList();
        if (all.Count > 0)
        {
            var names = columns.Split('|');
            text.Append($"\n## {heading}\n\n| {string.Join(" | ", names)} |\n|{string.Concat(names.Select(_ => "---|"))}\n").AppendJoin("", all);
        }
    }

    internal static string Row(params IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(cell => Markdown.Text(cell, 600)))} |\n";

    internal static string Ids(IEnumerable<string> ids) => string.Join(", ", ids);
}
