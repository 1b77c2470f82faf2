"""The contracts of the sources: what a delivery must look like, read from contracts/<source>/<version>.yml."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from expectations.council import overlay

LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""With libyaml they are read six times as fast: each build, and each process that reads files, reads all of them."""

Type = Literal["text", "date", "integer", "number", "boolean", "upn", "uln", "code"]
Scheme = Literal["upn", "pseudonym", "none"]
ITSELF = "."
"""The path, within an element that repeats, of its own text."""

OnError = Literal["quarantine", "set_aside"]
"""What a wrong value does: the row goes to quarantine, or lives without the value, which is counted and told."""


class Strict(BaseModel):
    """A mistyped word in a contract is an error, never silently without effect; a loaded contract never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Strict):
    """One raw column: where it comes from and what its values must be."""

    name: str
    aliases: tuple[str, ...] = ()
    path: str | tuple[str, ...] = ()
    type: Type = "text"
    required: bool = False
    codes: str | None = Field(None, pattern=r"^ref_\w+\.\w+(\[\w+=\w+\])?$")
    pattern: str | None = None
    min: float | None = None
    max: float | None = None
    pii: Literal["direct", "indirect"] | None = None
    first_of_aliases: bool = False
    derive: tuple[str, ...] = ()
    on_error: OnError = "quarantine"

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.path,) if isinstance(self.path, str) else self.path

    @model_validator(mode="after")
    def _code_needs_a_set(self) -> "Column":
        if self.type == "code" and self.codes is None:
            raise ValueError(f"column {self.name}: type code needs codes: <seed>.<column>")
        return self

    @model_validator(mode="after")
    def _required_cannot_be_set_aside(self) -> "Column":
        if self.required and self.on_error == "set_aside":
            raise ValueError(f"column {self.name}: what is required cannot be set aside")
        return self


class Record(Strict):
    """An XML element that repeats within a pupil and makes a row, with what its place says about it."""

    path: str
    values: dict[str, str] = {}
    ordinal: str | None = None


class Reference(Strict):
    """Columns whose values name a row of another table of the source, there called `to` (default: the same names)."""

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...] = ()


class Table(Strict):
    """One raw table of the source: its columns, its key, and the headings that are known but not loaded.

    A row with a value that is `forbidden` (a regular expression for the whole value, by column) is kept nowhere.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    ignored: tuple[str, ...] = ()
    forbidden: dict[str, str] = {}
    min_rows: int = 0
    sheet: str | None = None
    records: tuple[Record, ...] = ()

    @model_validator(mode="after")
    def _key_exists(self) -> "Table":
        unknown = {*self.key, *self.forbidden} - {column.name for column in self.columns}
        unknown |= {name for reference in self.references for name in reference.columns} - {
            column.name for column in self.columns
        }
        if unknown:
            raise ValueError(
                f"table {self.name}: key, references or forbidden name no column {', '.join(sorted(unknown))}"
            )
        needed = {*self.key, *(name for reference in self.references for name in reference.columns)}
        if lost := needed & {column.name for column in self.set_aside}:
            raise ValueError(f"table {self.name}: a key or reference cannot be set aside: {', '.join(sorted(lost))}")
        return self

    @property
    def set_aside(self) -> tuple[Column, ...]:
        """The columns whose wrong values are set aside, so that their rows live."""
        return tuple(column for column in self.columns if column.on_error == "set_aside")

    def column(self, name: str) -> Column:
        """The column of that name; StopIteration if there is none."""
        return next(column for column in self.columns if column.name == name)


class File(Strict):
    """One kind of file: its name, the table it fills, and the values that its name states."""

    kind: str
    name: str | tuple[str, ...]
    table: str | None = None
    values: dict[str, str] = {}
    part: str | None = None
    extract_date: str | None = None
    days: str | None = None
    min_rows: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,) if isinstance(self.name, str) else self.name


class Periods(Strict):
    """The census terms a version was made for, '2020-autumn' form, both ends included, None = open."""

    first: str | None = None
    last: str | None = None


