using System.Text;
using Conclave.Engine.Council;
using Conclave.Workspace.Delivery;

namespace Conclave.Workspace.Steps;

/// <summary>The requirements as a page of the project, so that the ids in commits and reports mean something.</summary>
internal static class RequirementsPage
{
    /// <summary>Where it lies.</summary>
    public const string Path = "docs/requirements.md";

    /// <summary>The page.</summary>
    public static string Of(Requirements requirements)
    {
        var text = new StringBuilder("# Requirements\n\nWhat was agreed on before anything was built. Commits and `CONCLAVE.md` name the ids.\n");
        foreach (var requirement in requirements.Items)
        {
            text.Append($"\n## {Markdown.Text(requirement.Id, 40)}\n\n{Markdown.Text(requirement.Text, 4000)}\n");
            Append(text, "\nIt is met when:\n\n", requirement.AcceptanceCriteria);
        }

        Append(text, "\n## Assumptions\n\nWhat the description left open, and how it was taken:\n\n", requirements.Assumptions);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string heading, IReadOnlyCollection<string> lines)
    {
        if (lines.Count > 0)
        {
            text.Append(heading).AppendJoin("", lines.Select(line => $"- {Markdown.Text(line, 2000)}\n"));
        }
    }
}
