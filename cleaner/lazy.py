"""Names of a package that load with their module when first used."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["loads_from"]


def loads_from(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package whose names are in the modules that `homes` says; each is looked up once."""

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(homes[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
