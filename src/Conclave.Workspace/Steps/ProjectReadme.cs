using System.Collections.Immutable;
using System.Text;
using Conclave.Engine.Council;
using Conclave.Engine.Execution;
using Conclave.Engine.Journal;
using Conclave.Workspace.Delivery;
using Conclave.Workspace.Steps.Pages;

namespace Conclave.Workspace.Steps;

/// <summary>The README of a project whose agents wrote none. Its words come from the contract, its commands from here, and it promises only what is there.</summary>
internal static class ProjectReadme
{
    private const int MaxListed = 20;

    // What is added together with this page when no agent wrote it.
    private static readonly ImmutableHashSet<string> Added = ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "README.md", ".gitignore", RequirementsPage.Path, TraceabilityPage.Path, TraceabilityPage.DataPath,
        ArchitecturePage.Path, ApiPage.Path, NodePackage.Path, ContainerFiles.Path, ContainerFiles.ComposePath, CiFile.Path);

    /// <summary>The text for the files that were accepted.</summary>
    public static string Of(Contract contract, SessionState state, ProjectCommands? commands = null)
    {
        var text = new StringBuilder($"# {contract.Title}\n\n{contract.Summary}\n");
        var missing = new FileOwnership(contract).Planned.Where(path => !state.Files.ContainsKey(path) && !Added.Contains(path)).ToImmutableArray();
        if (!missing.IsEmpty)
        {
            text.Append("\n## Not whole\n\nThese planned files are missing, so it can't be run as planned; `CONCLAVE.md` says why.\n\n");
            missing.Take(MaxListed).ToList().ForEach(path => text.Append($"- {Markdown.Code(path)}\n"));
            return missing.Length <= MaxListed ? text.ToString() : text.Append($"- and {missing.Length - MaxListed} more\n").ToString();
        }

        text.Append($"\n## Run it\n\n{contract.Run}\n");
        if (state.Verification is { Verdict: not Verdict.Verified })
        {
            text.Append("\nIt is not known to work: it was not verified, and `CONCLAVE.md` says why.\n");
        }

        Commands(text, "Make it ready", commands?.Install ?? []);
        Commands(text, "Test it", commands?.Tests ?? []);
        return text.ToString();
    }

    private static void Commands(StringBuilder text, string heading, ImmutableArray<ProjectCommand> commands)
    {
        if (!commands.IsEmpty)
        {
            text.Append($"\n## {heading}\n\n").AppendJoin('\n', commands.Select(command => $"    {command.Shell}").Distinct(StringComparer.Ordinal)).Append('\n');
        }
    }
}
