"""The files of our own that a Python module needs for its work: found by its imports, so that no list need be kept.

A name of a module in quotes counts as an import, for processes are started by it; so do all modules of a package whose
name stands there with a point behind it, for one of them is chosen at work.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from orchestration.settings import PROJECT


def reachable_files(begins: Iterable[Path]) -> set[Path]:
    """Python files, with every module and package of the project that they import, at whatever depth.

    With a package come the files in it that are no Python: its SQL, contracts, parameters.
    """
    found: set[Path] = set()
    upcoming = list(begins)
    while upcoming:
        file = upcoming.pop()
        if file not in found:
            found.add(file)
            upcoming += (module for name in _named(file) for module in _modules(name))
    return found.union(*(_beside(folder) for folder in {file.parent for file in found if _is_package(file.parent)}))


def _named(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            yield node.value


def _modules(name: str) -> Iterator[Path]:
    """The file of a module of the project, with those of the packages it lies in; nothing for any other name."""
    parts = name.removesuffix(".").split(".")
    if not all(part.isidentifier() for part in parts) or not _is_package(PROJECT / parts[0]):
        return
    for depth in range(1, len(parts) + 1):
        path = PROJECT.joinpath(*parts[:depth])
        file = path / "__init__.py" if _is_package(path) else path.with_suffix(".py")
        if file.is_file():
            yield file
    if name.endswith("."):
        yield from PROJECT.joinpath(*parts).glob("*.py")


def _beside(package: Path) -> set[Path]:
    """The files of a package that are no Python; those of packages in it are theirs."""
    files = (path for path in package.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"})
    return {path for path in files if next(folder for folder in path.parents if _is_package(folder)) == package}


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()
