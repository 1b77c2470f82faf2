"""Writes what a new source begins with, whole enough to build at once, with `FILL IN` where only a person knows.

Everything is made and looked at before anything is written: either all of it is there afterwards, or nothing.
"""

import csv
import io
import re
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from expectations.contract.model import Contract, load_contracts
from orchestration.settings import Limits
from orchestration.sources import invented, staging_models, suite, wrong_deliveries
from orchestration.sources.proposal import FILL_IN, TITLE, ProposedTable, contract_yaml, proposal, table_name
from orchestration.sources.table import opened

HEADINGS = "Record Ref,UPN,DOB,DfE Number,Date"
"""What a source begins with that nobody has a file of: a record of a child, at a school, on a day."""


class SourceProblem(ValueError):
    """Why nothing was written, in words for whoever asked."""


@dataclass(frozen=True)
class Begun:
    """What was written, and which files that were there were added to, by their place in the project."""

    written: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class _Form:
    """The tables of all files that a source is begun of, and the form they have in common."""

    format: str
    delimiter: str
    encodings: tuple[str, ...]
    tables: list[ProposedTable]


def begin(project: Path, name: str, files: list[Path], limits: Limits, trust_headings: bool = False) -> Begun:
    """Write a new source, its tables as the files have them, or as `HEADINGS` where there is none.

    Raises SourceProblem where it cannot be, and DeliveryProblem for a file that no reader reads.
    """
    if not re.fullmatch(r"[a-z]+[0-9]*(_[a-z]+[0-9]*)*", name):
        raise SourceProblem(
            f"{name!r} is no name of a source: small letters, digits after them, words joined by one underscore"
        )
    if (project / "expectations" / "contracts" / name).exists():
        raise SourceProblem(f"{name} has a contract already: earlyhelp source check {name} says what it lacks")
    form = _form(files, limits, trust_headings)
    text = contract_yaml(
        name, TITLE, form.format, form.delimiter, form.encodings, form.tables, suite.tolerances(form.tables)
    )
    contract = _read(name, text)
    new = {
        f"expectations/contracts/{name}/v1.yml": text,
        f"expectations/suites/{name}.py": suite.suite_py(name, f"{name}: {FILL_IN}", form.tables),
        f"models/staging/{name}/_{name}__sources.yml": staging_models.sources_yml(contract),
        f"synthetic/extracts/{name}.py": invented.extract_py(contract),
        f"tests/faults/test_deliveries_{name}.py": wrong_deliveries.tests_py(contract),
    }
    for table in contract.tables.values():
        new[f"models/staging/{name}/stg_{name}__{table.name}.sql"] = staging_models.model_sql(contract, table)
        new[f"models/staging/{name}/stg_{name}__{table.name}.yml"] = staging_models.model_yml(contract, table)
    called = name.replace("_", " ")
    changed = {
        "seeds/reference/ref_source.csv": _with_source(project, contract),
        "seeds/reference/ref_source_audience.csv": _with_levels(project, name),
        "synthetic/county.py": _with_step(project, name),
        "docs/operators/sources.md": _with_row(
            project, "docs/operators/sources.md", f"| {called} | {contract.format.upper()}: {FILL_IN} | `{name}/` |"
        ),
        "docs/governance/impact-assessment.md": _with_row(
            project,
            "docs/governance/impact-assessment.md",
            f"| {called} | {FILL_IN}: whom it is about | {FILL_IN}: what is of special concern | {FILL_IN}: what for |",
        ),
    }
    for path, content in (new | changed).items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(content, encoding="utf-8")
    return Begun(tuple(new), tuple(changed))


