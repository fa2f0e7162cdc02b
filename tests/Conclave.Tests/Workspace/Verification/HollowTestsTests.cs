using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

public sealed class HollowTestsTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    [Theory]
    [InlineData("self.assertRaises(ValueError, int, 'x')")]
    [InlineData("with self.assertRaises(ValueError): int('x')")]
    [InlineData("self.look_at(int('1'))")]
    [InlineData("check(int('1'))")]
    [InlineData("import subprocess; subprocess.run(['true'], check=True)")]
    [InlineData("assert open(__file__).read()")]
    [InlineData("from unittest import mock; m = mock.Mock(); m(); m.assert_called_once()")]
    [InlineData("""
        for attempt in range(3):
            try:
                int('x')
            except Exception:
                continue
            self.fail('never here')
        """)]
    [InlineData("""
        errors = []
        try:
            self.assertEqual(int('1'), 1)
        except AssertionError as error:
            errors.append(error)
        """)]
    [InlineData("""
        try:
            int('x')
            self.fail('no error')
        except ValueError:
            pass
        """)]
    public async Task A_test_that_may_check_something_counts(string body)
    {
        var report = await fixture.Verify(("test_a.py", $"""
            import unittest

            def check(value):
                assert value == 1

            class T(unittest.TestCase):
                def look_at(self, value):
                    assert value == 1

                def test_a(self):
                    {body.ReplaceLineEndings("\n        ")}
            """));

        Assert.Equal((VerificationOutcome.Verified, "1 tests passed"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Beside_tests_that_check_the_hollow_ones_do_not_count()
    {
        var report = await fixture.Verify(("test_a.py", "def test_good(): assert __file__\n\ndef test_hollow(): pass\n"));

        Assert.Equal((VerificationOutcome.Verified, new TestCounts(1, 1, 0, 1)), (report.Outcome, report.Tests));
        Assert.Equal(["1 tests check nothing, so that they can't fail, such as test_a.test_hollow; they do not count"], report.Notes.AsEnumerable());
    }

    [Theory]
    [InlineData("assert.throws(() => JSON.parse('{'))")]
    [InlineData("const value = JSON.parse('1'); if (value !== 1) { throw new Error('no'); }")]
    [InlineData("look(JSON.parse('1'))")]
    [InlineData("let seen; try { assert.ok(JSON.parse('1')); } catch (error) { seen = error; } if (seen) { throw seen; }")]
    public async Task A_Node_test_that_may_check_something_counts(string body)
    {
        var report = await fixture.Verify(("a.test.mjs", $$"""
            import test from 'node:test';
            import assert from 'node:assert';
            const look = value => { if (!value) process.exit(1); };
            test('it', () => { {{body}}; });
            """));

        Assert.Equal((VerificationOutcome.Verified, "1 tests passed"), (report.Outcome, report.Reason));
    }
}
