"""The project: folders and files as Power BI Desktop opens them (`.pbip`)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.bi import semantics
from orchestration.bi.names import uuid
from orchestration.bi.power_bi import tmdl
from orchestration.bi.screens import screens
from orchestration.bi.semantics import Column
from orchestration.build import relations

NAME = "EarlyHelp"
STAR = (
    "dim_area", "dim_child", "dim_date", "dim_flag", "dim_pyramid", "dim_school", "dim_zone",
    "fct_attendance_period", "fct_enrolment", "fct_exclusion", "fct_flag_assessment", "fct_post16_activity",
    "fct_referral", "fct_response", "fct_school_move", "fct_september_guarantee",
)  # fmt: skip
"""Of the star: what marts and facts are cut by, and the facts of which analysts ask most."""
RELEASE = (
    Column("release_id", "string", "The release that is read.", False),
    Column("as_of_date", "date", "The day the release speaks of.", False),
    Column("published_at", "timestamp", "When it was written, UTC.", False),
)


@dataclass(frozen=True)
class Project:
    """How much a project holds."""

    tables: int
    measures: int
    relations: int


def write(out: Path, parquet: str) -> Project:
    """Write the project into a new folder; `parquet` is the release's folder of Parquet as Power BI sees it.

    Raises FileExistsError if the folder exists.
    """
    out.mkdir(parents=True)
    made = dict(_files(parquet))
    for name, text in made.items():
        file = out / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    tables = [name for name in made if "/tables/" in name]
    measures = sum(text.count("\n\tmeasure ") for name, text in made.items() if "/tables/" in name)
    return Project(
        len(tables), measures, made[f"{NAME}.SemanticModel/definition/relationships.tmdl"].count("fromColumn")
    )


def _files(parquet: str) -> Iterator[tuple[str, str]]:
    model, report = f"{NAME}.SemanticModel", f"{NAME}.Report"
    marts = semantics.marts({name for screen in screens() for name in screen.marts})
    joins = relations.among({*STAR, *marts})
    yield f"{NAME}.pbip", _json({"version": "1.0", "artifacts": [{"report": {"path": report}}], "settings": {}})
    yield f"{model}/definition.pbism", _json({"version": "4.2", "settings": {}})
    yield f"{model}/.platform", _platform("SemanticModel")
    yield f"{model}/definition/database.tmdl", tmdl.database()
    yield f"{model}/definition/model.tmdl", tmdl.model(sorted([*STAR, *marts, "release"]))
    yield f"{model}/definition/expressions.tmdl", tmdl.expressions(parquet)
    yield f"{model}/definition/relationships.tmdl", tmdl.relationships(joins)
    joining = {name: {each.column for each in joins if each.table == name} for name in (*STAR, *marts)}
    for name in STAR:
        yield f"{model}/definition/tables/{name}.tmdl", tmdl.table(name, "core", semantics.columns(name), joining[name])
    for name, mart in marts.items():
        yield f"{model}/definition/tables/{name}.tmdl", tmdl.table(name, "mart", mart.columns, joining[name], mart)
    yield f"{model}/definition/tables/release.tmdl", tmdl.table("release", "ops", RELEASE, set())
    path = {"byPath": {"path": f"../{model}"}}
    yield f"{report}/definition.pbir", _json({"version": "4.0", "datasetReference": path})
    yield f"{report}/.platform", _platform("Report")
    yield f"{report}/report.json", _json({"config": "{}", "layoutOptimization": 0, "sections": list(_pages())})


def _pages() -> Iterator[dict[str, Any]]:
    """A page for each screen, for its charts to be drawn on."""
    for number, screen in enumerate(screens()):
        page = {"name": uuid("page", screen.name)[:8], "displayName": screen.title, "ordinal": number}
        yield {**page, "width": 1280, "height": 720, "displayOption": 1, "config": "{}", "visualContainers": []}


def _platform(kind: str) -> str:
    return _json(
        {
            "metadata": {"type": kind, "displayName": "Early help"},
            "config": {"version": "2.0", "logicalId": uuid("power_bi", kind)},
        }
    )


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2) + "\n"
