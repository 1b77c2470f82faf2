"""Councils' releases with no more than a region reads, made of counts, and the list of them."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.home import durable
from orchestration.region import interface
from orchestration.releases import open_file, parquet
from tests.support.attacker import Row, rows_of
from tests.support.open_county import AS_OF, RELEASE, County

Month = tuple[str, int, int, int | None]
"""First day of a month; referrals, of whom it is known, and how many came back."""


@dataclass
class Council:
    """A council of a region: its counts, its referrals, what differs of its tables."""

    county: County
    referrals: list[Month] = field(default_factory=list)
    changes: tuple[str, ...] = ()
    as_of: str = str(AS_OF)

    def publish(self, folder: Path, before: Path | None = None) -> Path:
        """A release of this council in a new folder, as the one after that of `before`; returns the folder."""
        settings = self.county.build(folder / "home")
        with duckdb.connect(str(settings.build_file)) as connection:
            connection.executemany(
                "insert into mart.mart_re_referral values (true, ?, '2025/26', true, 365, true, ?, ?, ?)",
                self.referrals or [("2000-01-01", 0, 0, None)],
            )
            for change in self.changes:
                connection.execute(change)
        opened = folder / interface.OPEN_FILE
        opened.parent.mkdir(parents=True)
        open_file.write(settings, opened, RELEASE, before and before / interface.OPEN_FILE)
        parquet.write(settings, settings.build_file, folder / "parquet")
        files = {name: {"sha256": durable.sha256(folder / name)} for name in interface.files()}
        content = f"{folder.name} {durable.sha256(settings.build_file)}"
        manifest = {"release_id": folder.name, "as_of_date": self.as_of, "version": "0.1.0", "content_sha256": content}
        (folder / "manifest.json").write_text(json.dumps(manifest | {"files": files}))
        return folder


def written(file: Path, releases: dict[str, Path], name: str = "North") -> Path:
    """The list of a region: councils by their codes, with the folders of their releases."""
    councils = [{"code": code, "name": f"Council {code}", "release": str(path)} for code, path in releases.items()]
    file.write_text(yaml.safe_dump({"name": name, "councils": councils}))
    return file


def asked(file: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What a region's file says."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql, list(values)).fetchall()


def rows_of_region(file: Path, opened: dict[str, Path], days: dict[str, str], half_term: tuple[str, int]) -> list[Row]:
    """All that anybody may know of a half term: what each council's open file tells, and the region's totals.

    `opened` and `days` have the open file of each council that is in the totals, and its last day of the half term.
    """
    rows = [
        Row(
            row.place_type,
            f"{code}/{row.place}",
            row.pyramid and f"{code}/{row.pyramid}",
            row.zone and f"{code}/{row.zone}",
            row.flag,
            row.children,
            row.assessable,
            row.raised,
            row.is_unavailable,
            county=f"{code}/county",
        )
        for code, path in opened.items()
        for row in rows_of(path, days[code])
    ]
    totals = asked(
        file,
        """
        select flag_code, children_count, assessable_count, raised_count, coalesce(raised_mark, '') = 'x'
        from region.trend
        where place_type = 'region' and academic_year = ? and half_term = ?
        """,
        *half_term,
    )
    return rows + [Row("region", "region", None, None, *numbers) for numbers in totals]


def by_chance(seed: int, councils: int, flags: Iterable[str], day: str) -> dict[str, Council]:
    """Councils of a few small schools: many of them have to hide their own number."""
    chance = random.Random(seed)
    made = {}
    for number in range(councils):
        schools = {f"s{school}": (f"P{school % 2}", f"Z{school % 2}") for school in range(chance.randint(1, 4))}
        counts = {}
        for school in schools:
            children = chance.choice([12, 20, 60, 90])
            for flag in flags:
                assessable = max(0, children - chance.choice([0, 0, 1, 2, 7]))
                counts[day, school, flag] = (children, assessable, min(assessable, chance.choice([0, 1, 2, 4, 9])))
        made[f"C{number}"] = Council(County(schools, counts))
    return made
