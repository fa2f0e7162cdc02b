using Conclave.Tests.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

/// <summary>Projects with tests for pytest, which is fetched like any package; here one that does as much of it as our runner asks for.</summary>
public sealed class PytestProjectTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>, IDisposable
{
    private const string Pytest = """
        import importlib.util, inspect, os, traceback
        class Result:
            when, longrepr = "call", None
            def __init__(self, nodeid, outcome): self.nodeid, self.outcome = nodeid, outcome
            passed = property(lambda self: self.outcome == "passed")
            failed = property(lambda self: self.outcome == "failed")
            skipped = property(lambda self: self.outcome == "skipped")
        def main(args, plugins):
            code = 0
            for file in [arg for arg in args if arg.endswith(".py")]:
                spec = importlib.util.spec_from_file_location(os.path.basename(file)[:-3], file)
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                for name, test in [found for found in vars(module).items() if found[0].startswith("test_")]:
                    result = Result(f"{os.path.relpath(file, '/project')}::{name}", "passed")
                    plugins[0].pytest_runtest_logstart(result.nodeid, None)
                    try:
                        test(**{parameter: "/tmp" for parameter in inspect.signature(test).parameters})
                    except Exception:
                        code, result.outcome, result.longrepr = 1, "failed", traceback.format_exc()
                    plugins[0].pytest_runtest_logreport(report=result)
            return code
        """;

    private readonly FakeRegistry registry = new();

    public void Dispose() => registry.Dispose();

    [Fact]
    public async Task They_are_run_and_counted_when_pytest_may_be_fetched()
    {
        var report = await Verify(("test_a.py", "def test_it(tmp_path): assert tmp_path\n"), ("pkg/test_b.py", "import pytest\ndef test_other(): assert pytest\n"));

        Assert.Equal((VerificationOutcome.Verified, "2 tests passed", ""), (report.Outcome, report.Reason, FailureExcerpt.Of(report, 2000)));
        Assert.Contains("test_a.py: test_a.test_it", report.Commands.SelectMany(command => command.Passed));
    }

    [Fact]
    public async Task A_red_one_says_which_and_how()
    {
        var report = await Verify(("test_a.py", "def test_it(tmp_path):\n    assert tmp_path == 1, 'not so'\n"));

        Assert.Equal((VerificationOutcome.Red, "1 of 1 tests failed: test_a.test_it: AssertionError: not so"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Hooks_of_the_project_decide_about_results_so_that_these_are_only_claims()
    {
        var report = await Verify(("test_a.py", "def test_it(tmp_path): assert tmp_path\n"), ("conftest.py", "def pytest_runtest_makereport(item, call): pass\n"));

        Assert.Equal((VerificationOutcome.Unverified, "1 tests passed, as their tool reports; what they test could have written that report itself"), (report.Outcome, report.Reason));
    }

    private Task<VerificationReport> Verify(params (string Path, string Content)[] files)
    {
        Needs.Program("pip3");
        registry.AddPython("pytest", "pytest/__init__.py", Pytest);
        return fixture.Verify(new Downloads.Allowed(), PackageSources.Default with { Replaced = PackageSources.Default.Replaced.SetItem("pypi", $"{registry.Address}simple/") }, files);
    }
}
