"""Finds tests that can't fail on account of the program, as far as their source shows: they check nothing, or only constants, or swallow what fails.

Errs on the side of the test: a call of anything that may check counts as a check.
"""

import ast
import re

_CHECKS = re.compile("assert|check|expect|verif|fail|raises|should|ensure|validat|compar|require|raise_for", re.IGNORECASE)
_EVERYTHING = {"Exception", "BaseException", "AssertionError"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def helpers_of(tree):
    """The functions of a test file, and what it takes from beside it: they may check."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] in ("tests", "test")):
            names.update(alias.asname or alias.name for alias in node.names)
    return names


def is_hollow(test, helpers):
    """Whether nothing in a test function can make it red, whatever it is that the program gives."""
    return not any(_can_fail(node, helpers) for node in _reached(test.body))


def _reached(statements):
    """All nodes below some statements but those whose failure is swallowed, or that are never come to."""
    for statement in statements:
        if isinstance(statement, (ast.Try, getattr(ast, "TryStar", ast.Try))):
            swallowed = any(map(_swallows, statement.handlers)) or any(isinstance(node, ast.Return) for node in statement.finalbody)
            yield from () if swallowed else _reached(statement.body)
            for handler in statement.handlers:
                yield from _reached(handler.body)
            yield from _reached(statement.orelse + statement.finalbody)
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            for item in statement.items:
                yield from ast.walk(item.context_expr)
            yield from () if any(map(_suppresses, statement.items)) else _reached(statement.body)
        elif isinstance(statement, (ast.If, ast.For, ast.AsyncFor, ast.While, *_FUNCTIONS)):
            never = isinstance(statement, (ast.If, ast.While)) and isinstance(statement.test, ast.Constant) and not statement.test.value
            yield from () if never else _reached(statement.body)
            yield from _reached(getattr(statement, "orelse", []))
        else:
            yield from ast.walk(statement)
        if isinstance(statement, ast.Return):
            return


def _swallows(handler):
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or _last(kind) in _EVERYTHING for kind in caught) and not any(_is_used(node, handler.name) for node in handler.body)


def _is_used(statement, error):
    """Whether a handler does something with what it caught: raises, checks, keeps it. Printing it is nothing."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and _last(statement.value.func) == "print":
        return False
    return any(
        isinstance(node, (ast.Raise, ast.Assert))
        or (isinstance(node, ast.Name) and error is not None and node.id == error)
        or (isinstance(node, ast.Call) and _CHECKS.search(_last(node.func)))
        for node in ast.walk(statement))


def _suppresses(item):
    call = item.context_expr
    return isinstance(call, ast.Call) and _last(call.func) == "suppress" and any(_last(kind) in _EVERYTHING for kind in call.args)


def _can_fail(node, helpers):
    if isinstance(node, ast.Raise):
        return True
    if isinstance(node, ast.Assert):
        # `assert (x == 1, "message")` is always true.
        return _depends(node.test) and not (isinstance(node.test, ast.Tuple) and node.test.elts)
    if not isinstance(node, ast.Call):
        return False
    name = _last(node.func)
    if name in ("fail", "exit") or name in helpers or any(keyword.arg == "check" for keyword in node.keywords):
        return True
    on_self = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.value.id == "self"
    if _CHECKS.search(name):
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        same = len(node.args) > 1 and ast.dump(node.args[0]) == ast.dump(node.args[1])
        # mock.assert_called_once() has no argument, but a subject.
        return not same and (any(map(_depends, values)) or not values)
    return on_self


def _depends(value):
    """Whether a value depends on anything: `1 == 1`, `x == x` and `x or True` don't."""
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        return not any(isinstance(part, ast.Constant) and part.value for part in value.values) and any(map(_depends, value.values))
    if isinstance(value, ast.Compare) and len(value.ops) == 1 and isinstance(value.ops[0], (ast.Eq, ast.Is, ast.LtE, ast.GtE)) and ast.dump(value.left) == ast.dump(value.comparators[0]):
        return False
    return any(isinstance(node, (ast.Name, ast.Call)) for node in ast.walk(value))


def _last(name):
    return name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
