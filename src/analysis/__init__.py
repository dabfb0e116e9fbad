"""Comparative reading of a handful of texts: corpus, terms, concepts, problems and remedies.

The public names stand in ``__init__.pyi``, each with the module that it comes from. A module, and
with it pandas, scipy, nltk or scikit-learn, is loaded when a name of it is first used.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


class _Package(ModuleType):
    """Keeps a function that is named as its module is, such as ``analysis.similarity``.

    Whoever imports a module of a package makes Python set the package's attribute of that
    name, which would hide the function.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
