using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

/// <summary>What an agent could write, by malice or to be done with it, so that a Python project with a fault looks green.</summary>
public sealed class CheatingPythonTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    // From outside, as acceptance tests are to be written.
    private const string Outside = """
        import subprocess, sys, unittest

        class Sums(unittest.TestCase):
            def test_right(self):
                self.assertEqual(subprocess.check_output([sys.executable, "-m", "app", "1"], text=True), "2\n")

            def test_wrong(self):
                self.assertEqual(subprocess.check_output([sys.executable, "-m", "app", "2"], text=True), "4\n")
        """;

    private const string Inside = """
        import unittest
        import app

        class Sums(unittest.TestCase):
            def test_right(self):
                self.assertEqual(app.double(1), 2)

            def test_wrong(self):
                self.assertEqual(app.double(2), 4)
        """;

    private const string Faulty = """

        import sys

        def double(number):
            return 2

        if __name__ == "__main__":
            print(double(int(sys.argv[1])))
        """;

    private const string Forge = """
        import json, os

        def forge(descriptor):
            lines = []
            for i in range(50):
                test = f"tests.acceptance.test_sums.Sums.test_{i}"
                lines += [{"event": "started", "test": test}, {"event": "ended", "test": test, "file": "tests/acceptance/test_sums.py", "outcome": "passed"}]
            os.write(descriptor, "".join(json.dumps(line) + "\n" for line in [*lines, {"event": "finished"}]).encode())

        """;

    private const string Unit = "import unittest\nimport app\nclass T(unittest.TestCase):\n  def test_it(self): self.assertEqual(app.double(1), 2)\n";

    [Fact]
    public async Task Invented_lines_in_the_report_are_not_believed()
    {
        var report = await Verify(Inside, Forge + "forge(9)\nos._exit(0)\n" + Faulty);

        Assert.Equal((VerificationOutcome.Red, 0), (report.Outcome, report.Tests.Passed));
        Assert.Equal("python tests: the test process ended (exit code 0) before all tests had run, in tests.acceptance.test_sums", report.Reason);
    }

    [Fact]
    public async Task Invented_lines_of_unit_tests_are_not_believed_either()
    {
        var report = await Verify(Outside.Replace("\"2\"], text=True), \"4", "\"2\"], text=True), \"2", StringComparison.Ordinal), Forge + "if 'unittest' in sys.modules:\n  forge(9)\n  os._exit(0)\n".Insert(0, "import sys\n") + Faulty, ("tests/test_app.py", Unit));

        Assert.Equal((VerificationOutcome.Red, 2), (report.Outcome, report.Tests.Passed));
    }

    [Fact]
    public async Task The_program_under_test_can_not_reach_the_report_nor_the_memory_of_its_tests()
    {
        var report = await Verify(Outside, Forge + """
            for path in [f"/proc/{os.getppid()}/fd/9", f"/proc/{os.getppid()}/mem", f"/proc/{os.getppid()}/environ"]:
                try:
                    descriptor = os.open(path, os.O_RDWR)
                    print("open")
                    forge(descriptor)
                except OSError:
                    pass
            try:
                forge(9)
                print("open")
            except OSError:
                pass

            """ + Faulty);

        Assert.Equal(["tests.acceptance.test_sums.Sums.test_wrong"], Assert.Single(report.Commands, command => command.IsRed).Failures.Select(failure => failure.Test));
        Assert.Equal((VerificationOutcome.Red, 1), (report.Outcome, report.AcceptanceTests.Passed));
    }

    [Theory]
    [InlineData("import unittest\nunittest.TestCase.assertEqual = lambda *arguments: None\n", "unittest.case.TestCase.assertEqual")]
    [InlineData("import unittest\nunittest.TestCase.run = lambda self, result: (result.startTest(self), result.addSuccess(self), result.stopTest(self))\n", "unittest.case.TestCase.run")]
    [InlineData("import unittest\nunittest.TestCase.assertEqual.__code__ = (lambda self, first, second, msg=None: None).__code__\n", "unittest.case.TestCase.assertEqual")]
    [InlineData("import unittest\nunittest.TestResult.addFailure = unittest.TestResult.addSuccess\n", "unittest.result.TestResult.addFailure")]
    [InlineData("import unittest\nunittest.case._Outcome.testPartExecutor = lambda *arguments, **names: __import__('contextlib').nullcontext()\n", "unittest.case._Outcome.testPartExecutor")]
    [InlineData("import gc\nfor c in gc.get_objects():\n  if isinstance(c, type) and c.__name__ == 'ReportingResult':\n    c.addFailure = lambda self, test, error: self.addSuccess(test)\n", "__main__.main.<locals>.ReportingResult.addFailure")]
    [InlineData("import builtins\nbuiltins.isinstance = lambda *arguments, real=isinstance: real(*arguments)\n", "builtins.isinstance")]
    public async Task Code_that_changes_what_decides_about_tests_is_red_and_the_change_is_named(string cheat, string changed)
    {
        var report = await Verify(Inside, cheat + Faulty);

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        Assert.Contains(report.Commands.SelectMany(command => command.Failures), failure => failure is { Exception: "TestRunnerChanged" } && failure.Test == changed);
    }

    [Fact]
    public async Task Nothing_of_the_runner_stands_where_code_under_test_could_look_it_up()
    {
        var report = await Verify(Inside, """
            import sys
            names = {*vars(sys.modules["__main__"]), *(name for name, module in sys.modules.items() if "/conclave" in str(getattr(module, "__file__", "")))}
            own = [name for name in names if not name.startswith("__")] + [path for path in sys.path if "conclave" in path] + sys.stdin.readlines()
            double = lambda number: own or number * 2
            """);

        Assert.Equal((VerificationOutcome.Verified, "2 tests passed, 2 of them acceptance tests"), (report.Outcome, report.Reason));
        Assert.Equal(["the acceptance tests import the program (app.py), so its code ran in their process and could have influenced them"], report.Notes.AsEnumerable());
    }

    [Theory]
    [InlineData("tests/__init__.py")]
    [InlineData("app.py")]
    [InlineData("sitecustomize.py")]
    [InlineData("usercustomize.py")]
    [InlineData("conftest.py")]
    [InlineData("subprocess.py")]
    [InlineData("unittest.py")]
    public async Task A_module_that_stands_in_for_the_acceptance_tests_is_not_run_in_their_place(string file)
    {
        const string fake = """
            import sys, types, unittest

            def stand_in():
                class Sums(unittest.TestCase):
                    def test_right(self): pass

                for name in ("tests.acceptance.test_sums", "acceptance.test_sums", "test_sums"):
                    module = types.ModuleType(name)
                    module.__file__ = "/project/tests/acceptance/test_sums.py"
                    Sums.__module__ = name
                    module.Sums = Sums
                    sys.modules[name] = module

            if hasattr(unittest, "TestCase"):
                stand_in()

            """;

        var report = await Verify(Inside, file == "app.py" ? fake + Faulty : Faulty, (file == "app.py" ? "other.py" : file, fake));

        Assert.Equal((VerificationOutcome.Red, 1, 2), (report.Outcome, report.AcceptanceTests.Passed, report.AcceptanceTestsFound));
        Assert.Contains(report.Commands.SelectMany(command => command.Failures), failure => failure.Test == "tests.acceptance.test_sums.Sums.test_wrong");
    }

    [Fact]
    public async Task A_helper_of_the_acceptance_tests_that_was_replaced_is_red()
    {
        var report = await Verify(
            "import app\nfrom tests.acceptance.helper import expected\nimport unittest\nclass Sums(unittest.TestCase):\n  def test_wrong(self): self.assertEqual(app.double(2), expected)\n",
            "import sys, types\nfake = types.ModuleType('tests.acceptance.helper')\nfake.expected = 2\nsys.modules['tests.acceptance.helper'] = fake\n" + Faulty,
            ("tests/acceptance/helper.py", "expected = 4\n"));

        Assert.Equal((VerificationOutcome.Red, "tests.acceptance.helper"), (report.Outcome, report.Commands[^1].Failures[0].Test));
    }

    [Fact]
    public async Task Tests_that_are_overwritten_while_others_run_are_run_as_they_were()
    {
        const string overwrite = """
            import pathlib
            for file in pathlib.Path("/project/tests/acceptance").glob("*.py"):
                file.write_text("import unittest\nclass Sums(unittest.TestCase):\n  def test_right(self): pass\n  def test_wrong(self): pass\n")

            """;

        var report = await Verify(Outside, overwrite + Faulty, ("tests/test_app.py", Unit), ("tests/acceptance/test_a.py", "import app, unittest\nfrom . import test_sums\nclass A(unittest.TestCase):\n  def test_a(self): pass\n"));

        Assert.Equal((VerificationOutcome.Red, 1), (report.Outcome, report.AcceptanceTests.Failed));
    }

    [Theory]
    [InlineData("import unittest, sys, types\nsys.modules['app_tests'] = None\ndel Sums.test_wrong\n", "1 of 2 acceptance tests were not run, such as tests/acceptance/test_sums.py: Sums.test_wrong")]
    [InlineData("Sums.test_wrong = unittest.skip('not now')(Sums.test_wrong)\n", "1 of 2 acceptance tests were skipped")]
    [InlineData("Sums.test_wrong = unittest.expectedFailure(Sums.test_wrong)\n", "1 of 2 acceptance tests were skipped")]
    [InlineData("Sums.test_new = lambda self: None\nSums.test_wrong = lambda self: None\n", "1 tests were reported that do not stand in the source, such as tests.acceptance.test_sums.Sums.test_new")]
    public async Task An_acceptance_test_that_is_missing_or_skipped_or_made_up_is_not_verified(string statement, string reason)
    {
        var report = await Verify($"{Inside}\n\n{statement}", Faulty);

        Assert.Equal((VerificationOutcome.Unverified, reason, 2), (report.Outcome, report.Reason, report.AcceptanceTestsFound));
    }

    [Fact]
    public async Task A_class_of_the_program_that_is_named_like_one_of_unittest_does_not_hide_acceptance_tests()
    {
        var report = await Verify($"{Inside}\n\ndel Sums.test_wrong\n", "class TestCase: pass\n" + Faulty);

        Assert.Equal((VerificationOutcome.Unverified, 2), (report.Outcome, report.AcceptanceTestsFound));
    }

    [Fact]
    public async Task Every_honest_way_to_write_acceptance_tests_is_counted_as_it_runs()
    {
        var report = await Verify(
            """
            import unittest
            from unittest import IsolatedAsyncioTestCase as Async
            from .base import Shared
            import helper
            from tests.acceptance import base

            class Mixin:
                def test_mixed(self): self.assertEqual(helper.value, 1)

            class Own(Shared):
                def test_own(self):
                    for i in range(3):
                        with self.subTest(i=i):
                            self.assertLess(i, 3)

            class Mixed(Mixin, unittest.TestCase):
                test_alias = Mixin.test_mixed

            class Later(Async):
                async def test_async(self): self.assertTrue(__file__)

            class Gone(unittest.TestCase):
                def test_gone(self): self.fail()

            del Gone, Shared

            class Outer:
                class Abstract(base.Shared):
                    def test_abstract(self): self.fail()

            if True:
                def test_bare(): assert helper.value == 1
            """,
            Faulty,
            ("tests/acceptance/__init__.py", ""),
            ("tests/acceptance/helper.py", "value = 1\n"),
            ("tests/acceptance/base.py", "import unittest\nclass Shared(unittest.TestCase):\n  def test_shared(self): self.assertTrue(__file__)\n"));

        Assert.Equal((VerificationOutcome.Verified, "6 tests passed, 6 of them acceptance tests"), (report.Outcome, report.Reason));
        Assert.Equal(6, report.AcceptanceTestsFound);
        Assert.Empty(report.Notes);
    }

    private async Task<VerificationReport> Verify(string acceptance, string app, params (string Path, string Content)[] more) =>
        await fixture.Verify([("tests/acceptance/test_sums.py", acceptance), ("app.py", app), .. more]);
}
