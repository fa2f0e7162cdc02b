"""Runs the tests of some files with pytest and reports every one of them to descriptor 9.

Arguments: the directory that modules are named from; the test files. All relative to /project; starts in the directory of the (sub)project.
"""


def main():
    import os
    import sys

    from signed_report import open_report

    project = os.environ.get("CONCLAVE_PROJECT", "/project")
    max_details = 8000
    report = open_report()
    packages = os.environ.get("CONCLAVE_PACKAGES")
    if packages:
        sys.path.append(packages)
        os.environ["PYTHONPATH"] = packages
    import pytest

    def name_of(nodeid):
        """tests/test_a.py::TestX::test_b[1] -> tests.test_a.TestX.test_b [1], tests/test_a.py"""
        file, *names = nodeid.split("::")
        name = ".".join([os.path.splitext(file)[0].replace("/", "."), *names])
        return name.replace("[", " [", 1), file

    def missing_in(text):
        marker = "ModuleNotFoundError: No module named '"
        return text.split(marker, 1)[1].split("'", 1)[0].split(".")[0] if marker in text else None

    class Reporter:
        """What pytest tells its plugins."""

        def pytest_runtest_logstart(self, nodeid, location):
            report("started", test=name_of(nodeid)[0])

        def pytest_runtest_logreport(self, report):
            self.seen(report, report.when == "call")

        def pytest_collectreport(self, report):
            if report.failed:
                self.seen(report, True)

        def seen(self, result, counts):
            name, file = name_of(result.nodeid)
            if result.failed:
                text = str(result.longrepr)
                crash = getattr(getattr(result.longrepr, "reprcrash", None), "message", None) or (text.strip().splitlines() or ["failed"])[-1]
                kind, _, message = crash.splitlines()[0].partition(": ")
                kind, message = (kind, message) if message and " " not in kind else ("AssertionError" if crash.startswith("assert") else "Failed", crash.splitlines()[0])
                emit("ended", test=name, file=file, outcome="failed", exception=kind, message=message[:1000], details=text[-max_details:], missing=missing_in(text))
            elif result.skipped:
                emit("ended", test=name, file=file, outcome="skipped")
            elif counts:
                emit("ended", test=name, file=file, outcome="skipped" if hasattr(result, "wasxfail") else "passed")

    emit = report
    base = os.path.normpath(os.path.join(project, sys.argv[1]))
    files = [os.path.join(project, file) for file in sys.argv[2:]]
    sys.path[0:1] = list(dict.fromkeys(path for path in (base, os.getcwd(), os.path.join(os.getcwd(), "src"), project) if os.path.isdir(path)))
    del sys.modules["signed_report"]
    code = pytest.main(["-p", "no:cacheprovider", "--rootdir", project, "--import-mode=importlib", "-q", *files], plugins=[Reporter()])
    report("finished")
    sys.exit(0 if code in (0, 5) else 1)  # 5: no tests


if __name__ == "__main__":
    main()
