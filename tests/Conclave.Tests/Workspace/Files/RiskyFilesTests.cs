using Conclave.Workspace.Files;

namespace Conclave.Tests.Workspace.Files;

public sealed class RiskyFilesTests
{
    [Theory]
    [InlineData(".github/workflows/ci.yml")]
    [InlineData(".GitHub/workflows/ci.yml")]
    [InlineData("sub/.github/dependabot.yml")]
    [InlineData(".vscode/tasks.json")]
    [InlineData("web/.vscode/settings.json")]
    [InlineData(".idea/workspace.xml")]
    [InlineData(".devcontainer/devcontainer.json")]
    [InlineData(".devcontainer.json")]
    [InlineData(".envrc")]
    [InlineData(".husky/pre-commit")]
    [InlineData(".gitattributes")]
    [InlineData("src/.gitattributes")]
    [InlineData(".gitmodules")]
    [InlineData(".lfsconfig")]
    [InlineData(".claude/settings.json")]
    [InlineData(".codex/config.toml")]
    [InlineData(".mcp.json")]
    [InlineData(".circleci/config.yml")]
    [InlineData(".gitlab-ci.yml")]
    [InlineData("Jenkinsfile")]
    [InlineData("app.code-workspace")]
    [InlineData(".vscode")]
    [InlineData(".vscode/conftest.py")]
    public void What_acts_when_the_project_is_opened_or_pushed_is_told_as_such(string path) => Assert.Equal(RiskMoment.Opened, RiskyFiles.Of(path)!.Moment);

    [Theory]
    [InlineData("Makefile")]
    [InlineData("sub/makefile")]
    [InlineData("conftest.py")]
    [InlineData("tests/conftest.py")]
    [InlineData("sitecustomize.py")]
    [InlineData("usercustomize.py")]
    [InlineData(".npmrc")]
    [InlineData(".yarnrc")]
    [InlineData(".yarnrc.yml")]
    [InlineData(".pypirc")]
    [InlineData(".netrc")]
    [InlineData("NuGet.Config")]
    [InlineData("Directory.Build.props")]
    [InlineData("Directory.Build.targets")]
    [InlineData("Directory.Build.rsp")]
    [InlineData("Directory.Packages.props")]
    [InlineData("global.json")]
    [InlineData(".bashrc")]
    [InlineData(".profile")]
    [InlineData(".gitconfig")]
    [InlineData(".cargo/config.toml")]
    [InlineData("x.pth")]
    public void What_acts_when_a_tool_runs_is_told_as_such(string path) => Assert.Equal(RiskMoment.ToolRuns, RiskyFiles.Of(path)!.Moment);

    [Theory]
    [InlineData(".kiro/hooks/x.json", RiskMoment.Opened, "AI assistant")]
    [InlineData(".roo/mcp.json", RiskMoment.Opened, "AI assistant")]
    [InlineData(".opencode/agent/x.md", RiskMoment.Opened, "AI assistant")]
    [InlineData("opencode.json", RiskMoment.Opened, "AI assistant")]
    [InlineData(".aider.conf.yml", RiskMoment.Opened, "AI assistant")]
    [InlineData(".hg/hgrc", RiskMoment.Opened, "another version control")]
    [InlineData(".svn/wc.db", RiskMoment.Opened, "another version control")]
    [InlineData(".gdbinit", RiskMoment.Opened, "debugger")]
    [InlineData("src/.lldbinit", RiskMoment.Opened, "debugger")]
    [InlineData("_vimrc", RiskMoment.Opened, "editor that is started")]
    [InlineData(".exrc", RiskMoment.Opened, "editor that is started")]
    [InlineData(".nvim.lua", RiskMoment.Opened, "editor that is started")]
    [InlineData(".nvim-local", RiskMoment.Opened, "editor that is started")]
    [InlineData(".autoenv", RiskMoment.Opened, "shell enters")]
    [InlineData("Desktop.ini", RiskMoment.Opened, "file manager")]
    [InlineData("AUTORUN.INF", RiskMoment.Opened, "file manager")]
    [InlineData("x.scf", RiskMoment.Opened, "file manager")]
    [InlineData("docs/Read me.lnk", RiskMoment.Opened, "clicked")]
    [InlineData("app.desktop", RiskMoment.Opened, "clicked")]
    [InlineData("site.url", RiskMoment.Opened, "clicked")]
    [InlineData("package.json", RiskMoment.ToolRuns, "installed or built")]
    [InlineData("setup.py", RiskMoment.ToolRuns, "installed or built")]
    [InlineData("setup.cfg", RiskMoment.ToolRuns, "installed or built")]
    [InlineData("build.gradle.kts", RiskMoment.ToolRuns, "installed or built")]
    [InlineData("CMakeLists.txt", RiskMoment.ToolRuns, "installed or built")]
    [InlineData("Justfile", RiskMoment.ToolRuns, "its tool runs")]
    [InlineData("Taskfile.yml", RiskMoment.ToolRuns, "its tool runs")]
    [InlineData("Rakefile", RiskMoment.ToolRuns, "its tool runs")]
    [InlineData("tox.ini", RiskMoment.ToolRuns, "its tool runs")]
    [InlineData("noxfile.py", RiskMoment.ToolRuns, "its tool runs")]
    [InlineData("compose.yaml", RiskMoment.ToolRuns, "container")]
    [InlineData("Dockerfile", RiskMoment.ToolRuns, "container")]
    [InlineData("Dockerfile.dev", RiskMoment.ToolRuns, "container")]
    public void A_file_has_its_moment_and_its_own_reason(string path, RiskMoment moment, string reason)
    {
        var risk = RiskyFiles.Of(path);
        Assert.Equal(moment, risk?.Moment);
        Assert.Contains(reason, risk!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_of_the_table_is_found_in_any_letter_case_and_stands_there_once()
    {
        Assert.Equal(RiskyFiles.All.Select(row => row.Name).Distinct(), RiskyFiles.All.Select(row => row.Name));
        Assert.All(RiskyFiles.All, row =>
        {
            Assert.Equal(row.Moment, RiskyFiles.Of($"sub/{row.Name}")?.Moment);
            Assert.NotNull(RiskyFiles.Of(row.Name.ToUpperInvariant()));
        });
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData(".gitignore")]
    [InlineData("docs/github.md")]
    [InlineData(".env")]
    [InlineData(".env.local")]
    [InlineData("kiro/a.md")]
    [InlineData("src/setup_db.py")]
    [InlineData("docker/README.md")]
    [InlineData("url.py")]
    [InlineData("src/makefile.py")]
    [InlineData("github/workflows/ci.yml")]
    [InlineData("tests/test_conftest.py")]
    [InlineData(".env.example")]
    public void Ordinary_files_are_not_risky(string path) => Assert.Null(RiskyFiles.Of(path));
}
