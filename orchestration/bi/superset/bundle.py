"""The bundle: a zip of YAML as Superset exports it, byte for byte the same of the same project and path."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestration.bi import screens, semantics
from orchestration.bi.names import DATABASE
from orchestration.bi.superset import charts, dashboards, datasets

ROOT = "early_help"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip can hold: of when it was made a bundle says nothing."""


@dataclass(frozen=True)
class Bundle:
    """How many assets a bundle holds."""

    datasets: int
    charts: int
    dashboards: int


def write(out: Path, release_file: Path) -> Bundle:
    """Write the bundle to a new file; `release_file` is the release in force as Superset's server sees it.

    Raises FileExistsError rather than write over a file, ValueError where the path is not absolute.
    """
    if not release_file.is_absolute():
        raise ValueError(f"{release_file} must be the whole path: Superset starts in a folder of its own.")
    assets = dict(_assets(release_file))
    with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED) as bundle:
        for name, asset in assets.items():
            entry = zipfile.ZipInfo(f"{ROOT}/{name}", LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, yaml.safe_dump(asset, sort_keys=False, allow_unicode=True, width=120))
    return Bundle(*(sum(name.startswith(kind) for name in assets) for kind in ("datasets/", "charts/", "dashboards/")))


def _assets(release_file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every file of the bundle below its root."""
    place = _file_name(DATABASE)
    yield "metadata.yaml", {"version": "1.0.0", "type": "assets"}
    yield f"databases/{place}.yaml", datasets.database(release_file)
    yield f"datasets/{place}/{datasets.RELEASE}.yaml", datasets.release()
    drawn = screens.screens()
    for name in sorted({mart for screen in drawn for mart in semantics.of_exposure(screen.name)}):
        yield f"datasets/{place}/{name}.yaml", datasets.dataset(semantics.marts([name])[name])
    yield "charts/release.yaml", charts.release()
    for screen in drawn:
        for chart in screen.charts:
            asset = charts.chart(screen.name, chart)
            yield f"charts/{_file_name(charts.name(screen.name, chart))}.yaml", asset
        yield f"dashboards/{screen.name}.yaml", dashboards.dashboard(screen)


def _file_name(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_").lower()
