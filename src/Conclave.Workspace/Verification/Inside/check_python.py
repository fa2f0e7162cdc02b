"""Compiles files without running or writing anything. Arguments: files relative to /project. Prints the errors as Python does; exit code 1 if there are any."""

import os
import sys
import traceback
import warnings

warnings.simplefilter("ignore")
failed = False
for name in sys.argv[1:]:
    try:
        with open(os.path.join("/project", name), "rb") as file:
            compile(file.read(), name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:  # ValueError: a NUL byte
        failed = True
        print("".join(traceback.format_exception_only(type(error), error)) if isinstance(error, SyntaxError) else f"{name}: {error}", file=sys.stderr)
sys.exit(1 if failed else 0)