class Contract(Strict):
    """One kind of delivery of one source; `name` is '<source>/<version>'."""

    name: str
    source: str
    title: str
    format: Literal["csv", "xml", "xlsx"]
    identifier_scheme: Scheme
    covers: Literal["extract_date", "census", "academic_year", "calendar_year", "days", "month", "year"]
    files: tuple[File, ...]
    tables: dict[str, Table]
    tolerances: dict[str, float] = {}
    encodings: tuple[Literal["utf-8", "cp1252"], ...] = ("utf-8",)
    delimiter: str = ","
    periods: Periods = Periods()
    first_row: dict[str, str] = {}
    pupils: dict[str, dict[str, str]] = {}
    return_id: str | None = None
    doctype: str | None = Field(None, pattern=r"^[\w\\{}]+$")
    ignored: tuple[str, ...] = ()
    undeclared: Literal["reject", "warn"] = "reject"
    version: str = ""
    take: str | None = None

    @property
    def declared_in(self) -> str:
        """The file that declares it; a variant stands in that of its version."""
        return f"expectations/contracts/{self.source}/{self.version}.yml"

    @model_validator(mode="after")
    def _what_is_undeclared_of_persons_is_rejected(self) -> "Contract":
        columns = [column for table in self.tables.values() for column in table.columns]
        if self.undeclared == "warn" and (self.format == "xml" or any(column.pii for column in columns)):
            raise ValueError("undeclared: warn is for published tables that tell of no person")
        return self

    @model_validator(mode="after")
    def _files_fill_declared_tables(self) -> "Contract":
        for file in self.files:
            if file.table is not None and f"{self.source}__{file.table}" not in self.tables:
                raise ValueError(f"file kind {file.kind} fills the undeclared table {file.table}")
            if self.format == "csv" and file.table is None:
                raise ValueError(f"file kind {file.kind} of a CSV contract needs a table")
            if self.format != "csv" and any(table.forbidden for table in self.tables.values()):
                raise ValueError("forbidden: rows are left out of CSV alone")
            if (self.covers == "days") != (file.days is not None):
                raise ValueError(f"file kind {file.kind} names its column of days if, and only if, it covers days")
        return self


class ContractError(ValueError):
    """A contract that cannot be read; the message names the file and what to correct."""


@cache
def load_contracts(folder: Path | None = None) -> list[Contract]:
    """Every contract of every source, in order of name; those of `folder`, else those that hold here.

    Raises ContractError on the first that is wrong.
    """
    paths = sorted((folder or overlay.contracts()).glob("*/*.yml"))
    return [contract for path in paths for contract in _contracts_of(path)]


def contract_named(name: str) -> Contract:
    """The contract called '<source>/<version>'."""
    return next(contract for contract in load_contracts() if contract.name == name)


def sources() -> list[str]:
    """The sources that have a contract."""
    return sorted({contract.source for contract in load_contracts()})


def raw_columns() -> dict[str, list[str]]:
    """The columns of every raw table '<source>__<table>': what all versions of its contract name, in their order."""
    columns: dict[str, list[str]] = {}
    for contract in load_contracts():
        for table_name, table in contract.tables.items():
            known = columns.setdefault(table_name, [])
            known.extend(column.name for column in table.columns if column.name not in known)
    return columns


def _contracts_of(path: Path) -> Iterator[Contract]:
    """The contract of a file and its variants; a name that begins with _ is a base for others and yields none."""
    if path.stem.startswith("_"):
        return
    document = _document(path)
    variants = document.pop("variants", None) or {}
    yield _contract(path, path.stem, document)
    for variant, differences in variants.items():
        yield _contract(path, f"{path.stem}_{variant}", overlay.merged(document, differences))


def _document(path: Path) -> dict[str, Any]:
    """The YAML of a contract laid over that of the version it extends."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), LOADER)
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: not readable as YAML ({error})") from None
    if not isinstance(document, dict):
        raise ContractError(f"{path}: a contract is a mapping that begins with title")
    document.pop("shared", None)  # a place for YAML anchors, nothing by itself
    council = document.pop("council", {})
    base = document.pop("extends", None)
    if base is not None:
        base_path = path.with_name(f"{base}.yml")
        if not base_path.exists():
            raise ContractError(f"{path}: extends {base}, but {base_path.name} is not beside it")
        document = overlay.merged(_document(base_path), document)
    return overlay.merged(document, council, overlay.ADD_UP)


def _contract(path: Path, version: str, document: dict[str, Any]) -> Contract:
    """A document with its mappings turned into the named lists of the model, and validated."""
    source = path.parent.name
    try:
        tables = {
            f"{source}__{name}": {
                **table,
                "name": name,
                "columns": [{"name": column, **(rules or {})} for column, rules in table["columns"].items()],
            }
            for name, table in document.get("tables", {}).items()
        }
        files = [{"kind": kind, **file} for kind, file in document.get("files", {}).items()]
        content = {**document, "tables": tables, "files": files}
        return Contract(**content, name=f"{source}/{version}", source=source, version=path.stem)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in error.errors())
        raise ContractError(f"{path} ({version}): {problems}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise ContractError(f"{path} ({version}): tables and files are mappings by name ({error})") from None
