using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Conclave.Workspace.Files;

/// <summary>
/// Files that make tools run code. Inside the sandbox they are free; what matters is the moment when the user has them. The list is of names, at any
/// depth and in any letter case, because most tools look for theirs in every folder.
/// </summary>
public static class RiskyFiles
{
    private const string Ci = "runs on a CI server with the repository's secrets once it is pushed";
    private const string Editor = "can run commands when the project is opened in an editor";
    private const string Assistant = "can run commands or give orders when the project is opened with an AI assistant";
    private const string Shell = "is run by a shell when the folder is its home";
    private const string Packages = "can send a package tool to another registry or make it run code";
    private const string DotNet = "is read by every `dotnet` command below its folder and can run code";
    private const string Python = "is run by Python without being imported";
    private const string Hooks = "runs commands when its hooks are installed";

    private static readonly FrozenDictionary<string, Risk> Folders = Table(
        (RiskMoment.Opened, Ci, [".github", ".circleci", ".gitea", ".forgejo", ".buildkite", ".woodpecker", ".semaphore"]),
        (RiskMoment.Opened, Editor, [".vscode", ".idea", ".vs", ".fleet", ".zed", ".devcontainer"]),
        (RiskMoment.Opened, Assistant, [".claude", ".codex", ".cursor", ".gemini", ".windsurf", ".continue"]),
        (RiskMoment.Opened, "runs at every commit once packages are installed", [".husky"]),
        (RiskMoment.ToolRuns, Packages, [".cargo", ".yarn", ".mvn"]));

    private static readonly FrozenDictionary<string, Risk> Names = Table(
        (RiskMoment.Opened, Ci, [".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "jenkinsfile", ".travis.yml", "appveyor.yml", ".appveyor.yml", ".drone.yml", ".woodpecker.yml", ".cirrus.yml"]),
        (RiskMoment.Opened, Editor, [".devcontainer.json", ".gitpod.yml", ".dir-locals.el", ".exrc", ".vimrc", ".nvimrc", ".nvim.lua", ".lvimrc"]),
        (RiskMoment.Opened, Assistant, [".mcp.json", ".cursorrules", ".windsurfrules"]),
        (RiskMoment.Opened, "is run when a shell enters the folder", [".envrc"]),
        (RiskMoment.Opened, "makes git run the filters and drivers of the user's own settings", [".gitattributes"]),
        (RiskMoment.Opened, "makes git fetch other repositories", [".gitmodules"]),
        (RiskMoment.Opened, "sends large files to another server", [".lfsconfig"]),
        (RiskMoment.ToolRuns, "gives git orders when it is included", [".gitconfig"]),
        (RiskMoment.ToolRuns, Shell, [".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".inputrc"]),
        (RiskMoment.ToolRuns, Packages, [".npmrc", ".pnpmfile.cjs", ".pypirc", ".netrc", "pip.conf", "nuget.config"]),
        (RiskMoment.ToolRuns, DotNet, ["directory.build.props", "directory.build.targets", "directory.build.rsp", "directory.packages.props", "msbuild.rsp", "global.json"]),
        (RiskMoment.ToolRuns, Python, ["sitecustomize.py", "usercustomize.py"]),
        (RiskMoment.ToolRuns, "is run by pytest before any test", ["conftest.py"]),
        (RiskMoment.ToolRuns, "is run by `make`", ["makefile", "gnumakefile"]),
        (RiskMoment.ToolRuns, Hooks, [".pre-commit-config.yaml", "lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"]),
        (RiskMoment.ToolRuns, "sets variables or runs commands once its tool trusts it", ["mise.toml", ".mise.toml", ".tool-versions"]),
        (RiskMoment.ToolRuns, "gives orders to AI assistants", ["claude.md", "agents.md", "gemini.md", "copilot-instructions.md"]));

    private static readonly ImmutableArray<(string Start, string End, Risk Risk)> Patterns =
    [
        (".yarnrc", "", new Risk(RiskMoment.ToolRuns, Packages)),
        ("", ".code-workspace", new Risk(RiskMoment.Opened, Editor)),
        ("", ".pth", new Risk(RiskMoment.ToolRuns, Python)),
    ];

    /// <summary>When and how a file acts; null for an ordinary one. Of several reasons the one that acts soonest counts.</summary>
    public static Risk? Of(string path)
    {
        var segments = UnicodeText.Key(path).Split('/');
        var name = segments[^1];
        return segments
            // Also the last one: a file of a folder's name stands where the tool looks.
            .Select(segment => Folders.GetValueOrDefault(segment))
            .Append(Names.GetValueOrDefault(name))
            .Concat(Patterns.Where(pattern => name.StartsWith(pattern.Start, StringComparison.Ordinal) && name.EndsWith(pattern.End, StringComparison.Ordinal)).Select(pattern => pattern.Risk))
            .OfType<Risk>()
            .MinBy(risk => risk.Moment);
    }

    private static FrozenDictionary<string, Risk> Table(params IEnumerable<(RiskMoment Moment, string Reason, string[] Names)> rows) =>
        rows.SelectMany(row => row.Names.Select(name => KeyValuePair.Create(name, new Risk(row.Moment, row.Reason)))).ToFrozenDictionary(StringComparer.Ordinal);
}

/// <summary>When a file acts, and what it does, as the rest of a sentence that begins with its name.</summary>
public sealed record Risk(RiskMoment Moment, string Reason);

/// <summary>What it takes for a file to act.</summary>
public enum RiskMoment
{
    /// <summary>It is enough to open the project or to push it: the file is held back at delivery.</summary>
    Opened,

    /// <summary>Someone must run a tool: the file is delivered and listed.</summary>
    ToolRuns,
}
