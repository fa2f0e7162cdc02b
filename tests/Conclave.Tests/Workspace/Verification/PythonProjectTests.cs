using Conclave.Workspace.Sandbox;
using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

public sealed class PythonProjectTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Green = """
        import unittest

        class Sums(unittest.TestCase):
            def test_one(self):
                self.assertEqual(sum([1, 1]), 2)

            def test_two(self):
                self.assertEqual(sum([2, 2]), 4)
        """;

    [Fact]
    public async Task A_green_project_is_verified_by_its_own_tests()
    {
        var report = await fixture.Verify(("app.py", "def add(a, b):\n    return a + b\n"), ("tests/test_app.py", Green));

        Assert.Equal((VerificationOutcome.Verified, "2 tests passed"), (report.Outcome, report.Reason));
        Assert.Equal(new TestCounts(2, 2, 0, 0), report.Tests);
        Assert.Equal(["build", "test"], report.Commands.Select(command => command.Purpose.ToString().ToLowerInvariant()));
        var tests = report.Commands[1];
        Assert.Equal(["python3", "-s", "-B", "/conclave/run_unittest.py", "together", "tests", "tests/test_app.py"], tests.Argv);
        Assert.Equal((SandboxOutcome.Passed, 0), (tests.Outcome, tests.ExitCode));
        Assert.Contains("Ran 2 tests", tests.Stderr.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_red_project_is_red_and_says_which_test_failed_and_how()
    {
        var report = await fixture.Verify(("tests/test_app.py", """
            import unittest

            class Sums(unittest.TestCase):
                def test_right(self):
                    self.assertEqual(sum([1]), 1)

                def test_wrong(self):
                    self.assertEqual(1 + 1, 3)

                def test_error(self):
                    {}['key']
            """));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        Assert.Equal("2 of 3 tests failed: test_app.Sums.test_error: KeyError: 'key'", report.Reason);
        Assert.Equal(new TestCounts(3, 1, 2, 0), report.Tests);
        var wrong = report.Commands[^1].Failures[1];
        Assert.Equal(("test_app.Sums.test_wrong", "tests/test_app.py", "AssertionError", "2 != 3"), (wrong.Test, wrong.File, wrong.Exception, wrong.Message));
        Assert.StartsWith("Traceback (most recent call last):\n  File \"/project/tests/test_app.py\", line 8", wrong.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_syntax_error_fails_the_build_and_no_test_is_run()
    {
        var report = await fixture.Verify(("app.py", "def broken(:\n"), ("tests/test_app.py", Green));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        Assert.StartsWith("python build: SyntaxError: ", report.Reason, StringComparison.Ordinal);
        var build = Assert.Single(report.Commands);
        Assert.Equal((CheckPurpose.Build, SandboxOutcome.Failed, 1), (build.Purpose, build.Outcome, build.ExitCode));
        Assert.Contains("File \"app.py\", line 1", build.Stderr.Text, StringComparison.Ordinal);
        Assert.Contains("SyntaxError", FailureExcerpt.Of(report, 1000), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app.py", "x = 1\n", "there are no tests")]
    [InlineData("tests/test_app.py", "import unittest\n", "there are no tests")]
    [InlineData("tests/test_app.py", "import unittest\nclass T(unittest.TestCase):\n  @unittest.skip('later')\n  def test_x(self): pass\n", "all 1 tests were skipped")]
    [InlineData("tests/test_app.py", "import unittest\nclass T(unittest.TestCase):\n  @unittest.expectedFailure\n  def test_x(self): self.fail()\n", "all 1 tests were skipped")]
    [InlineData("tests/test_app.py", "import unittest\nraise unittest.SkipTest('not here')\n", "all 1 tests were skipped")]
    [InlineData("tests/test_app.py", "print('Ran 5 tests in 0.001s\\n\\nOK')\n", "there are no tests")]
    [InlineData("README.md", "# nothing\n", "there is nothing that can be built or tested")]
    public async Task What_ran_no_test_is_never_verified(string file, string content, string reason)
    {
        var report = await fixture.Verify((file, content));

        Assert.Equal((VerificationOutcome.Unverified, reason), (report.Outcome, report.Reason));
    }

    [Theory]
    [InlineData("import os; os._exit(0)", "the test process ended (exit code 0) before all tests had run, in test_a.T.test_b")]
    [InlineData("import os; os.execvp('true', ['true'])", "the test process ended (exit code 0) before all tests had run, in test_a.T.test_b")]
    [InlineData("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "the test process ended (exit code 137) before all tests had run, in test_a.T.test_b")]
    [InlineData("import atexit, os; atexit.register(lambda: os._exit(3))", "no test failed, but the test process ended with exit code 3")]
    [InlineData("import os; os.close(9)", "the test process ended (exit code 1) before all tests had run, in test_a.T.test_b")]
    [InlineData("import os; os.write(9, b'rubbish')", "the test process ended (exit code 0) before all tests had run, in test_a.T.test_b")]
    [InlineData("raise KeyboardInterrupt", "the test process ended (exit code 130) before all tests had run, in test_a.T.test_b")]
    public async Task A_test_process_that_does_not_come_to_its_end_is_red(string statement, string detail)
    {
        var report = await fixture.Verify(("test_a.py", $"""
            import unittest

            class T(unittest.TestCase):
                def test_a(self):
                    print("OK")

                def test_b(self):
                    {statement}

                def test_c(self):
                    pass
            """));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        Assert.Equal($"python tests: {detail}", report.Reason);
        Assert.NotNull(FailureFingerprint.Of(report));
    }

    [Fact]
    public async Task A_file_that_ends_the_test_process_when_it_is_imported_is_named()
    {
        var report = await fixture.Verify(("test_a.py", Green), ("test_b.py", "import os; os._exit(0)\n"));

        Assert.Equal(
            (VerificationOutcome.Red, "python tests: the test process ended (exit code 0) before all tests had run, in test_b"), (report.Outcome, report.Reason));
    }

    [Theory]
    [InlineData("import sys; sys.exit(0)")]
    [InlineData("exit()")]
    public async Task A_file_that_ends_the_program_when_it_is_imported_is_red(string statement)
    {
        var report = await fixture.Verify(("test_a.py", statement), ("test_b.py", Green));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        Assert.Equal("1 of 3 tests failed: test_a: SystemExit: " + (statement == "exit()" ? "None" : "0"), report.Reason);
    }

    [Fact]
    public async Task A_child_process_of_a_test_can_not_report()
    {
        var report = await fixture.Verify(("test_a.py", """
            import os, subprocess, sys, unittest

            class T(unittest.TestCase):
                def test_fork(self):
                    if os.fork() == 0:
                        return  # goes on with the tests, and ends as the parent does
                    self.assertGreater(os.wait()[0], 0)

                def test_subprocess(self):
                    program = "import os\ntry:\n  os.write(9, b'x')\nexcept OSError as error:\n  print(error.errno)"
                    self.assertEqual(subprocess.check_output([sys.executable, "-c", program], text=True), "9\n")
            """));

        Assert.Equal((VerificationOutcome.Verified, 2), (report.Outcome, report.Tests.Passed));
    }

    [Fact]
    public async Task A_test_that_hangs_is_red_and_named()
    {
        var report = await fixture.Verify(
            new SandboxLimits { Timeout = TimeSpan.FromSeconds(5) },
            ("test_a.py", "import unittest, time\nclass T(unittest.TestCase):\n  def test_hang(self): time.sleep(1000)\n"));

        Assert.Equal((VerificationOutcome.Red, "python tests: took longer than 5 s, in test_a.T.test_hang"), (report.Outcome, report.Reason));
        Assert.Equal(SandboxOutcome.Timeout, report.Commands[^1].Outcome);
    }

    [Fact]
    public async Task A_test_that_eats_memory_is_red()
    {
        var report = await fixture.Verify(
            new SandboxLimits { Memory = 100 << 20 },
            ("test_a.py", "import unittest, time\nclass T(unittest.TestCase):\n  def test_eat(self):\n    data = bytearray(b'x' * (200 << 20)); time.sleep(1000)\n"));

        Assert.Equal((VerificationOutcome.Red, "python tests: used more than 100 MiB of memory, in test_a.T.test_eat"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Every_usual_layout_of_tests_is_found_and_can_import_what_it_tests()
    {
        static string Test(string import, string name) => $"import unittest\n{import}\nclass {name}(unittest.TestCase):\n  def test_it(self): self.assertEqual(value, 42)\n";
        var report = await fixture.Verify(
            ("flat.py", "value = 42\n"),
            ("test_flat.py", Test("from flat import value", "Flat")),
            ("package/__init__.py", "value = 42\n"),
            ("package/tests/__init__.py", ""),
            ("package/tests/test_inside.py", Test("from .. import value", "Inside")),
            ("src/lib/__init__.py", "value = 42\n"),
            ("tests/helper.py", "from lib import value\n"),
            ("tests/test_top.py", Test("from helper import value", "Top")),
            ("tests/unit/test_same_name.py", Test("from package import value", "Unit")),
            ("tests/unit/deep/__init__.py", "value = 42\n"),
            ("tests/unit/deep/test_deep.py", Test("from . import value", "Deep")),
            ("tests/acceptance/test_same_name.py", Test("from lib import value", "Acceptance")),
            ("backend/app/__init__.py", "value = 42\n"),
            ("backend/tests/test_backend.py", Test("from app import value", "Backend")),
            ("worker/app/__init__.py", "value = 42\n"),
            ("worker/tests/worker_test.py", Test("from app import value", "Worker")),
            ("node_modules/x/test_no.py", "raise Exception()\n"),
            (".venv/lib/test_no.py", "raise Exception()\n"));

        Assert.Equal((VerificationOutcome.Verified, "8 tests passed, 1 of them acceptance tests"), (report.Outcome, report.Reason + FailureExcerpt.Of(report, 5000)));
        Assert.Equal(new TestCounts(1, 1, 0, 0), report.AcceptanceTests);
    }

    [Fact]
    public async Task Tests_start_in_the_directory_of_their_project()
    {
        const string test = "import os, unittest\nclass T(unittest.TestCase):\n  def test_it(self): self.assertEqual(open('data.txt').read(), os.path.basename(os.getcwd()))\n";
        var report = await fixture.Verify(
            ("data.txt", "project"), ("tests/acceptance/test_a.py", test),
            ("api/data.txt", "api"), ("api/requirements.txt", ""), ("api/tests/unit/test_b.py", test),
            ("web/data.txt", "web"), ("web/test/test_c.py", test));

        Assert.Equal((VerificationOutcome.Verified, 3), (report.Outcome, report.Tests.Passed));
    }

    [Fact]
    public async Task Tests_may_use_the_loopback_and_temporary_files_and_programs()
    {
        var report = await fixture.Verify(
            ("server.py", "import http.server\nif __name__ == '__main__':\n  s = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)\n  print(s.server_port, flush=True)\n  s.serve_forever()\n"),
            ("hello.txt", "hello"),
            ("tests/acceptance/test_server.py", """
                import subprocess, sys, tempfile, unittest, urllib.request

                class T(unittest.TestCase):
                    def test_it(self):
                        server = subprocess.Popen([sys.executable, "server.py"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
                        self.addCleanup(server.stdout.close)
                        self.addCleanup(server.wait)
                        self.addCleanup(server.kill)
                        port = int(server.stdout.readline())
                        with urllib.request.urlopen(f"http://localhost:{port}/hello.txt") as answer, tempfile.TemporaryFile() as file:
                            file.write(answer.read())
                            file.seek(0)
                            self.assertEqual(file.read(), b"hello")
                """));

        Assert.Equal((VerificationOutcome.Verified, "1 tests passed, 1 of them acceptance tests"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Bare_test_functions_are_run_too()
    {
        var report = await fixture.Verify(("test_a.py", "def test_right():\n  assert sum([1]) == 1\n\ndef test_wrong():\n  assert 1 == 2, 'not so'\n\ndef helper(): pass\n"));

        Assert.Equal((VerificationOutcome.Red, "1 of 2 tests failed: test_a.test_wrong: AssertionError: not so"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Tests_that_import_pytest_are_unverified_for_want_of_it()
    {
        var report = await fixture.Verify(("tests/test_a.py", "import pytest\n\ndef test_a(): assert __file__\n"), ("tests/test_b.py", Green));

        Assert.Equal((VerificationOutcome.Unverified, "the tests import pytest, which is not installed; dependencies can't be installed: downloads are not allowed"), (report.Outcome, report.Reason));
        Assert.Contains("unittest", report.Fix, StringComparison.Ordinal);
        Assert.Equal(2, report.Tests.Passed);
    }

    [Fact]
    public async Task Tests_that_are_written_for_pytest_are_unverified()
    {
        var report = await fixture.Verify(("test_a.py", "def test_it(tmp_path): pass\n\nclass TestThings:\n  def test_x(self): pass\n"), ("test_b.py", Green));

        Assert.Equal((VerificationOutcome.Unverified, "2 tests are written for pytest, such as test_a.test_it, which is not installed; dependencies can't be installed: downloads are not allowed"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task A_failure_beside_what_is_missing_is_still_red()
    {
        var report = await fixture.Verify(("test_a.py", "import pytest\n"), ("test_b.py", "def test_wrong(): assert False\n"));

        Assert.Equal((VerificationOutcome.Red, "1 of 2 tests failed: test_b.test_wrong: AssertionError"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task A_dependency_that_is_asked_for_and_missing_makes_it_unverified()
    {
        var report = await fixture.Verify(
            ("requirements.txt", "no-such-web==3.0\n"), ("app.py", "import no_such_web\n"), ("test_app.py", "import app\n"));

        Assert.Equal(VerificationOutcome.Unverified, report.Outcome);
        Assert.Equal("the project needs `no_such_web`, which is not installed; dependencies can't be installed: downloads are not allowed", report.Reason);
    }

    [Fact]
    public async Task An_import_of_what_nobody_asked_for_is_red()
    {
        var report = await fixture.Verify(("utils.py", ""), ("test_app.py", "import utilz\n"));

        Assert.Equal((VerificationOutcome.Red, "1 of 1 tests failed: test_app: ModuleNotFoundError: No module named 'utilz'"), (report.Outcome, report.Reason));
        Assert.DoesNotContain("importlib", report.Commands[^1].Failures[0].Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subtests_set_ups_and_unexpected_successes_that_fail_are_red()
    {
        var report = await fixture.Verify(("test_a.py", """
            import unittest

            class A(unittest.TestCase):
                def test_sub(self):
                    for i in range(3):
                        with self.subTest(i=i):
                            self.assertNotEqual(i, 1)

                @unittest.expectedFailure
                def test_better(self):
                    pass

            class B(unittest.TestCase):
                @classmethod
                def setUpClass(cls):
                    raise RuntimeError("no set-up")

                def test_x(self):
                    pass

            class C(unittest.IsolatedAsyncioTestCase):
                async def test_async(self):
                    self.assertTrue(False)
            """));

        Assert.Equal(VerificationOutcome.Red, report.Outcome);
        Assert.Equal(
            ["setUpClass (test_a.B): RuntimeError", "test_a.A.test_better: UnexpectedSuccess", "test_a.A.test_sub (i=1): AssertionError", "test_a.C.test_async: AssertionError"],
            report.Commands[^1].Failures.Select(failure => $"{failure.Test}: {failure.Exception}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task When_acceptance_tests_are_all_skipped_the_others_do_not_make_up_for_it()
    {
        var report = await fixture.Verify(
            ("tests/test_a.py", Green),
            ("tests/acceptance/test_b.py", "import unittest\nclass T(unittest.TestCase):\n  def test_x(self): self.skipTest('no')\n"));

        Assert.Equal((VerificationOutcome.Unverified, "all 1 acceptance tests were skipped"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task Hostile_tests_can_do_nothing_to_the_machine_or_the_project()
    {
        var project = fixture.Project(
            ("test_a.py", """
                import os, unittest

                class T(unittest.TestCase):
                    def test_it(self):
                        for path in ("/etc/shadow", "/root/.bashrc", "/home/x", os.environ["HOME"] + "/.ssh/id_rsa"):
                            self.assertFalse(os.path.exists(path))
                        open("/project/app.py", "w").write("overwritten")
                        os.symlink("/etc/passwd", "/project/link")
                        os.mkfifo("/project/pipe")
                """),
            ("app.py", "value = 1\n"));

        var report = await fixture.Verifier().Verify(project, Downloads.Never, CancellationToken.None);

        Assert.Equal(VerificationOutcome.Verified, report.Outcome);
        Assert.Equal("value = 1\n", await File.ReadAllTextAsync(Path.Combine(project, "app.py")));
        Assert.Equal(2, Directory.GetFileSystemEntries(project).Length);
    }
}
