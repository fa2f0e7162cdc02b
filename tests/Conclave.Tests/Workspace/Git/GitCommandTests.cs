using System.Text;
using Conclave.Tests.Workspace.Files;
using Conclave.Workspace.Git;

namespace Conclave.Tests.Workspace.Git;

public sealed class GitCommandTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task Git_sees_no_variable_of_this_process_but_those_that_are_given()
    {
        var repository = await Repository();

        // An alias is the one way to make git show its environment.
        var shown = await new GitCommand(repository, "-c", "alias.shown=!/usr/bin/env", "shown").Run(default);

        var names = shown.Split('\n').Select(line => line.Split('=')[0]).ToHashSet(StringComparer.Ordinal);
        // What is not ours comes from git itself and from the shell between.
        names.ExceptWith(["GIT_PREFIX", "GIT_CONFIG_PARAMETERS", "GIT_EXEC_PATH", "PATH", "PWD", "_", "SHLVL", "OLDPWD"]);
        Assert.Equal(
            ["GIT_ALLOW_PROTOCOL", "GIT_ATTR_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_DIR", "GIT_INDEX_FILE", "GIT_OPTIONAL_LOCKS", "GIT_TERMINAL_PROMPT", "LC_ALL"],
            names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Only_the_repository_and_the_command_line_configure_git()
    {
        var repository = await Repository();

        var scopes = (await new GitCommand(repository, "config", "--list", "--show-scope").Run(default)).Split('\n').Select(line => line.Split('\t')[0]).Distinct();

        Assert.Equal(["local", "command"], scopes);
        Assert.Equal("/dev/null", await new GitCommand(repository, "config", "core.hooksPath").Run(default));
    }

    [Fact]
    public async Task A_failure_says_what_git_said()
    {
        var repository = await Repository();

        var failure = await Assert.ThrowsAsync<GitFailedException>(() => new GitCommand(repository, "cat-file", "-p", "nothing").Run(default));

        Assert.StartsWith("git cat-file failed with 128: fatal: Not a valid object name nothing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_git_gives_up_on_its_input_its_own_words_are_the_failure()
    {
        var repository = await Repository();
        var command = new GitCommand(repository, "index-pack", "--stdin")
        {
            Input = async (input, token) =>
            {
                var junk = Encoding.UTF8.GetBytes(new string('x', 1 << 20));
                for (var i = 0; i < 20; i++)
                {
                    await input.WriteAsync(junk, token);
                }
            },
        };

        Assert.Contains("pack signature mismatch", (await Assert.ThrowsAsync<GitFailedException>(() => command.Run(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_writer_of_the_input_throws_comes_through()
    {
        var repository = await Repository();

        await Assert.ThrowsAsync<InvalidOperationException>(() => new GitCommand(repository, "hash-object", "--stdin") { Input = (_, _) => throw new InvalidOperationException("blob is gone") }.Run(default));
    }

    [Fact]
    public async Task A_missing_repository_is_a_failure_not_a_missing_git() =>
        await Assert.ThrowsAsync<GitFailedException>(() => new GitCommand(temp["nowhere"], "write-tree").Run(default));

    private async Task<string> Repository()
    {
        await UserGit.Run(temp.Path, null, "init", "-q", "--bare", "repository");
        return temp["repository"];
    }
}
