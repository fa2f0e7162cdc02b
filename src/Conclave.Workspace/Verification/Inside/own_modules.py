"""The modules of one directory as they were before anything of the project ran, whatever is written to their files or to sys.modules afterwards.

The packages around the directory are empty: their __init__.py belong to others.
"""

import os
import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec

__unittest = True  # tracebacks leave out our frames


class OwnModules(MetaPathFinder, Loader):
    """Reads them all at once, and loads them from memory: as `tests.acceptance.helper`, `acceptance.helper` and, unless Python has such a module, `helper`."""

    def __init__(self, directory, project):
        self.modules = {}  # name -> path, source or None, whether it is a package
        self.executed = []
        names = os.path.relpath(directory, project).split(os.sep)
        for depth in range(1, len(names)):
            self.modules[".".join(names[:depth])] = (os.path.join(project, *names[:depth]), None, True)
        for place, directories, files in os.walk(directory):
            directories.sort()
            package = ".".join(os.path.relpath(place, project).split(os.sep))
            self.modules[package] = (place, None, True)
            for file in sorted(files):
                if file.endswith(".py"):
                    path = os.path.join(place, file)
                    with open(path, "rb") as source:
                        is_package = file == "__init__.py"
                        self.modules[package if is_package else f"{package}.{file[:-3]}"] = (path, source.read(), is_package)
        self.package = package_of = ".".join(names)
        taken = getattr(sys, "stdlib_module_names", sys.builtin_module_names)
        for name, found in list(self.modules.items()):
            if name.startswith(package_of):
                self.modules.setdefault(name[len(package_of) - len(names[-1]):], found)
            bare = name.rpartition(".")[2]
            if not found[2] and bare not in taken:
                self.modules.setdefault(bare, found)

    def find_spec(self, name, path=None, target=None):
        """As importlib asks for it."""
        if name not in self.modules:
            return None
        file, source, is_package = self.modules[name]
        spec = ModuleSpec(name, self, origin=None if source is None else file, is_package=is_package)
        if is_package:
            spec.submodule_search_locations = [file if source is None else os.path.dirname(file)]
        spec.has_location = source is not None
        return spec

    def exec_module(self, module):
        """As importlib asks for it."""
        file, source, _ = self.modules[module.__spec__.name]
        self.executed.append(module)
        if source is not None:
            exec(compile(source, file, "exec", dont_inherit=True), module.__dict__)

    def load(self, name):
        """A module that surely is our own."""
        module = sys.modules.get(name)
        if self.is_own(module):
            return module
        parent, _, last = name.rpartition(".")
        if parent:
            import_module(parent)
        module = module_from_spec(self.find_spec(name))
        sys.modules[name] = module
        self.exec_module(module)
        if parent:
            setattr(sys.modules[parent], last, module)
        return module

    def replaced(self):
        """The first of the modules that stands for something else by now; None when all are as they were."""
        return next((name for name in self.modules if name.startswith(self.package) and name in sys.modules and not self.is_own(sys.modules[name])), None)

    def is_own(self, module):
        """Whether it was loaded here."""
        return any(module is own for own in self.executed)
