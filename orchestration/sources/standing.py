"""How a source stands in the project: its contracts and what is written of it elsewhere, without dbt or a home."""

import ast
import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from expectations.contract.model import Contract, Table, load_contracts

MACRO = re.compile(r"\{%-? macro (\w+)\((.*?)\{%-? endmacro", re.DOTALL)
REF = re.compile(r"ref\(\s*['\"](\w+)['\"]")


@dataclass(frozen=True)
class Standing:
    """A source in a project. What is asked for is looked up once."""

    project: Path
    source: str

    @cached_property
    def contracts(self) -> list[Contract]:
        return [contract for contract in load_contracts() if contract.source == self.source]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables of the newest version that has each, by name."""
        return {table.name: table for contract in self.contracts for table in contract.tables.values()}

    def read(self, path: str) -> str:
        """The text of a file of the project; empty where there is none."""
        file = self.project / path
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def rows(self, seed: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self.read(f"seeds/reference/{seed}.csv").splitlines()))

    @cached_property
    def own_files(self) -> list[Path]:
        """The files that are about this source alone."""
        folders = [self.project / "expectations/contracts" / self.source, self.project / "models/staging" / self.source]
        files = [path for folder in folders for path in sorted(folder.glob("*.*"))]
        single = [
            f"expectations/suites/{self.source}.py",
            f"synthetic/extracts/{self.source}.py",
            f"tests/faults/test_deliveries_{self.source}.py",
        ]
        return [*files, *(self.project / path for path in single if (self.project / path).exists())]

    @cached_property
    def rows_elsewhere(self) -> dict[str, str]:
        """Its row in each page and seed that has one for every source; '' where it has none."""
        row = self.in_ref_source
        names = {self.source.replace("_", " "), (row or {}).get("source_name", self.source).casefold()}
        return {
            "docs/operators/sources.md": self._row_of(
                "docs/operators/sources.md", lambda cells: f"`{self.source}/`" in cells[-1]
            ),
            "docs/governance/impact-assessment.md": self._row_of(
                "docs/governance/impact-assessment.md", lambda cells: any(name in cells[0].casefold() for name in names)
            ),
        }

    @cached_property
    def in_ref_source(self) -> dict[str, str] | None:
        return next((row for row in self.rows("ref_source") if row["source"] == self.source), None)

    def _row_of(self, page: str, is_it: Callable[[list[str]], bool]) -> str:
        table = re.search(r"^\| source \|.*\n(?:\|.*\n)+", self.read(page), re.MULTILINE)
        for line in table[0].splitlines()[2:] if table else []:
            if is_it([cell.strip() for cell in line.strip("|").split("|")]):
                return line
        return ""

    @cached_property
    def staged_models(self) -> dict[str, str]:
        """The SQL of the models that read a raw table of it, by name, wherever in staging they lie."""
        reads = re.compile(rf"source\(\s*['\"]{self.source}['\"]\s*,")
        found = {
            path.stem: path.read_text(encoding="utf-8")
            for path in sorted((self.project / "models/staging").rglob("*.sql"))
        }
        return {name: sql for name, sql in found.items() if reads.search(sql)}

    def yml_of(self, model: str) -> Path | None:
        return next((self.project / "models").rglob(f"{model}.yml"), None)

    @cached_property
    def declared_tables(self) -> set[str]:
        """The raw tables that dbt is told of."""
        text = self.read(f"models/staging/{self.source}/_{self.source}__sources.yml")
        declared = (yaml.safe_load(text) or {}).get("sources", []) if text else []
        return {
            table["name"] for source in declared if source["name"] == self.source for table in source.get("tables", [])
        }

    @cached_property
    def _parents(self) -> dict[str, set[str]]:
        """Of each model and snapshot what it reads: by itself, by macros, and as linkage does, by a variable."""
        files = [path for folder in ("models", "snapshots") for path in (self.project / folder).rglob("*.*")]
        texts = {path.stem: path.read_text(encoding="utf-8") for path in files if path.suffix in (".sql", ".py")}
        people = {entry["people"] for entry in self.linkage_sources}
        parents: dict[str, set[str]] = {}
        for name, text in texts.items():
            parents[name] = set(REF.findall(text))
            parents[name] |= people if "linkage_sources" in text else set()
            for macro, refs in self._macros.items():
                parents[name] |= refs if re.search(rf"\b{macro}\(", text) else set()
        return parents

    @cached_property
    def _macros(self) -> dict[str, set[str]]:
        """The macros that read a model, with what they read."""
        texts = [path.read_text(encoding="utf-8") for path in (self.project / "macros").glob("*.sql")]
        bodies = [found for text in texts for found in MACRO.findall(text)]
        return {name: refs for name, body in bodies if (refs := set(REF.findall(body)))}

    @cached_property
    def linkage_sources(self) -> list[dict[str, str]]:
        project = yaml.safe_load(self.read("dbt_project.yml"))
        return list(project["vars"].get("linkage_sources", []))

    def readers(self, model: str) -> set[str]:
        return {name for name, parents in self._parents.items() if model in parents}

    def downstream(self, models: Iterable[str]) -> set[str]:
        """All that is made of these models."""
        found: set[str] = set()
        waiting = set(models)
        while waiting:
            new = self.readers(waiting.pop()) - found
            found |= new
            waiting |= new
        return found

    @cached_property
    def tests_of_deliveries(self) -> list[str]:
        """The tests of faults and gates that are about it: they name it, or call what does in their file."""
        files = [
            *(self.project / "tests/faults").glob("test_*.py"),
            *(self.project / "tests/unit").glob("test_gate_*.py"),
        ]
        return [name for file in sorted(files) for name in self._tests_in(file)]

    def _tests_in(self, file: Path) -> Iterator[str]:
        text = file.read_text(encoding="utf-8")
        if self.source not in text:
            return
        functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        named = re.compile(rf"(?<![a-z]){self.source}(?![a-z])")
        about = {
            node.name for node in functions if named.search(ast.unparse(node)) and not node.name.startswith("test_")
        }
        is_own = file.stem.endswith(f"_{self.source}")
        for node in functions:
            code = ast.unparse(node)
            if node.name.startswith("test_") and (
                is_own or named.search(code) or any(re.search(rf"\b{name}\(", code) for name in about)
            ):
                yield f"{file.name}::{node.name}"
