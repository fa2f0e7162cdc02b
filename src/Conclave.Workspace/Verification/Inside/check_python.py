"""Compiles files without running or writing anything, and reports the tests that stand in them. Arguments: files relative to /project.

Prints the errors as Python does; exit code 1 if there are any. Imports nothing of the project.
"""

import ast
import os
import sys
import traceback
import warnings

from find_tests import find_tests
from signed_report import open_report

warnings.simplefilter("ignore")
report = open_report()
failed = False
trees = {}
for name in sys.argv[1:]:
    try:
        with open(os.path.join(os.environ.get("CONCLAVE_PROJECT", "/project"), name), "rb") as file:
            source = file.read()
        compile(source, name, "exec", dont_inherit=True)
        trees[name] = ast.parse(source, name)
    except (SyntaxError, ValueError, RecursionError) as error:  # ValueError: a NUL byte
        failed = True
        print("".join(traceback.format_exception_only(type(error), error)) if isinstance(error, SyntaxError) else f"{name}: {error}", file=sys.stderr)
for test, file, certain, hollow in find_tests(trees):
    report("found", test=test, file=file, certain="yes" if certain else "no")
    if hollow:
        report("hollow", test=test, file=file)
report("finished")
sys.exit(1 if failed else 0)
