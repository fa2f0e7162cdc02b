using Conclave.Tests.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

/// <summary>Node projects that build and test themselves with scripts of their own, or are written in TypeScript.</summary>
public sealed class NodeScriptsTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Acceptance = """
        import subprocess, unittest
        class T(unittest.TestCase):
            def test_it(self): self.assertEqual(subprocess.run(["node", "dist/app.js"], capture_output=True, text=True).stdout, "built\n")
        """;

    [Fact]
    public async Task What_a_build_makes_is_there_for_the_tests_of_every_stack()
    {
        Needs.Program("npm");
        var report = await fixture.Verify(
            ("package.json", """{ "scripts": { "build": "node build.js", "test": "node runner.js" } }"""),
            ("build.js", "const fs = require('fs'); fs.mkdirSync('dist', { recursive: true }); fs.writeFileSync('dist/app.js', 'console.log(\"built\")');\n"),
            ("runner.js", "require('./dist/app.js'); console.log('  2 passing (5ms)\\n  1 pending');\n"),
            ("tests/acceptance/test_app.py", Acceptance));

        Assert.Equal((VerificationOutcome.Verified, "1 tests passed, 1 of them acceptance tests; 2 more as their tool reports"), (report.Outcome, report.Reason));
        Assert.Equal(["python build", "python test", "node build", "node build", "node test"], report.Commands.Select(command => $"{command.Stack} {command.Purpose}".ToLowerInvariant()));
        Assert.Equal(new TestCounts(2, 2, 0, 1), report.Commands[^1].Tests);
    }

    [Theory]
    [InlineData("tests/acceptance/test_app.py")]
    [InlineData("app.py")]
    public async Task A_build_can_not_change_what_is_tested_nor_how(string file)
    {
        Needs.Program("npm");
        var report = await fixture.Verify(
            ("package.json", """{ "scripts": { "build": "node build.js" } }"""),
            ("build.js", $"const fs = require('fs'); fs.writeFileSync('{file}', 'def value(): return 1\\n'); fs.writeFileSync('tests/acceptance/unittest.py', '');\n"),
            ("app.py", "def value(): return 2\n"),
            ("tests/acceptance/test_app.py", "import app, os, unittest\nclass T(unittest.TestCase):\n  def test_it(self):\n    self.assertFalse(os.path.exists('tests/acceptance/unittest.py'))\n    self.assertEqual(app.value(), 1)\n"));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        Assert.Contains("AssertionError: 2 != 1", report.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 3", "node build: exit code 3")]
    [InlineData("node broken.js", "Cannot find module")]
    public async Task A_build_that_fails_is_red(string script, string reason)
    {
        Needs.Program("npm");
        var report = await fixture.Verify(("package.json", $$"""{ "scripts": { "build": "{{script}}" } }"""), ("a.js", ""));

        Assert.Equal((VerificationOutcome.Red, true), (report.Outcome, report.Reason.Contains(reason, StringComparison.Ordinal) || FailureExcerpt.Of(report, 2000).Contains(reason, StringComparison.Ordinal) || reason.Contains("exit code", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_red_summary_is_red_and_counted()
    {
        Needs.Program("npm");
        var report = await fixture.Verify(
            ("package.json", """{ "scripts": { "test": "node runner.js" } }"""), ("runner.js", "console.log('Tests:       1 failed, 2 passed, 3 total'); process.exit(1);\n"));

        Assert.Equal((VerificationOutcome.Red, "node tests: 1 of 3 tests failed"), (report.Outcome, report.Reason));
        Assert.Equal(new TestCounts(3, 2, 1, 0), report.Commands[^1].Tests);
    }

    [Fact]
    public async Task TypeScript_is_built_where_its_compiler_is_at_hand()
    {
        var report = await fixture.Verify(
            ("package.json", """{ "devDependencies": { "typescript": "^5.0.0" } }"""),
            ("tsconfig.json", "{}"),
            ("node_modules/typescript/package.json", "{}"),
            ("node_modules/typescript/bin/tsc", "const fs = require('fs'); fs.mkdirSync('dist'); fs.writeFileSync('dist/app.js', fs.readFileSync('src/app.ts', 'utf8').replace(': string', ''));\n"),
            ("src/app.ts", "const text: string = 'built'; console.log(text);\n"),
            ("tests/acceptance/test_app.py", Acceptance));

        Assert.Equal((VerificationOutcome.Verified, 1, ""), (report.Outcome, report.Tests.Passed, FailureExcerpt.Of(report, 2000)));
        Assert.Contains(report.Commands, command => command.Stack == "node" && command.Argv.Contains("node_modules/typescript/bin/tsc"));
    }

    [Fact]
    public async Task The_errors_of_TypeScript_name_their_files()
    {
        var report = await fixture.Verify(
            ("web/package.json", """{ "devDependencies": { "typescript": "^5.0.0" } }"""),
            ("web/tsconfig.json", "{}"),
            ("web/node_modules/typescript/package.json", "{}"),
            ("web/node_modules/typescript/bin/tsc", "console.log(\"src/app.ts(1,7): error TS2322: Type 'number' is not assignable to type 'string'.\"); process.exit(2);\n"),
            ("web/src/app.ts", "const text: string = 1;\n"));

        Assert.Equal((VerificationOutcome.Red, "node: web/src/app.ts: TS2322: Type 'number' is not assignable to type 'string'."), (report.Outcome, report.Reason));
    }

    [Theory]
    [InlineData("# tests 4\n# pass 2\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 0", 2, 1, 1)]
    [InlineData("ℹ tests 3\nℹ suites 0\nℹ pass 3\nℹ fail 0\nℹ skipped 0", 3, 0, 0)]
    [InlineData("  group\n    ✔ works\n\n  3 passing (12ms)\n  1 pending\n  2 failing\n", 3, 2, 1)]
    [InlineData("Test Suites: 1 failed, 1 passed, 2 total\nTests:       1 failed, 1 skipped, 2 passed, 4 total\nTime:        1.2 s", 2, 1, 1)]
    [InlineData(" Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 2 passed | 1 skipped (4)\n   Start at  10:00:00", 2, 1, 1)]
    [InlineData("\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m2 passed\u001b[39m\u001b[22m\u001b[90m (2)\u001b[39m", 2, 0, 0)]
    [InlineData("  2 tests passed\n  1 test failed\n", 2, 1, 0)]
    public void The_last_lines_of_every_runner_are_counted(string output, int passed, int failed, int skipped) =>
        Assert.Equal(new TestCounts(passed + failed, passed, failed, skipped), NodeSummary.Read(output));

    [Theory]
    [InlineData("all tests passed")]
    [InlineData("we have 3 passing trains and Tests are great")]
    [InlineData("")]
    public void Other_words_are_no_counts(string output) => Assert.Null(NodeSummary.Read(output));
}
