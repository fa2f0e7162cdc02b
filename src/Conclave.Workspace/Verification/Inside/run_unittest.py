"""Runs the unittest tests of some files and reports every one of them to descriptor 9, which the tests' own output can't reach by accident.

Arguments: the directory that modules are named from, then the test files; all relative to /project. Starts in the directory of the (sub)project.
"""

import importlib
import inspect
import json
import os
import sys
import unittest

REPORT = 9
PROJECT = "/project"
MAX_DETAILS = 8000
OWNER = os.getpid()
__unittest = True  # tracebacks leave out our frames


def report(event, **fields):
    # A test that forks must not report from both processes.
    if os.getpid() == OWNER:
        data = (json.dumps({"event": event, **fields}, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        while data:
            data = data[os.write(REPORT, data):]


def describe(error):
    """The fields of an exception."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    fields = {"exception": name, "message": (str(error).strip().splitlines() or [""])[0][:1000]}
    if isinstance(error, ModuleNotFoundError) and error.name:
        fields["missing"] = error.name.split(".")[0]
    return fields


class ReportingResult(unittest.TextTestResult):
    """What unittest prints, and besides it the report."""

    file = None

    def ended(self, test, outcome, **fields):
        report("ended", test=test.id(), file=self.file, outcome=outcome, **fields)

    def failed(self, test, error):
        self.ended(test, "failed", **describe(error[1]), details=self._exc_info_to_string(error, test)[-MAX_DETAILS:])

    def startTest(self, test):
        report("started", test=test.id())
        super().startTest(test)

    def addSuccess(self, test):
        self.ended(test, "passed")
        super().addSuccess(test)

    def addError(self, test, err):
        self.failed(test, err)
        super().addError(test, err)

    def addFailure(self, test, err):
        self.failed(test, err)
        super().addFailure(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.failed(subtest, err)
        super().addSubTest(test, subtest, err)

    def addSkip(self, test, reason):
        self.ended(test, "skipped", message=str(reason)[:1000])
        super().addSkip(test, reason)

    def addExpectedFailure(self, test, err):
        self.ended(test, "skipped", message="expected to fail")
        super().addExpectedFailure(test, err)

    def addUnexpectedSuccess(self, test):
        self.ended(test, "failed", exception="UnexpectedSuccess", message="passed, but is marked as an expected failure")
        super().addUnexpectedSuccess(test)


class FileSuite(unittest.TestSuite):
    """The tests of one file."""

    def __init__(self, file, tests):
        super().__init__(tests)
        self.file = file

    def run(self, result, debug=False):
        result.file = self.file
        return super().run(result, debug)


class NotImported(unittest.TestCase):
    """Stands for the tests of a file that can't be imported: it fails, or is skipped, as the import did."""

    def __init__(self, name, error):
        super().__init__("raise_it")
        self.name = name
        self.error = error

    def id(self):
        return self.name

    __str__ = id

    def raise_it(self):
        raise self.error


def load(file, base):
    """The tests of a file."""
    name = os.path.splitext(os.path.relpath(file, base))[0].replace(os.sep, ".")
    report("started", test=name)
    try:
        module = importlib.import_module(name)
        found = os.path.realpath(module.__file__ or "")
        if found != os.path.realpath(file):
            raise ImportError(f"module {name} is {found}, not {file}: another module has the same name")
        tests = [unittest.defaultTestLoader.loadTestsFromModule(module), *functions(module, file)]
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also SystemExit, from a script that calls exit() when it is imported
        tests = [NotImported(name, error.with_traceback(in_project(error.__traceback__)))]
    return FileSuite(os.path.relpath(file, PROJECT), tests)


def in_project(frames):
    """A traceback without the frames of the import itself."""
    while frames is not None and not frames.tb_frame.f_code.co_filename.startswith(PROJECT):
        frames = frames.tb_next
    return frames


def functions(module, file):
    """Bare test functions. Those that want nothing from pytest are run, the rest is named as what it is."""
    uses_pytest = any(inspect.ismodule(value) and value.__name__ == "pytest" for value in vars(module).values())
    for name, value in list(vars(module).items()):
        if getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value) and name.startswith("test_"):
            if uses_pytest or inspect.signature(value).parameters or inspect.iscoroutinefunction(value):
                unsupported(f"{module.__name__}.{name}", file)
            else:
                yield NamedFunction(value)
        elif inspect.isclass(value) and name.startswith("Test") and not issubclass(value, unittest.TestCase):
            for method in vars(value):
                if method.startswith("test_"):
                    unsupported(f"{module.__name__}.{name}.{method}", file)


def unsupported(test, file):
    report("ended", test=test, file=os.path.relpath(file, PROJECT), outcome="unsupported")


class NamedFunction(unittest.FunctionTestCase):
    """A bare function, named like any other test."""

    def id(self):
        return f"{self._testFunc.__module__}.{self._testFunc.__qualname__}"

    __str__ = id


def search_path(base):
    """Where modules are looked for: beside the tests, in the (sub)project and its src, and in everything above the tests."""
    above = [base]
    while above[-1] != PROJECT:
        above.append(os.path.dirname(above[-1]))
    nearest = [base, os.getcwd(), os.path.join(os.getcwd(), "src")]
    return list(dict.fromkeys(path for path in nearest + [path for up in above[1:] for path in (up, os.path.join(up, "src"))] if os.path.isdir(path)))


def main():
    base = os.path.normpath(os.path.join(PROJECT, sys.argv[1]))
    files = [os.path.join(PROJECT, file) for file in sys.argv[2:]]
    sys.argv[:] = ["python3 -m unittest"]
    sys.path[0:1] = search_path(base)
    os.set_inheritable(REPORT, False)
    suite = unittest.TestSuite([load(file, base) for file in files])
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2, resultclass=ReportingResult).run(suite)
    report("finished")
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
