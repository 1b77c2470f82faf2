"""A dashboard: the charts of a screen in rows, below the release that is shown, with the filters that they share."""

from collections.abc import Iterator
from typing import Any

from orchestration.bi.names import number, uuid
from orchestration.bi.screens import Chart, Screen, own_conditions
from orchestration.bi.semantics import labelled
from orchestration.bi.superset import charts
from orchestration.bi.superset.datasets import RELEASE

WHOLE = 12
"""Columns of Superset's grid."""
WIDTHS = {"number": 4, "bar": 6, "line": 6, "table": 6, "rows": WHOLE}
HEIGHTS = {"number": 24, "bar": 56, "line": 56, "table": 56, "rows": 64}
"""In the grid's units of 8 pixels."""


def dashboard(screen: Screen) -> dict[str, Any]:
    """A screen as an asset. Every chart that has the column of a filter follows it."""
    return {
        "dashboard_title": f"Early help: {screen.title.lower()}",
        "description": screen.description,
        "css": "",
        "slug": f"early-help-{screen.name.replace('_', '-')}",
        "uuid": uuid("dashboard", screen.name),
        "position": _position(screen),
        "metadata": {
            "native_filter_configuration": list(_filters(screen)),
            "cross_filters_enabled": True,
            "refresh_frequency": 0,
            "timed_refresh_immune_slices": [],
            "expanded_slices": {},
            "color_scheme": "",
            "label_colors": {},
            "default_filters": "{}",
        },
        "published": True,
        "version": "1.0.0",
    }


def _position(screen: Screen) -> dict[str, Any]:
    placed: list[tuple[str, str, int, int]] = [(RELEASE, "The release that is shown", WHOLE, 24)]
    placed += [
        (charts.name(screen.name, drawn), drawn.title, WIDTHS[drawn.kind], HEIGHTS[drawn.kind])
        for drawn in screen.charts
    ]
    rows = list(_rows(placed))
    parents = ["ROOT_ID", "GRID_ID"]
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {
            "type": "GRID",
            "id": "GRID_ID",
            "children": [f"ROW-{index}" for index in range(len(rows))],
            "parents": ["ROOT_ID"],
        },
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": f"Early help: {screen.title.lower()}"}},
    }
    for index, row in enumerate(rows):
        here = f"ROW-{index}"
        position[here] = {
            "type": "ROW",
            "id": here,
            "children": [f"CHART-{number('chart', name)}" for name, *_ in row],
            "parents": parents,
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for name, title, width, height in row:
            place = f"CHART-{number('chart', name)}"
            position[place] = {
                "type": "CHART",
                "id": place,
                "children": [],
                "parents": [*parents, here],
                "meta": {
                    "chartId": number("chart", name),
                    "uuid": uuid("chart", name),
                    "sliceName": title,
                    "width": width,
                    "height": height,
                },
            }
    return position


def _rows(placed: list[tuple[str, str, int, int]]) -> Iterator[list[tuple[str, str, int, int]]]:
    """Charts side by side as long as the grid has room."""
    row: list[tuple[str, str, int, int]] = []
    for each in placed:
        if row and sum(width for _, _, width, _ in row) + each[2] > WHOLE:
            yield row
            row = []
        row.append(each)
    yield row


def _filters(screen: Screen) -> Iterator[dict[str, Any]]:
    """A filter for each column that several charts share; each offers what the ones before it leave."""
    before: list[str] = []
    for column in screen.filters:
        source = _first_with(screen, column)
        here = f"NATIVE_FILTER-{uuid('filter', f'{screen.name}/{column}')[:8]}"
        yield {
            "id": here,
            "type": "NATIVE_FILTER",
            "filterType": "filter_select",
            "name": labelled(column.removesuffix("_name")),
            "description": "",
            "targets": [{"datasetUuid": uuid("dataset", source.mart.name), "column": {"name": column}}],
            "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
            # Only values that a chart of the mart begins with: neither the county nor a school that closed.
            "adhoc_filters": [charts.adhoc_filter(condition) for condition in own_conditions(source.mart)],
            "cascadeParentIds": list(before),
            "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
            "controlValues": {
                "enableEmptyFilter": False,
                "defaultToFirstItem": False,
                "multiSelect": True,
                "searchAllOptions": False,
                "inverseSelection": False,
            },
        }
        before.append(here)


def _first_with(screen: Screen, column: str) -> Chart:
    """The first chart whose mart has the column. Raises ValueError if none has."""
    for drawn in screen.charts:
        if any(each.name == column for each in drawn.mart.columns):
            return drawn
    raise ValueError(f"No chart of {screen.name} has the column {column} to filter by.")
