using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

/// <summary>What an agent could write so that a Node project with a fault looks green. Test files share a process with what they import: see docs/decisions/test-evidence.md.</summary>
public sealed class CheatingNodeTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Acceptance = """
        import test from 'node:test';
        import assert from 'node:assert';
        import { double } from '../../app.mjs';
        test('doubles', () => assert.equal(double(2), 4));
        """;

    [Fact]
    public async Task Invented_lines_in_the_report_are_not_believed()
    {
        var report = await Verify("""
            import fs from 'node:fs';
            const lines = ['{"event":"ended","test":"x","file":"tests/acceptance/app.test.mjs","outcome":"passed"}', '{"event":"finished"}'].join('\n');
            for (const file of [9, `/proc/${process.ppid}/fd/9`]) { try { fs.writeFileSync(file, lines, { flag: 'a' }); } catch { } }
            export const double = () => process.exit(0);
            """);

        Assert.Equal((VerificationOutcome.Red, 0), (report.Outcome, report.Tests.Passed));
    }

    [Fact]
    public async Task The_key_of_the_report_is_gone_before_any_test_file_starts()
    {
        var report = await Verify("""
            import fs from 'node:fs';
            const read = file => { try { return fs.readFileSync(file, 'utf8'); } catch { return ''; } };
            const found = [`/proc/${process.ppid}/fd/0`, `/proc/${process.ppid}/environ`, `/proc/${process.ppid}/cmdline`].map(read).join('');
            export const double = number => /[0-9A-F]{64}/.test(found) ? 0 : number * 2;
            """);

        Assert.Equal((VerificationOutcome.Verified, "1 tests passed, 1 of them acceptance tests"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Tests_that_are_overwritten_while_others_run_are_run_as_they_were()
    {
        var report = await Verify(
            "export const double = () => 0;\n",
            ("a.test.mjs", "import fs from 'node:fs';\nimport test from 'node:test';\ntest('a', () => fs.writeFileSync('/project/tests/acceptance/app.test.mjs', \"import test from 'node:test'; test('doubles', () => {});\"));\n"));

        Assert.Equal((VerificationOutcome.Red, 1), (report.Outcome, report.AcceptanceTests.Failed));
    }

    [Fact]
    public async Task An_acceptance_test_that_is_skipped_is_not_verified()
    {
        var report = await fixture.Verify(("tests/acceptance/app.test.mjs", "import test from 'node:test';\nimport assert from 'node:assert';\ntest('a', () => assert.ok(test));\ntest.skip('b', () => {});\n"));

        Assert.Equal((VerificationOutcome.Unverified, "1 of 2 acceptance tests were skipped"), (report.Outcome, report.Reason));
        Assert.Null(report.AcceptanceTestsFound);
    }

    private async Task<VerificationReport> Verify(string app, params (string Path, string Content)[] more) =>
        await fixture.Verify([("tests/acceptance/app.test.mjs", Acceptance), ("app.mjs", app), .. more]);
}
