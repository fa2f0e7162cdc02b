using Conclave.Workspace.Sandbox;

namespace Conclave.Tests.Workspace.Sandbox;

/// <summary>What is kept of a command's output, and when it is too much.</summary>
[Collection("what runs may take")]
public sealed class OutputLimitTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Theory]
    [InlineData(10)]
    [InlineData(CapturedText.MaxPart)]
    [InlineData(CapturedText.MaxPart + 10)]
    [InlineData(2 * CapturedText.MaxPart)]
    public async Task Output_that_fits_is_kept_whole(int length)
    {
        var run = await fixture.Python($"import sys; sys.stdout.write(''.join(str(i % 10) for i in range({length})))");

        Assert.Equal(string.Concat(Enumerable.Range(0, length).Select(i => i % 10)), run.Stdout.Text);
    }

    [Fact]
    public async Task Output_that_does_not_fit_loses_its_middle()
    {
        const int length = (3 * CapturedText.MaxPart) + 1;

        var run = await fixture.Python($"import sys; sys.stdout.write(''.join(str(i % 10) for i in range({length})))");

        var all = string.Concat(Enumerable.Range(0, length).Select(i => i % 10));
        Assert.Equal(length, run.Stdout.Bytes);
        Assert.Equal(all[..CapturedText.MaxPart], run.Stdout.Head);
        Assert.Equal(all[^CapturedText.MaxPart..], run.Stdout.Tail);
    }

    [Theory]
    [InlineData("stdout")]
    [InlineData("stderr")]
    public async Task A_flood_of_output_is_stopped_and_its_beginning_and_end_are_kept(string stream)
    {
        var run = await fixture.Python(
            $$"""
            import sys
            print('the beginning', file=sys.{{stream}})
            while True:
                print('x' * 10_000, file=sys.{{stream}})
            """);

        Assert.Equal((SandboxOutcome.OutputLimit, null), (run.Outcome, run.ExitCode));
        Assert.Equal("wrote more than 4 MiB of output", run.Detail);
        var output = stream == "stdout" ? run.Stdout : run.Stderr;
        Assert.StartsWith("the beginning\nxxx", output.Head, StringComparison.Ordinal);
        Assert.Equal((CapturedText.MaxPart, CapturedText.MaxPart), (output.Head.Length, output.Tail.Length));
        Assert.Contains("bytes left out", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_much_output_is_too_much_even_from_a_command_that_has_ended()
    {
        var run = await fixture.Python("print('x' * 1000)", new SandboxLimits { Output = 1000 });

        Assert.Equal((SandboxOutcome.OutputLimit, 1001), (run.Outcome, run.Stdout.Bytes));
    }
}
