using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

/// <summary>
/// Projects that look finished and are not, one in each file of <c>Broken</c>: what is wrong, the verdict with a part of its reason, and the files after
/// <c>=== path</c>. None may be verified.
/// </summary>
public sealed class BrokenProjectsTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Conclave.Tests", "Workspace", "Verification", "Broken");

    public static TheoryData<string> Names => new(Directory.EnumerateFiles(Folder, "*.txt").Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_broken_project_is_never_verified(string name)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Folder, $"{name}.txt"), TestContext.Current.CancellationToken);
        var (head, files) = Read(text);
        var (verdict, reason) = (head[1].Split(':')[0], head[1].Split(':', 2)[1].Trim());

        var report = name.Contains("hang", StringComparison.Ordinal)
            ? await fixture.Verify(new SandboxLimits { Timeout = TimeSpan.FromSeconds(10) }, files)
            : await fixture.Verify(files);

        Assert.NotEqual(VerificationOutcome.Verified, report.Outcome);
        Assert.Equal(verdict, report.Outcome.ToString().ToLowerInvariant());
        Assert.Contains(reason, report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_projects_without_their_fault_are_verified()
    {
        var right = Read(await File.ReadAllTextAsync(Path.Combine(Folder, "wrong-code.txt"), TestContext.Current.CancellationToken)).Files
            .Select(file => (file.Path, file.Content.Replace("* 3", "* 2", StringComparison.Ordinal))).ToArray();

        Assert.Equal(VerificationOutcome.Verified, (await fixture.Verify(right)).Outcome);
    }

    private static (string[] Head, (string Path, string Content)[] Files) Read(string text)
    {
        var parts = text.Split("=== ");
        return (parts[0].Split('\n'), [.. parts[1..].Select(part => part.Split('\n', 2)).Select(part => (part[0], part[1]))]);
    }
}
