"""Finds the tests of parsed files, as unittest would if it imported them; nothing is imported here.

A test is certain when unittest runs it for sure: of a class at the top of the file, or inside an `if` or the like, that comes from unittest.TestCase by
ways that can be seen; or a bare function. Others may be tests: their class may come from anywhere, or be a mixin.
"""

import ast

from hollow_tests import helpers_of, is_hollow

CASES = {"TestCase", "IsolatedAsyncioTestCase"}


def find_tests(trees):
    """The tests of files (path to parsed tree): name without the module, path, whether it is certain, whether it is hollow."""
    files = {path: _File(tree) for path, tree in trees.items()}
    everywhere = {}
    for file in files.values():
        for name, node in file.all_classes:
            everywhere.setdefault(name.rsplit(".", 1)[-1], []).append((file, name, node))
    for path, file in files.items():
        for name, node in file.all_classes:
            methods, is_case = _members(file, node, everywhere, frozenset())
            certain = is_case and not file.decides_itself and file.top.get(name) is node
            for method, (owner, function) in sorted(methods.items(), key=lambda found: found[0]):
                yield f"{name}.{method}", path, certain, owner.is_hollow(function)
        for name, function in sorted(file.functions.items(), key=lambda found: found[0]):
            yield name, path, not file.decides_itself and name in file.top, file.is_hollow(function)


class _File:
    """The names of one file."""

    def __init__(self, tree):
        self.top = {}  # name at the end of the module -> class or function
        self.aliases = {}  # `from unittest import TestCase as T`
        self.all_classes = []
        self.functions = {}
        self.helpers = helpers_of(tree)
        self._walk(tree, "")
        self._statements(tree.body)
        self.decides_itself = "load_tests" in self.top

    def is_hollow(self, function):
        """Of a test that is no function of its own nothing is known."""
        return isinstance(function, _FUNCTIONS) and is_hollow(function, self.helpers)

    def _walk(self, node, prefix):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                self.all_classes.append((prefix + child.name, child))
                self._walk(child, f"{prefix}{child.name}.")
            elif isinstance(child, _FUNCTIONS):
                if child.name.startswith("test_") and not isinstance(node, ast.ClassDef):
                    self.functions[prefix + child.name] = child
                self._walk(child, f"{prefix}{child.name}.<locals>.")
            else:
                self._walk(child, prefix)

    def _statements(self, body):
        for node in body:
            if isinstance(node, (ast.ClassDef, *_FUNCTIONS)):
                self.top[node.name] = node
            elif isinstance(node, ast.Delete):
                for target in node.targets:
                    self.top.pop(getattr(target, "id", None), None)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.aliases.update({alias.asname: alias.name for alias in node.names if alias.asname})
            for inner in ("body", "orelse", "finalbody"):
                if isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
                    self._statements(getattr(node, inner, []))


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _members(file, node, everywhere, seen):
    """A class's test methods, inherited ones too, by their names, each with its file; and whether the class comes from unittest.TestCase."""
    methods, is_case = {}, False
    for base in node.bases:
        name = _last(base)
        name = file.aliases.get(name, name).rsplit(".", 1)[-1]
        candidates = everywhere.get(name, [])
        here = [found for found in candidates if found[0] is file]
        for other, _, parent in here or candidates:
            if parent not in seen and parent is not node:
                inherited, parent_is_case = _members(other, parent, everywhere, seen | {node})
                methods |= inherited
                is_case |= parent_is_case
        is_case |= name in CASES and not here  # whatever classes of that name others may have
    for child in node.body:
        if isinstance(child, _FUNCTIONS):
            names = [child.name]
        elif isinstance(child, ast.Assign):
            names = [target.id for target in child.targets if isinstance(target, ast.Name)]
            # `test_of_the_base = None` takes a test away.
            if isinstance(child.value, ast.Constant):
                for name in names:
                    methods.pop(name, None)
                names = []
        else:
            names = []
        methods.update((name, (file, child)) for name in names if name.startswith("test"))
    return methods, is_case


def _last(base):
    """`unittest.TestCase` -> TestCase; `Base[int]` -> Base."""
    if isinstance(base, ast.Subscript):
        base = base.value
    return base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
