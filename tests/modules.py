"""Load a module that is no part of the package: extensions of the book, tools."""

import importlib.util
import sys


def load_module(path):
    """Run the file as a module of its own name, as Sphinx or the command line would."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    # Data classes look their module up by its name.
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
