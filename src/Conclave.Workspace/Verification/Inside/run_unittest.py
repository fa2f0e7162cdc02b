"""Runs the unittest tests of some files and reports every one of them to descriptor 9.

Arguments: `apart` or `together`; the directory that modules are named from; the test files. All relative to /project; starts in the directory of the
(sub)project. Apart, the modules of that directory can't be replaced by others of the project, nor can those of Python itself.

Everything of ours is local to a function: what is tested finds no module of ours to change, and no key.
"""

__unittest = True  # tracebacks leave out our frames


def main():
    import importlib
    import inspect
    import os
    import sys
    import types
    import unittest
    import unittest.async_case

    from guard import guard
    from own_modules import OwnModules
    from signed_report import open_report

    project = os.environ.get("CONCLAVE_PROJECT", "/project")
    max_details = 8000
    report = open_report()
    packages = os.environ.get("CONCLAVE_PACKAGES")
    if packages:
        # Last, and for the processes that tests start as well.
        sys.path.append(packages)
        os.environ["PYTHONPATH"] = packages

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
            self.ended(test, "failed", **describe(error[1]), details=self._exc_info_to_string(error, test)[-max_details:])

        def startTest(self, test):
            report("started", test=test.id())
            super().startTest(test)

        def stopTest(self, test):
            super().stopTest(test)
            look(self)

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

    def look(result):
        """Reports, once, what decides about tests and was changed."""
        nonlocal changed
        if changed is None:
            changed = difference() or (own and own.replaced()) or next((f"result.{name}" for name in vars(result) if name != "file" and name in vars(ReportingResult)), None)
            if changed is not None:
                report("ended", test=changed, outcome="failed", exception="TestRunnerChanged", message="was changed by what is tested, so that no result can be believed")

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

    class NamedFunction(unittest.FunctionTestCase):
        """A bare function, named like any other test."""

        def id(self):
            return f"{self._testFunc.__module__}.{self._testFunc.__qualname__}"

        __str__ = id

    def load(file, base, own):
        """The tests of a file."""
        name = os.path.splitext(os.path.relpath(file, project if own else base))[0].replace(os.sep, ".")
        report("started", test=name)
        try:
            module = own.load(name) if own else importlib.import_module(name)
            found = os.path.realpath(module.__file__ or "")
            if found != os.path.realpath(file):
                raise ImportError(f"module {name} is {found}, not {file}: another module has the same name")
            tests = [unittest.defaultTestLoader.loadTestsFromModule(module), *functions(module, file)]
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also SystemExit, from a script that calls exit() when it is imported
            tests = [NotImported(name, error.with_traceback(in_project(error.__traceback__)))]
        return FileSuite(os.path.relpath(file, project), tests)

    def in_project(frames):
        """A traceback without the frames of the import itself."""
        while frames is not None and not frames.tb_frame.f_code.co_filename.startswith(project):
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
        report("ended", test=test, file=os.path.relpath(file, project), outcome="unsupported")

    def search_path(base):
        """Where modules are looked for: beside the tests, in the (sub)project and its src, and in everything above the tests."""
        above = [base]
        while above[-1] != project:
            above.append(os.path.dirname(above[-1]))
        nearest = [base, os.getcwd(), os.path.join(os.getcwd(), "src")]
        return list(dict.fromkeys(path for path in nearest + [path for up in above[1:] for path in (up, os.path.join(up, "src"))] if os.path.isdir(path)))

    def after_python_itself():
        return next((place for place, path in enumerate(sys.path) if path.endswith("-packages")), len(sys.path))

    base = os.path.normpath(os.path.join(project, sys.argv[2]))
    files = [os.path.join(project, file) for file in sys.argv[3:]]
    own = OwnModules(base, project) if sys.argv[1] == "apart" else None
    sys.argv[:] = ["python3 -m unittest"]
    del sys.path[0]
    place = after_python_itself() if own else 0
    sys.path[place:place] = search_path(base)
    if own:
        sys.meta_path.insert(0, own)
    for name in ("guard", "own_modules", "signed_report"):
        del sys.modules[name]
    sys.modules["__main__"] = types.ModuleType("__main__")
    difference = guard([unittest.case, unittest.suite, unittest.result, unittest.runner, unittest.loader, unittest.async_case], ReportingResult, FileSuite, NotImported, NamedFunction)

    changed = None
    runner = unittest.TextTestRunner(stream=sys.stderr, verbosity=2, resultclass=ReportingResult)
    suite = unittest.TestSuite([load(file, base, own) for file in files])
    result = runner.run(suite)
    look(result)
    for module in list(sys.modules.values()) if own else []:
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.startswith(project + "/") and not file.startswith(base + "/"):
            report("shared", file=os.path.relpath(file, project))
    report("finished")
    sys.exit(0 if result.wasSuccessful() and changed is None else 1)


if __name__ == "__main__":
    main()
