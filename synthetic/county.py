"""Writes a county: the extracts of every source, the same census as COLLECT blocks, and the truth beside them."""

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from synthetic import LISTING, world
from synthetic.extracts import (
    attainment,
    attendance_daily,
    census_collect,
    census_xml,
    cin_census,
    concerns,
    deprivation,
    early_years_census,
    family_matters,
    front_door,
    huddles,
    nccis,
    not_in_school,
    police_notifications,
    register,
    responses,
    sen2,
    synergy,
    tool_users,
    truth,
)
from synthetic.sizes import SIZES

AS_OF_DATE = dt.date(2026, 6, 26)
OUTPUTS = ("extracts", "extracts_collect", "extracts_next_day", "truth")


@dataclass(frozen=True)
class County:
    """What was written: the content of county.json."""

    seed: int
    size: str
    clean: bool
    as_of_date: str
    children: int
    children_in_scope: int
    schools: int
    files: int


def write(
    out: Path,
    size: str,
    seed: int,
    clean: bool = False,
    progress: Callable[[str], None] | None = None,
    threads: int | None = None,
    as_of: dt.date = AS_OF_DATE,
) -> County:
    """Write a county of `size` (hamlet, demo or county) into `out`; the same arguments give the same bytes.

    `clean` leaves out every mistake and every change later than the last return, so that what can be computed from the
    extracts is the truth. `as_of` is the day the extracts were made: the same county of an earlier day has the same
    children, with what was known of them then, but for about one in twenty-five who has another UPN, and for some marks
    that are drawn anew. `progress` is called with the name of each step as it begins; `threads` limits DuckDB and
    changes no byte. A county that lies in `out` is replaced; a folder with anything else in it raises FileExistsError,
    an unknown size or a day before the county's second school year ValueError.
    """
    if size not in SIZES:
        raise ValueError(f"There is no size '{size}': choose one of {', '.join(SIZES)}.")
    if not (earliest := dt.date(SIZES[size].first_year + 1, 9, 1)) <= as_of <= AS_OF_DATE:
        raise ValueError(f"The {size} is known from {earliest} to {AS_OF_DATE}: choose a day between them.")
    out = Path(out)
    report = progress or (lambda step: None)
    _make_room(out)
    connection = world.build(SIZES[size], seed, as_of, clean, report, threads)
    extracts, collect, next_day = out / "extracts", out / "extracts_collect", out / "extracts_next_day"
    census, marks = "school_census", "attendance_daily"
    steps: list[tuple[str, Path, Callable[..., list[Path]], list[Any]]] = [
        ("Synergy", extracts / "synergy", synergy.write, [as_of]),
        ("school register", extracts / "school_register", register.write, [as_of]),
        ("deprivation", extracts / "deprivation", deprivation.write, []),
        ("attainment", extracts / "attainment", attainment.write, []),
        ("Family Matters", extracts / "family_matters", family_matters.write, [as_of]),
        ("responses", extracts / "responses", responses.write, [as_of]),
        ("huddles", extracts / "huddles", huddles.write, [as_of]),
        ("front door", extracts / "front_door", front_door.write, [as_of]),
        ("NCCIS", extracts / "nccis", nccis.write, [as_of]),
        ("CIN census", extracts / "cin_census", cin_census.write, []),
        ("SEN2", extracts / "sen2", sen2.write, [as_of]),
        ("Early Years Census", extracts / "early_years_census", early_years_census.write, []),
        ("children not in school", extracts / "not_in_school", not_in_school.write, [as_of]),
        ("police notifications", extracts / "police_notifications", police_notifications.write, [as_of]),
        ("safeguarding concerns", extracts / "concerns", concerns.write, [as_of]),
        ("users of the tool", extracts / "tool_users", tool_users.write, [as_of]),
        ("daily attendance", extracts / marks, attendance_daily.write, []),
        ("daily attendance of the next day", next_day / marks, attendance_daily.write, [True]),
        ("School Census (XML)", extracts / census, census_xml.write, []),
        ("School Census (COLLECT)", collect / census, census_collect.write, []),
        ("truth", out / "truth", truth.write, []),
    ]
    files = 0
    for name, folder, write_files, arguments in steps:
        report(name)
        folder.mkdir(parents=True)
        files += len(write_files(connection, folder, *arguments))
    _list_files(out, [extracts, collect, next_day])

    ((children, in_scope, schools),) = connection.execute(
        """
        select
            (select count(*) from child), (select count(distinct child_n) from in_scope), (select count(*) from school)
        """
    ).fetchall()
    connection.close()
    county = County(seed, size, clean, as_of.isoformat(), children, in_scope, schools, files)
    (out / "county.json").write_text(json.dumps(asdict(county), indent=2) + "\n", encoding="utf-8")
    return county


def _list_files(out: Path, folders: list[Path]) -> None:
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    digests = (hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    lines = (f"{digest}  {path.relative_to(out)}\n" for digest, path in zip(digests, files, strict=True))
    (out / LISTING).write_text("".join(lines), encoding="utf-8")


def _make_room(out: Path) -> None:
    if out.exists() and any(out.iterdir()) and not (out / "county.json").exists():
        raise FileExistsError(
            f"{out} holds something that is not a county: choose an empty or a new folder with --out."
        )
    for folder in OUTPUTS:
        shutil.rmtree(out / folder, ignore_errors=True)
    for file in ("county.json", LISTING):
        (out / file).unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
