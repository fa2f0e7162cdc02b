"""Notices when what decides about tests is not as it was."""

import builtins
import types

__unittest = True  # tracebacks leave out our frames

CODE = (types.FunctionType, types.BuiltinFunctionType, type, staticmethod, classmethod, property, types.MethodDescriptorType, types.WrapperDescriptorType)
USED = ("isinstance", "issubclass", "getattr", "callable", "type", "AssertionError", "BaseException", "Exception")


def guard(modules, *classes):
    """Takes down the code of modules, of their classes and of other classes; returns what names the first difference, or None."""
    own = {module.__name__ for module in modules}
    owners = [(module.__name__, module) for module in modules]
    owners += [(f"{value.__module__}.{value.__qualname__}", value) for module in modules for value in list(vars(module).values()) if isinstance(value, type) and value.__module__ in own]
    owners += [(f"{value.__module__}.{value.__qualname__}", value) for value in classes]

    def shape(value):
        function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
        if isinstance(function, types.FunctionType):
            return value, function.__code__, function.__defaults__, function.__kwdefaults__
        return (value,)

    def code(owner):
        return {name: shape(value) for name, value in list(vars(owner).items()) if isinstance(value, CODE)}

    def same(left, right):
        return right is not None and len(left) == len(right) and all(one is other for one, other in zip(left, right))

    def added(owner, before, now):
        # What a class answers to by itself, or what our own class did not have.
        return next((name for name in now if name not in before and isinstance(owner, type) and (owner in classes or name in ("__getattribute__", "__getattr__", "__call__", "__setattr__"))), None)

    before = [(name, owner, code(owner)) for name, owner in owners]
    basics = {name: getattr(builtins, name) for name in USED}
    read = vars

    def difference():
        for title, owner, old in before:
            now = code(owner)
            changed = next((name for name, value in old.items() if not same(value, now.get(name))), None) or added(owner, old, now)
            if changed:
                return f"{title}.{changed}"
        return next((f"builtins.{name}" for name, value in basics.items() if read(builtins).get(name) is not value), None)

    return difference
