"""Great Expectations as this project imports it: without scipy.stats, a third of its import, until somebody uses it."""

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from typing import Any


def great_expectations() -> Any:
    """The module. What it takes from scipy.stats (distributions) no rule here asks for."""
    _when_used("scipy.stats")
    import great_expectations

    return great_expectations


def _when_used(name: str) -> None:
    """Have a module be imported by whoever first looks into it, in place of whoever first names it."""
    package, _, own_name = name.rpartition(".")
    if name in sys.modules or (spec := find_spec(name)) is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    setattr(sys.modules[package], own_name, module)
