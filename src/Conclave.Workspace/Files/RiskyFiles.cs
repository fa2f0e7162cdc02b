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

    private const string Desktop = "is obeyed by a desktop's file manager as soon as its folder is shown";
    private const string Link = "starts a program or opens an address when it is clicked like a document";
    private const string Builds = "runs code when the project is installed or built";
    private const string Runners = "holds commands that its tool runs";
    private const string Debugger = "is run by a debugger that is started in its folder";
    private const string Vim = "can be run by an editor that is started in its folder";
    private const string Containers = "runs commands when its container is built or started";

    private static readonly FrozenDictionary<string, Risk> Folders = Table(
        (RiskMoment.Opened, Ci, [".github", ".circleci", ".gitea", ".forgejo", ".buildkite", ".woodpecker", ".semaphore", ".teamcity", ".azure-pipelines", ".gitlab"]),
        (RiskMoment.Opened, Editor, [".vscode", ".idea", ".vs", ".fleet", ".zed", ".devcontainer", ".nova", ".settings", ".nvim"]),
        (RiskMoment.Opened, Assistant, [".claude", ".codex", ".cursor", ".gemini", ".windsurf", ".continue", ".kiro", ".roo", ".opencode", ".clinerules", ".cline", ".amazonq", ".augment", ".junie", ".qwen", ".crush", ".goose", ".trae", ".kilocode", ".agents"]),
        (RiskMoment.Opened, "belongs to another version control, whose hooks and settings run programs", [".hg", ".svn", ".bzr", ".jj", ".sl", "_darcs"]),
        (RiskMoment.Opened, "runs at every commit once packages are installed", [".husky"]),
        (RiskMoment.ToolRuns, Packages, [".cargo", ".yarn", ".mvn"]));

    private static readonly FrozenDictionary<string, Risk> Names = Table(
        (RiskMoment.Opened, Ci, [".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "jenkinsfile", ".travis.yml", "appveyor.yml", ".appveyor.yml", ".drone.yml", ".woodpecker.yml", ".cirrus.yml"]),
        (RiskMoment.Opened, Editor, [".devcontainer.json", ".gitpod.yml", ".dir-locals.el", ".dir-locals-2.el", ".gitpod.dockerfile"]),
        (RiskMoment.Opened, Vim, [".exrc", "_exrc", ".vimrc", "_vimrc", ".gvimrc", "_gvimrc", ".nvimrc", ".nvim.lua", ".lvimrc", ".lazy.lua", ".vimspector.json"]),
        (RiskMoment.Opened, Debugger, [".gdbinit", "gdbinit", ".lldbinit", ".lldbinit-xcode", ".pdbrc", ".irbrc", ".pryrc"]),
        (RiskMoment.Opened, Assistant, [".mcp.json", ".cursorrules", ".windsurfrules", ".roorules", ".roomodes", ".goosehints", "opencode.json", "opencode.jsonc", ".aider.conf.yml", ".kilocodemodes", "crush.json", ".crush.json"]),
        (RiskMoment.Opened, Desktop, ["desktop.ini", "autorun.inf", "folder.htt", ".directory"]),
        (RiskMoment.Opened, "is run when a shell enters the folder", [".envrc", ".autoenv", ".autoenv.zsh"]),
        (RiskMoment.Opened, "makes git run the filters and drivers of the user's own settings", [".gitattributes"]),
        (RiskMoment.Opened, "makes git fetch other repositories", [".gitmodules"]),
        (RiskMoment.Opened, "sends large files to another server", [".lfsconfig"]),
        (RiskMoment.ToolRuns, "gives git orders when it is included", [".gitconfig"]),
        (RiskMoment.ToolRuns, Shell, [".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".kshrc", ".cshrc", ".tcshrc", ".login", ".logout", ".zlogout", ".profile", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".inputrc"]),
        (RiskMoment.ToolRuns, Packages, [".npmrc", ".pnpmfile.cjs", ".pypirc", ".netrc", "pip.conf", "nuget.config"]),
        (RiskMoment.ToolRuns, DotNet, ["directory.build.props", "directory.build.targets", "directory.build.rsp", "directory.packages.props", "msbuild.rsp", "global.json"]),
        (RiskMoment.ToolRuns, Python, ["sitecustomize.py", "usercustomize.py"]),
        (RiskMoment.ToolRuns, "is run by pytest before any test", ["conftest.py"]),
        (RiskMoment.ToolRuns, "is run by `make`", ["makefile", "gnumakefile", "bsdmakefile"]),
        (RiskMoment.ToolRuns, Builds, [
            "setup.py", "setup.cfg", "pyproject.toml", "package.json", "build.rs", "cargo.toml", "pom.xml", "build.xml", "build.sbt", "gemfile", "composer.json", "mix.exs", "rebar.config",
            "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "init.gradle", "gradlew", "gradlew.bat", "mvnw", "mvnw.cmd", "gradle.properties",
            "cmakelists.txt", "cmakepresets.json", "meson.build", "configure", "configure.ac", "sconstruct", "wscript", "build.zig", "package.swift", "binding.gyp",
            "build.bazel", "workspace.bazel", "module.bazel", ".bazelrc", "flake.nix", "default.nix", "shell.nix"]),
        (RiskMoment.ToolRuns, Runners, [
            "justfile", ".justfile", "taskfile.yml", "taskfile.yaml", "rakefile", "tox.ini", "noxfile.py", "fabfile.py", "dodo.py", "procfile", "vagrantfile",
            "gruntfile.js", "gulpfile.js", "turbo.json", "nx.json", "lerna.json", "deno.json", "deno.jsonc", "bunfig.toml", "magefile.go", "skaffold.yaml", "tiltfile"]),
        (RiskMoment.ToolRuns, Containers, ["dockerfile", "containerfile", "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml", "docker-bake.hcl"]),
        (RiskMoment.ToolRuns, Hooks, [".pre-commit-config.yaml", "lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"]),
        (RiskMoment.ToolRuns, "sets variables or runs commands once its tool trusts it", ["mise.toml", ".mise.toml", ".tool-versions"]),
        (RiskMoment.ToolRuns, "gives orders to AI assistants", ["claude.md", "agents.md", "gemini.md", "copilot-instructions.md"]));

    private static readonly ImmutableArray<(string Start, string End, Risk Risk)> Patterns =
    [
        (".yarnrc", "", new Risk(RiskMoment.ToolRuns, Packages)),
        ("", ".code-workspace", new Risk(RiskMoment.Opened, Editor)),
        ("", ".sublime-project", new Risk(RiskMoment.Opened, Editor)),
        (".nvim", "", new Risk(RiskMoment.Opened, Vim)),
        (".aider", "", new Risk(RiskMoment.Opened, Assistant)),
        ("", ".lnk", new Risk(RiskMoment.Opened, Link)),
        ("", ".desktop", new Risk(RiskMoment.Opened, Link)),
        ("", ".url", new Risk(RiskMoment.Opened, Link)),
        ("", ".webloc", new Risk(RiskMoment.Opened, Link)),
        ("", ".scf", new Risk(RiskMoment.Opened, Desktop)),
        ("", ".library-ms", new Risk(RiskMoment.Opened, Desktop)),
        ("", ".search-ms", new Risk(RiskMoment.Opened, Desktop)),
        ("dockerfile.", "", new Risk(RiskMoment.ToolRuns, Containers)),
        ("", ".dockerfile", new Risk(RiskMoment.ToolRuns, Containers)),
        ("", ".mk", new Risk(RiskMoment.ToolRuns, "is run by `make`")),
        ("", ".csproj", new Risk(RiskMoment.ToolRuns, DotNet)),
        ("", ".fsproj", new Risk(RiskMoment.ToolRuns, DotNet)),
        ("", ".vbproj", new Risk(RiskMoment.ToolRuns, DotNet)),
        ("", ".gemspec", new Risk(RiskMoment.ToolRuns, Builds)),
        ("vite.config.", "", new Risk(RiskMoment.ToolRuns, Runners)),
        ("webpack.config.", "", new Risk(RiskMoment.ToolRuns, Runners)),
        ("eslint.config.", "", new Risk(RiskMoment.ToolRuns, Runners)),
        ("", ".pth", new Risk(RiskMoment.ToolRuns, Python)),
    ];

    /// <summary>Every name of the table with its moment.</summary>
    internal static IEnumerable<(string Name, RiskMoment Moment)> All => Folders.Concat(Names).Select(row => (row.Key, row.Value.Moment)).OrderBy(row => row.Key, StringComparer.Ordinal);

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
