using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

public sealed class NodeProjectTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Green = """
        import test, { describe, it } from 'node:test';
        import assert from 'node:assert';
        test('adds', () => assert.equal(Math.max(1, 2), 2));
        describe('group', () => { it('works', () => assert.ok(test)); it.skip('later', () => {}); it.todo('some day'); });
        test('parent', async t => { await t.test('child', () => assert.ok(t)); });
        """;

    [Fact]
    public async Task A_green_project_is_verified_by_its_own_tests()
    {
        var report = await fixture.Verify(
            ("package.json", """{ "type": "module" }"""), ("app.js", "export const value = 1;\n"), ("tests/app.test.js", Green));

        Assert.Equal((VerificationOutcome.Verified, "4 tests passed, 2 were skipped"), (report.Outcome, report.Reason));
        Assert.Equal(new TestCounts(4, 4, 0, 2), report.Tests);
        Assert.Contains("adds", report.Commands[1].Stdout.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_red_project_is_red_and_says_which_test_failed_and_how()
    {
        var report = await fixture.Verify(("app.test.mjs", """
            import test, { describe, it, before } from 'node:test';
            import assert from 'node:assert';
            test('right', () => assert.ok(test));
            describe('group', () => { it('wrong', () => assert.equal(1, 2, 'not so')); });
            test('error', () => { throw new TypeError('boom'); });
            """));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        var failures = report.Commands[^1].Failures;
        Assert.Contains(failures, failure => failure is { Test: "app.test.mjs > group > wrong", File: "app.test.mjs", Exception: "AssertionError", Message: "not so" });
        Assert.Contains(failures, failure => failure is { Test: "app.test.mjs > error", Message: "boom" } && failure.Details.Contains("app.test.mjs:5", StringComparison.Ordinal));
        Assert.Equal(1, report.Tests.Passed);
    }

    [Theory]
    [InlineData("app.mjs", "const x = ;\n")]
    [InlineData("app.cjs", "import x from './y.mjs';\n")]
    [InlineData("app.js", "function ( {\n")]
    public async Task A_syntax_error_fails_the_build(string file, string content)
    {
        var report = await fixture.Verify(("package.json", "{}"), (file, content), ("a.test.mjs", Green));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        var build = Assert.Single(report.Commands);
        Assert.Contains(file, build.Stderr.Text, StringComparison.Ordinal);
        Assert.Contains("SyntaxError", build.Stderr.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_and_modules_and_programs_all_parse_as_what_they_are()
    {
        var report = await fixture.Verify(
            ("a.test.mjs", Green),
            ("module.js", "import fs from 'node:fs';\nawait Promise.resolve(fs);\n"),
            ("script.js", "#!/usr/bin/env node\nconst fs = require('fs');\nreturn;\n"),
            ("browser.js", "var with_ = 1; document.title = 'x';\n"),
            ("mark.js", "\uFEFFvar x = 1;\n"));

        Assert.Equal((VerificationOutcome.Verified, ""), (report.Outcome, FailureExcerpt.Of(report, 1000)));
    }

    [Theory]
    [InlineData("a.test.mjs", "process.exit(0);")]
    [InlineData("a.test.mjs", "console.log('ok 1 - fake\\n1..1\\n# tests 1\\n# pass 1');")]
    [InlineData("package.json", "{}")]
    public async Task What_ran_no_test_is_never_verified(string file, string content)
    {
        var report = await fixture.Verify((file, content));

        Assert.NotEqual(VerificationOutcome.Verified, report.Outcome);
        Assert.Equal(0, report.Tests.Passed);
    }

    [Fact]
    public async Task A_test_file_whose_process_ends_before_its_tests_is_red()
    {
        var report = await fixture.Verify(
            ("a.test.mjs", "import test from 'node:test';\ntest('one', () => process.exit(0));\ntest('two', () => {});\n"), ("b.test.mjs", Green));

        Assert.Equal((VerificationOutcome.Red, "1 of 5 tests failed: a.test.mjs: Incomplete: its process ended before any of its tests"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task A_test_that_was_announced_and_never_ended_is_red()
    {
        // Long enough for the first results to get out.
        var report = await fixture.Verify(("a.test.mjs", """
            import test from 'node:test';
            test('one', () => {});
            test('two', async () => { await new Promise(resolve => setTimeout(resolve, 300)); process.exit(0); });
            test('three', () => {});
            """));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        Assert.Contains(report.Commands[^1].Failures, failure => failure.Exception == "Incomplete");
    }

    [Theory]
    [InlineData("""{ "dependencies": { "express": "^4" } }""", "express")]
    [InlineData("""{ "devDependencies": { "jest": "^29", "eslint": "^8" }, "scripts": { "test": "jest --ci" } }""", "jest")]
    [InlineData("""{ "devDependencies": { "supertest": "^6" } }""", "supertest")]
    public async Task Dependencies_that_are_not_there_make_it_unverified(string package, string missing)
    {
        var report = await fixture.Verify(("package.json", package), ("a.test.mjs", Green + "// import 'supertest'\n"));

        Assert.Equal(VerificationOutcome.Unverified, report.Outcome);
        Assert.Equal($"the project needs `{missing}`; dependencies can't be installed: downloads are not allowed", report.Reason);
    }

    [Fact]
    public async Task Dependencies_that_are_vendored_or_not_needed_are_no_hindrance()
    {
        var report = await fixture.Verify(
            ("package.json", """{ "type": "module", "dependencies": { "left": "1", "@own/thing": "file:./thing" }, "devDependencies": { "eslint": "^8" } }"""),
            ("node_modules/left/package.json", """{ "main": "index.js" }"""),
            ("node_modules/left/index.js", "module.exports = 42;\n"),
            ("a.test.js", "import test from 'node:test';\nimport left from 'left';\ntest('it', () => { if (left !== 42) throw new Error(); });\n"));

        Assert.Equal((VerificationOutcome.Verified, 1), (report.Outcome, report.Tests.Passed));
    }

    [Fact]
    public async Task A_package_that_is_no_JSON_is_red()
    {
        var report = await fixture.Verify(("package.json", "{ oops"), ("a.test.mjs", Green));

        Assert.Equal((VerificationOutcome.Red, "node: package.json: InvalidPackage: it is not a JSON object"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Test_files_can_not_write_to_the_report()
    {
        var report = await fixture.Verify(("a.test.mjs", """
            import fs from 'node:fs';
            import test from 'node:test';
            test('one', () => { try { fs.writeSync(9, 'x'); } catch { return; } throw new Error('could write'); });
            """));

        Assert.Equal((VerificationOutcome.Verified, 1), (report.Outcome, report.Tests.Passed));
    }

    [Fact]
    public async Task A_test_that_hangs_is_red()
    {
        var report = await fixture.Verify(
            new SandboxLimits { Timeout = TimeSpan.FromSeconds(5) }, ("a.test.mjs", "import test from 'node:test';\ntest('hangs', () => { while (true); });\n"));

        Assert.Equal((VerificationOutcome.Red, "node tests: took longer than 5 s"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Each_package_is_tested_in_its_own_directory()
    {
        const string test = "import test from 'node:test';\nimport fs from 'node:fs';\nimport path from 'node:path';\ntest('it', () => { if (!process.cwd().endsWith(fs.readFileSync('name', 'utf8'))) throw new Error(process.cwd()); });\n";
        var report = await fixture.Verify(
            ("a/package.json", "{}"), ("a/name", "a"), ("a/test/x.mjs", test), ("b/package.json", "{}"), ("b/name", "b"), ("b/x.spec.mjs", test));

        Assert.Equal((VerificationOutcome.Verified, 2), (report.Outcome, report.Tests.Passed));
    }
}
