"""Everything lies where the house says: what tests stand on, guides by readers, descriptions where they are used."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.build import dbt
from orchestration.settings import PROJECT

TESTS = PROJECT / "tests"
KINDS_OF_TESTS = {"unit", "pipeline", "faults", "dashboard", "clients", "spark", "browser", "dbt"}
SHARED = PROJECT / "models" / "docs" / "columns.md"
NAMED = re.compile(r"\{\{ doc\('(\w+)'\) \}\}")


def modules_of_tests() -> Iterator[Path]:
    return (path for path in sorted(TESTS.rglob("*.py")) if "support" not in path.relative_to(TESTS).parts)


def test_tests_lie_by_kind_and_what_they_stand_on_beside_them() -> None:
    folders = {path.name for path in TESTS.iterdir() if path.is_dir() and any(path.rglob("*.*"))} - {"__pycache__"}
    assert folders <= KINDS_OF_TESTS | {"support"}
    assert [str(path) for path in modules_of_tests() if not re.fullmatch(r"test_\w+|conftest", path.stem)] == []


def test_nobody_borrows_from_a_test_or_a_conftest() -> None:
    """What two files need is no test's own: it goes to tests/support."""
    borrowed = [
        f"{path.relative_to(PROJECT)} imports {module}"
        for folder in ("tests", "benchmarks")
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for module in imported(path)
        if module.startswith("tests.") and not re.match(r"tests\.support\b", module)
    ]
    assert borrowed == []


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, and every name from one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            before = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            yield from (f"{before}{alias.name}" for alias in node.names)


def test_conftests_hold_fixtures_and_hooks() -> None:
    """A class, or a function of fifteen lines, is something to stand on."""
    wrong = [
        f"{path.relative_to(PROJECT)}: {node.name}"
        for path in sorted(TESTS.rglob("conftest.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
        or (isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 15)
    ]
    assert wrong == []


def test_a_guide_lies_with_its_readers() -> None:
    """That each folder is a heading of the index, and each page below it, test_documentation asks."""
    assert {path.name for path in (PROJECT / "docs").glob("*.*")} == {"index.md", "reliability.md", "performance.md"}


def test_what_one_thing_is_called_by_stands_in_its_own_yml() -> None:
    """Only what several columns share is a block of its own."""
    blocks = [block for block in dbt.manifest()["docs"].values() if block["package_name"] == "early_help"]
    used = Counter(
        name
        for folder in ("models", "snapshots", "seeds", "macros")
        for path in (PROJECT / folder).rglob("*.yml")
        for name in NAMED.findall(path.read_text())
    )
    assert {PROJECT / block["original_file_path"] for block in blocks} == {SHARED}
    assert sorted(block["name"] for block in blocks if used[block["name"]] < 2) == []


@pytest.mark.parametrize("folder", ["world", "truth", "cases", "mistakes"])
def test_the_steps_of_the_invented_county_are_numbered_in_the_order_in_which_they_run(folder: str) -> None:
    steps = sorted(path.stem for path in (PROJECT / "synthetic" / folder).glob("*"))
    numbers = [int(step.split("_")[0]) for step in steps]
    assert numbers == list(range(1, len(steps) + 1)) and len(steps) > 1


def test_contributing_names_every_folder() -> None:
    (table,) = re.findall(
        r"^\| folder \|.*?(?=^$)", (PROJECT / "CONTRIBUTING.md").read_text(), re.MULTILINE | re.DOTALL
    )
    named = set(re.findall(r"^\| `(\w+)/", table, re.MULTILINE))
    ignored = set(re.findall(r"^(\w+)/$", (PROJECT / ".gitignore").read_text(), re.MULTILINE))
    there = {path.name for path in PROJECT.iterdir() if path.is_dir() and re.match(r"[a-z]", path.name)}
    assert there - ignored - {path for path in there if path.endswith(".egg-info")} == named
