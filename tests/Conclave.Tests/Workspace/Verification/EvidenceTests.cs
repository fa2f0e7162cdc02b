using System.Collections.Immutable;
using System.Runtime.Versioning;
using System.Text.Json;
using Conclave.Engine;
using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

public sealed class EvidenceTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    [Fact]
    public async Task Evidence_survives_being_written_as_JSON()
    {
        var report = await fixture.Verify(("test_a.py", "def test_a(): assert False, 'é \\ud800 \\x1b[31m'\n"), ("index.html", "<script src=gone.js></script>"));

        var json = JsonSerializer.Serialize(report, EngineJson.Options);
        var back = JsonSerializer.Deserialize<VerificationReport>(json, EngineJson.Options)!;

        Assert.Equal(json, JsonSerializer.Serialize(back, EngineJson.Options));
        Assert.Equal(FailureFingerprint.Of(report), FailureFingerprint.Of(back));
        using var document = JsonDocument.Parse(json);
        var command = document.RootElement.GetProperty("commands")[1];
        Assert.Equal("red", document.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(
            ("python", "test", "failed", 1, 1),
            (command.GetProperty("stack").GetString(), command.GetProperty("purpose").GetString(), command.GetProperty("outcome").GetString(),
                command.GetProperty("exit_code").GetInt32(), command.GetProperty("tests").GetProperty("failed").GetInt32()));
        Assert.True(command.GetProperty("is_red").GetBoolean());
        Assert.Contains("Ran 1 test", command.GetProperty("stderr").GetProperty("head").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_failure_twice_has_the_same_fingerprint()
    {
        static (string, string)[] Project(int filler) =>
        [
            ("test_a.py", string.Concat(Enumerable.Repeat("# moved\n", filler)) + """
                import os, tempfile, time, unittest, uuid

                class T(unittest.TestCase):
                    def test_a(self):
                        raise ValueError(f"{object()} took {time.time() % 1:.3f}s at {time.strftime('%H:%M:%S')} in {tempfile.mkdtemp()} on 127.0.0.1:{os.getpid() * 7 % 60000} for {uuid.uuid4()}")

                    def test_b(self):
                        self.assertEqual({"a", "b", "c"}, {"d", "e", "f"})
                """),
        ];

        var first = FailureFingerprint.Of(await fixture.Verify(Project(0)));
        var second = FailureFingerprint.Of(await fixture.Verify(Project(7)));

        Assert.Matches("^[0-9a-f]{16}$", first);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("self.assertEqual(1, 2)", "self.assertEqual(1, 3)")]
    [InlineData("raise ValueError('x')", "raise TypeError('x')")]
    [InlineData("raise ValueError('x')", "raise ValueError('y')")]
    [InlineData("raise ValueError('x')", "import os; os._exit(0)")]
    public async Task Another_failure_has_another_fingerprint(string one, string other)
    {
        static (string, string) Project(string statement) => ("test_a.py", $"import unittest\nclass T(unittest.TestCase):\n  def test_a(self):\n    {statement}\n");

        Assert.NotEqual(FailureFingerprint.Of(await fixture.Verify(Project(one))), FailureFingerprint.Of(await fixture.Verify(Project(other))));
    }

    [Fact]
    public async Task What_did_not_fail_has_no_fingerprint_and_no_excerpt()
    {
        var report = await fixture.Verify(("test_a.py", "def test_a(): assert __file__\n"));

        Assert.Null(FailureFingerprint.Of(report));
        Assert.Equal("", FailureExcerpt.Of(report, 1000));
    }

    [Fact]
    public async Task The_excerpt_has_the_tracebacks_and_nothing_that_a_terminal_or_a_model_could_trip_over()
    {
        var report = await fixture.Verify(
            ("app.py", "def divide(a, b):\n    return a / b\n"),
            ("test_a.py", "import app\ndef test_divide(): app.divide(1, 0)\ndef test_ugly(): raise Exception('\\x1b[31mred\\x1b[0m \\x1b]0;title\\x07 \\u202e \\r\\x00 bell\\x07')\n"));

        var excerpt = FailureExcerpt.Of(report, 4000);

        Assert.StartsWith("python tests in .: exit code 1\n\ntest_a.test_divide\nTraceback (most recent call last):\n", excerpt, StringComparison.Ordinal);
        Assert.Contains("File \"/project/app.py\", line 2, in divide", excerpt, StringComparison.Ordinal);
        Assert.Contains("ZeroDivisionError: division by zero", excerpt, StringComparison.Ordinal);
        Assert.Contains("Exception: red    bell\n", excerpt, StringComparison.Ordinal);
        Assert.DoesNotContain("/conclave/", excerpt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(3000)]
    public async Task The_excerpt_is_never_longer_than_asked_for(int maxChars)
    {
        var report = await fixture.Verify(("test_a.py", string.Concat(Enumerable.Range(0, 30).Select(i => $"def test_{i}(): raise Exception('x' * 500)\n"))));

        var excerpt = FailureExcerpt.Of(report, maxChars);

        Assert.True(excerpt.Length <= maxChars);
        if (maxChars >= 1000)
        {
            Assert.Matches("\\[cut here; \\d+ more left out\\]\n$", excerpt);
            Assert.True(excerpt.Length > maxChars - 10);
        }
    }

    [Fact]
    public async Task Without_a_sandbox_the_project_is_unverified_and_the_fix_is_named()
    {
        using var sandbox = ProjectSandbox.Open(fixture.Options with { SearchPath = "/nowhere" }, TimeProvider.System);

        var report = await new ProjectVerifier(sandbox, PackageSources.Default, TimeProvider.System).Verify(fixture.Project(("test_a.py", "def test_a(): assert __file__\n")), Downloads.Never, CancellationToken.None);

        Assert.Equal(
            (VerificationOutcome.Unverified, "`bwrap` was not found", "install it, on Debian and Ubuntu with: apt-get install -y bubblewrap"), (report.Outcome, report.Reason, report.Fix));
        Assert.Empty(report.Commands);
    }

    [Theory]
    [SupportedOSPlatform("linux")]
    [InlineData("app.py", "`python3` was not found below /usr", "apt-get install python3")]
    [InlineData("package.json", "`node` was not found below /usr", "apt-get install nodejs")]
    public void A_language_that_is_not_installed_is_a_gap_with_its_fix(string file, string reason, string fix)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var tree = ProjectTree.Of(fixture.Project((file, "")));
        IStack[] stacks = [new PythonStack(_ => false), new NodeStack(_ => false)];

        var plan = Assert.Single(stacks, stack => stack.Detect(tree)).Checks(tree, PackageSupply.None);

        Assert.Empty(plan.Checks);
        Assert.Equal((reason, fix), (plan.Gaps[0].Reason, plan.Gaps[0].Fix));
    }

    [Theory]
    [InlineData("main.dart", "its Dart can't be built or tested yet")]
    [InlineData("web/src/app.tsx", "web/src/app.tsx has to be compiled, and the compiler is not there; dependencies can't be installed: downloads are not allowed")]
    [InlineData("tests/acceptance/test_flow.sh", "the acceptance test tests/acceptance/test_flow.sh was not run")]
    [InlineData("tests/acceptance/flow_tests.py", "the acceptance test tests/acceptance/flow_tests.py was not run")]
    [InlineData("tests/acceptance/flow.sh", "there are acceptance tests, but none of them ran")]
    [InlineData("tests/acceptance/test_flow.py", "there are acceptance tests, but none of them ran")]
    public async Task A_part_that_can_not_be_run_is_not_made_up_for_by_the_others(string file, string reason)
    {
        var report = await fixture.Verify(("test_a.py", "def test_a(): assert __file__\n"), (file, "# nothing\n"));

        Assert.Equal((VerificationOutcome.Unverified, reason, 1), (report.Outcome, report.Reason, report.Tests.Passed));
    }

    [Theory]
    [SupportedOSPlatform("linux")]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(3, true)] // as check_node.cjs ends
    public void A_node_that_is_too_old_is_a_gap_and_no_failure(int exitCode, bool tooOld)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        var build = new StackCheck.Command(CheckPurpose.Build, [], ".") { Programs = ["check_node.cjs"] };
        var run = new SandboxRun(SandboxOutcome.Failed, exitCode, null, TimeSpan.Zero, CapturedText.Empty, CapturedText.Empty, null);

        var report = new NodeStack(_ => true).Read(ProjectTree.Of(fixture.Project(("a.js", ""))), build, new CommandRun(run, [], PackageSupply.None));

        Assert.Equal(tooOld, report.Gap?.Reason.Contains("too old", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Links_and_repositories_are_not_copied_into_the_sandbox()
    {
        var project = fixture.Project(
            ("test_a.py", "import os\ndef test_a(): assert sorted(os.listdir('.')) == ['run.sh', 'test_a.py'], os.listdir('.')\ndef test_b(): assert os.access('run.sh', os.X_OK)\n"),
            (".git/config", "[core]\n"),
            ("run.sh", "#!/bin/sh\n"));
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(Path.Combine(project, "run.sh"), File.GetUnixFileMode(Path.Combine(project, "run.sh")) | UnixFileMode.UserExecute);
        }

        File.CreateSymbolicLink(Path.Combine(project, "link.py"), "/etc/passwd");

        var report = await fixture.Verifier().Verify(project, Downloads.Never, CancellationToken.None);

        Assert.Equal((VerificationOutcome.Verified, "2 tests passed"), (report.Outcome, report.Reason));
        Assert.Equal(["1 links or special files were left out"], report.Notes.AsEnumerable());
    }

    [Fact]
    public async Task Verifications_at_the_same_time_do_not_disturb_each_other()
    {
        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => fixture.Verify(
            ("value.py", $"value = {number}\n"), ("test_a.py", $"import value\ndef test_a(): assert value.value == {number}\n"))));

        Assert.All(reports, report => Assert.Equal(VerificationOutcome.Verified, report.Outcome));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"event\":\"finished\"}\n{\"event\":\"ended\",\"test\":\"x\",\"outcome\":\"passed\"}")]
    [InlineData("{\"event\":\"ended\",\"test\":\"\\ud800\",\"outcome\":\"passed\"}\n{\"event\":\"finished\"}")]
    [InlineData("{\"event\":\"ended\",\"test\":\"x\",\"outcome\":\"wonderful\"}\n{\"event\":\"finished\"}")]
    [InlineData("{\"event\":\"ended\",\"test\":\"x\"}\n{\"event\":\"finished\"}")]
    [InlineData("{\"event\":\"ended\",\"test\":\"x\",\"outcome\":\"passed\"}\n{\"event\":\"fini")]
    public void A_report_that_is_not_as_our_programs_write_it_is_not_complete(string text)
    {
        Assert.False(Read(string.Concat(text.Split('\n').Select((line, number) => $"{SignedReport.Sign(number, line, Key)} {line}\n"))).IsComplete);
    }

    [Fact]
    public void A_report_is_complete_only_if_every_line_is_signed_with_the_key_of_its_run()
    {
        string[] lines = ["{\"event\":\"started\",\"test\":\"x\"}", "{\"event\":\"ended\",\"test\":\"x\",\"outcome\":\"passed\"}", "{\"event\":\"finished\"}"];
        string[] signed = [.. lines.Select((line, number) => $"{SignedReport.Sign(number, line, Key)} {line}")];

        Assert.Equal((true, 1), (Read(string.Join('\n', signed)).IsComplete, Read(string.Join('\n', signed)).Count().Passed));
        Assert.False(Read(string.Join('\n', lines)).IsComplete);
        Assert.False(Read($"{signed[0]}\n{signed[1]}\n{lines[2]}").IsComplete);
        Assert.False(Read($"{signed[0]}\n{signed[1]}\n{signed[1]}\n{signed[2]}").IsComplete);
        Assert.False(Read($"{signed[0]}\n{signed[1].Replace("passed", "failed", StringComparison.Ordinal)}\n{signed[2]}").IsComplete);
        Assert.False(Read(string.Join('\n', signed), "").IsComplete);
        Assert.False(Read(string.Join('\n', lines.Select((line, number) => $"{SignedReport.Sign(number, line, "")} {line}")), "").IsComplete);
    }

    [Theory]
    [InlineData("y")]
    [InlineData(null)]
    public void A_test_that_passed_without_having_been_started_makes_the_report_worthless(string? started)
    {
        string[] lines =
        [
            $"{{\"event\":\"started\",\"test\":\"{started ?? "x"}\"}}",
            .. started is null ? ["{\"event\":\"ended\",\"test\":\"x\",\"outcome\":\"passed\"}"] : Array.Empty<string>(),
            "{\"event\":\"ended\",\"test\":\"x\",\"outcome\":\"passed\"}",
            "{\"event\":\"finished\"}",
        ];

        Assert.False(Read(string.Join('\n', lines.Select((line, number) => $"{SignedReport.Sign(number, line, Key)} {line}"))).IsComplete);
    }

    [Fact]
    public void A_verdict_weighs_failures_more_than_gaps_and_gaps_more_than_green_tests()
    {
        var green = Command(new TestCounts(1, 1, 0, 0));
        var gap = new StackGap("node", "no node", "get one");

        Assert.Equal(VerificationOutcome.Verified, Judge([green], []));
        Assert.Equal(VerificationOutcome.Unverified, Judge([green], [gap]));
        Assert.Equal(VerificationOutcome.Red, Judge([green, green with { IsRed = true }], [gap]));
        Assert.Equal(VerificationOutcome.Unverified, Judge([green, green with { Outcome = SandboxOutcome.SandboxError }], []));
        Assert.Equal(VerificationOutcome.Unverified, Judge([Command(null)], []));
        Assert.Equal(VerificationOutcome.Unverified, Judge([], []));
    }

    private const string Key = "0123456789ABCDEF";

    private static TestReport Read(string text, string key = Key) => TestReport.Read(
        new SandboxRun(SandboxOutcome.Passed, 0, null, TimeSpan.Zero, CapturedText.Empty, CapturedText.Empty, null) { Report = text, ReportKey = key });

    private static VerificationOutcome Judge(ImmutableArray<CommandEvidence> commands, ImmutableArray<StackGap> gaps) => new Findings(commands, gaps, WantsAcceptance: false).Judge(0).Outcome;

    private static CommandEvidence Command(TestCounts? tests) => new(
        "python", CheckPurpose.Test, [], ".", SandboxOutcome.Passed, 0, null, 0, null, tests, null, [], CapturedText.Empty, CapturedText.Empty);
}
