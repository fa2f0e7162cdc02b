using Conclave.Agents.Keys;
using Conclave.Tests.Fakes;

namespace Conclave.Tests.Agents.Keys;

/// <summary>A program may give the key.</summary>
public sealed class KeyCommandTests
{
    private static Task<KeyReading> Run(params string[] command) => KeyCommand.Run("openai", [.. command], ["CANARY_KEY"], TimeProvider.System);

    [Fact]
    public async Task The_first_line_that_it_prints_is_the_key() =>
        Assert.Equal("sk-from-vault", (await Run("/bin/sh", "-c", "echo sk-from-vault; echo a note")).Key!.Reveal());

    [Fact]
    public async Task Its_arguments_are_arguments_and_no_shell_reads_them() =>
        Assert.Equal("$(id);x", (await Run("/usr/bin/printf", "%s", "$(id);x")).Key!.Reveal());

    [Theory]
    [InlineData("exit 3", "ended with exit code 3")]
    [InlineData("echo locked >&2; exit 1", "ended with exit code 1: locked")]
    [InlineData("echo key sk-abcdefghijklmnopqrstuvwx >&2; exit 1", "ended with exit code 1: key ***")]
    [InlineData("true", "CONC433 the key from key_command of openai (sh) can't be one: it is empty")]
    [InlineData("echo two words", "it holds a blank")]
    public async Task What_goes_wrong_is_told(string line, string problem)
    {
        var (key, why) = await Run("/bin/sh", "-c", line);
        Assert.Null(key);
        Assert.Contains(problem, why!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told() =>
        Assert.Contains("CONC432 key_command of openai (no-such-program) can't be started", (await Run("/no-such-program")).Problem!.Text, StringComparison.Ordinal);

    [Fact]
    public async Task It_sees_no_key_of_another_vendor()
    {
        Environment.SetEnvironmentVariable("CANARY_KEY", "sk-other");
        Assert.Equal("none", (await Run("/bin/sh", "-c", "echo ${CANARY_KEY:-none}")).Key!.Reveal());
    }

    [Fact]
    public async Task One_that_hangs_is_ended_after_its_time()
    {
        var clock = new FakeTimeProvider();
        var running = KeyCommand.Run("openai", ["/bin/sh", "-c", "sleep 1000"], [], clock);
        clock.Advance(KeyCommand.Limit);

        Assert.Contains("gave nothing within 20 seconds", (await running).Problem!.Text, StringComparison.Ordinal);
    }
}