def _form(files: list[Path], limits: Limits, trust_headings: bool) -> _Form:
    if not files:
        with TemporaryDirectory() as folder:
            example = Path(folder) / "example.csv"
            example.write_text(HEADINGS + "\n", encoding="utf-8")
            return _form([example], limits, trust_headings)
    forms = []
    for file in files:
        with opened(file, limits, trust_headings) as found:
            called = (
                table_name(re.split(r"[^A-Za-z]+", file.stem.strip("0123456789-_ "))[-1]) if len(files) > 1 else None
            )
            read = ("utf-8", "cp1252") if found.encoding == "cp1252" else ("utf-8",)
            forms.append(_Form(found.format, found.delimiter, read, proposal(found, called)))
    tables = [table for form in forms for table in form.tables]
    if len({(form.format, form.delimiter) for form in forms}) > 1 or (forms[0].format == "xlsx" and len(forms) > 1):
        raise SourceProblem(
            "the files are of several forms: begin with CSV files of one separator, or with one workbook"
        )
    if len({table.name for table in tables}) < len(tables):
        raise SourceProblem("two files would be one table: name them by what they hold, as export_people.csv")
    empty = [table.name for table in tables if not table.taken]
    if empty:
        raise SourceProblem(f"no column of {', '.join(empty)} can be loaded: try the file first, earlyhelp source try")
    if len(forms) > 1:
        tables = [_referring(table, tables) for table in tables]
    encodings = max((form.encodings for form in forms), key=len)
    return _Form(forms[0].format, forms[0].delimiter, encodings, tables)


def _referring(table: ProposedTable, tables: list[ProposedTable]) -> ProposedTable:
    """With the first column that is the key of another file: by its name, for the files lie in no one database."""
    for other in tables:
        if other is not table and len(other.key) == 1 and table.key != other.key and table.has(*other.key):
            evidence = f"it is headed like the key of {other.name}; the values were not compared"
            return replace(table, references=((other.key[0], other.name, evidence),))
    return table


def _read(name: str, text: str) -> Contract:
    """The contract as it will be read. Raises ContractError, which would be a fault of ours."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / name / "v1.yml"
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
        return load_contracts(Path(folder))[0]


def _with_source(project: Path, contract: Contract) -> str:
    """ref_source with a row more. What nobody can know stays empty, and `source check` asks for it."""
    path = project / "seeds/reference/ref_source.csv"
    text = path.read_text(encoding="utf-8")
    headings = next(csv.reader([text.splitlines()[0]]))
    names = {column.name for table in contract.tables.values() for column in table.columns}
    known = {
        "source": contract.source,
        "source_name": f"{FILL_IN}: the name that professionals know it by",
        "names_schools": str("school_id" in names).lower(),
        "is_known_to_school": "false",
        "rhythm": "rarely",
        "description": f"{FILL_IN}: what it knows; and how often it comes",
        # Until somebody has thought about it, it is what nobody may see.
        "class_code": "safeguarding",
        "purpose": f"{FILL_IN}: what it is for; and whether the class is right",
        "lawful_basis": f"{FILL_IN}: by what law it may be held for that",
    }
    return _with_line(text, [known.get(heading, "") for heading in headings])


def _with_levels(project: Path, name: str) -> str:
    """ref_source_audience with a row more, by which nobody sees anything of the source."""
    text = (project / "seeds/reference/ref_source_audience.csv").read_text(encoding="utf-8")
    headings = next(csv.reader([text.splitlines()[0]]))
    known = {"source": name, "reason": f"{FILL_IN}: who may see how much; and why"}
    return _with_line(text, [known.get(heading, "nothing") for heading in headings])


def _with_line(text: str, cells: list[str]) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow(cells)
    return text.rstrip("\n") + "\n" + row.getvalue()


def _with_step(project: Path, name: str) -> str:
    """synthetic/county.py, which writes the new extract before the truth."""
    text = (project / "synthetic/county.py").read_text(encoding="utf-8")
    imported = re.search(r"from synthetic\.extracts import \(\n((?:    \w+,\n)+)\)", text)
    step = re.search(r'^        \("truth", .*$', text, re.MULTILINE)
    if not imported or not step:
        raise SourceProblem("synthetic/county.py lists its extracts in another way than this command knows")
    listed = sorted([*imported[1].splitlines(), f"    {name},"])
    line = f'        ("{name.replace("_", " ")}", extracts / "{name}", {name}.write, [as_of]),\n'
    text = text[: step.start()] + line + text[step.start() :]
    return text.replace(imported[1], "\n".join(listed) + "\n", 1)


def _with_row(project: Path, page: str, row: str) -> str:
    """A page with a row more below its table of sources."""
    text = (project / page).read_text(encoding="utf-8")
    table = re.search(r"^\| source \|.*\n(?:\|.*\n)+", text, re.MULTILINE)
    if not table:
        raise SourceProblem(f"{page} has no table of sources")
    return text[: table.end()] + row + "\n" + text[table.end() :]
