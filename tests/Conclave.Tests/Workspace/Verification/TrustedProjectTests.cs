using Conclave.Tests.Workspace.Sandbox;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

/// <summary><c>--trust</c>: the same checks on this machine itself, which proves nothing.</summary>
public sealed class TrustedProjectTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("conclave-test-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("1", VerificationOutcome.Unverified, "it ran without a sandbox (--trust), which proves nothing")]
    [InlineData("2", VerificationOutcome.Red, "1 of 3 tests failed: ")]
    public async Task Green_tests_without_a_sandbox_verify_nothing_and_red_ones_are_red(string value, VerificationOutcome outcome, string reason)
    {
        Needs.Python();
        Needs.Node();
        var report = await Verify(
            ("app.py", $"def one(): return {value}\n"),
            ("test_app.py", "import app, unittest\nclass T(unittest.TestCase):\n  def test_one(self): self.assertEqual(app.one(), 1)\n"),
            ("tests/acceptance/test_it.py", "import os, unittest\nclass T(unittest.TestCase):\n  def test_it(self): self.assertTrue(os.path.exists('app.py'))\n"),
            ("a.test.mjs", "import test from 'node:test';\ntest('it', () => { if (!process.argv) throw new Error(); });\n"));

        Assert.Equal((outcome, "none"), (report.Outcome, report.Sandbox));
        Assert.StartsWith(reason, report.Reason, StringComparison.Ordinal);
        Assert.Equal(3, report.Tests.Run);
    }

    [Fact]
    public async Task A_test_that_hangs_is_ended_with_all_that_it_started()
    {
        Needs.Python();
        var mark = HostProcesses.NewMark();
        var report = await Verify(("test_a.py", $"import subprocess, sys, unittest\nclass T(unittest.TestCase):\n  def test_a(self): self.assertEqual(subprocess.run([sys.executable, '-c', 'import time; time.sleep(1000) # {mark}']).returncode, 0)\n"));

        Assert.Equal((VerificationOutcome.Red, "python tests: took longer than 5 s, in test_a.T.test_a"), (report.Outcome, report.Reason));
        Assert.Empty(HostProcesses.With(mark));
    }

    private async Task<VerificationReport> Verify(params (string Path, string Content)[] files)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var project = Path.Combine(directory, "project");
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(project, path))!);
            await File.WriteAllTextAsync(Path.Combine(project, path), content);
        }

        using var host = new TrustedHost(new SandboxOptions(Path.Combine(directory, "sandbox")) { SearchPath = "/usr/bin:/bin", Limits = new SandboxLimits { Timeout = TimeSpan.FromSeconds(5) } }, TimeProvider.System);
        return await new ProjectVerifier(host, PackageSources.Default, TimeProvider.System).Verify(project, Downloads.Never, CancellationToken.None);
    }
}
