"""A chart: what Superset's pages draw (`params`), and the question that its API answers (`query_context`)."""

import json
from typing import Any

from orchestration.bi.names import uuid
from orchestration.bi.screens import Chart, Condition
from orchestration.bi.superset.datasets import CURRENCIES, FORMATS, RELEASE, measure

MOST_ROWS = 10_000
DAY = "%d %b %Y"
AS_A_TABLE = {
    "row_limit": MOST_ROWS,
    "table_timestamp_format": DAY,
    # Red for fewer and green for more would say of a flag the wrong way round what is good.
    "show_cell_bars": False,
    "color_pn": False,
}
VIZ_TYPES = {
    "number": "big_number_total",
    "table": "table",
    "rows": "table",
    "line": "echarts_timeseries_line",
    "bar": "echarts_timeseries_bar",
}


def chart(screen: str, drawn: Chart) -> dict[str, Any]:
    """A chart of a screen as an asset."""
    params = {
        "viz_type": VIZ_TYPES[drawn.kind],
        "adhoc_filters": [adhoc_filter(condition) for condition in drawn.conditions],
        "row_limit": MOST_ROWS,
        **_of_kind(drawn),
    }
    return _asset(name(screen, drawn), drawn.title, drawn.mart.name, params, _query(drawn))


def release() -> dict[str, Any]:
    """The chart that says which release a dashboard shows, and as of which day."""
    columns = ["release_id", "as_of_date", "published_at"]
    params = {"viz_type": "table", "query_mode": "raw", "all_columns": columns, "adhoc_filters": [], **AS_A_TABLE}
    return _asset(RELEASE, "The release that is shown", RELEASE, params, _question(columns, [], [], [], MOST_ROWS))


def name(screen: str, drawn: Chart) -> str:
    """By which a chart's id is made."""
    return f"{screen}/{drawn.title}"


def _asset(name: str, title: str, dataset: str, params: dict[str, Any], question: dict[str, Any]) -> dict[str, Any]:
    context = {
        # Superset puts its own number of the dataset here when it imports.
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [question],
        "form_data": params,
        "result_format": "json",
        "result_type": "full",
    }
    return {
        "slice_name": title,
        "description": None,
        "viz_type": params["viz_type"],
        "params": params,
        "query_context": json.dumps(context),
        "cache_timeout": None,
        "uuid": uuid("chart", name),
        "version": "1.0.0",
        "dataset_uuid": uuid("dataset", dataset),
    }


def _of_kind(drawn: Chart) -> dict[str, Any]:
    measures = [measure(drawn.mart, name) for name in drawn.measures]
    match drawn.kind:
        case "number":
            return {"metric": measures[0], "header_font_size": 0.4, "y_axis_format": _format(drawn)}
        case "table":
            grouped = {"query_mode": "aggregate", "groupby": [*drawn.by], "metrics": measures, "order_desc": True}
            return grouped | AS_A_TABLE
        case "rows":
            order = [json.dumps([column, ascending]) for column, ascending in _order(drawn)]
            shown = {"query_mode": "raw", "all_columns": [*drawn.columns], "order_by_cols": order}
            return shown | {"column_config": _formats(drawn)} | AS_A_TABLE
        case kind:
            return {
                "x_axis": drawn.over,
                "time_grain_sqla": None,
                "groupby": [*drawn.by],
                "metrics": measures,
                "x_axis_sort_asc": True,
                "show_legend": True,
                "rich_tooltip": True,
                "truncate_metric": True,
                "y_axis_format": _format(drawn),
                "x_axis_time_format": DAY,
                **({"markerEnabled": True} if kind == "line" else {"stack": None}),
            }


def _format(drawn: Chart) -> str:
    first = drawn.measures[0]
    return FORMATS["count" if first == drawn.mart.row_count else drawn.mart.column(first).unit]


def _formats(drawn: Chart) -> dict[str, dict[str, Any]]:
    """How the numbers of rows that are shown as they are look; what names or orders is left as it is."""
    numbers = (drawn.mart.column(name) for name in drawn.columns if name not in drawn.mart.labels)
    return {
        column.name: {"d3NumberFormat": FORMATS[column.unit]}
        | ({"currencyFormat": CURRENCIES[column.unit]} if column.unit in CURRENCIES else {})
        for column in numbers
        if column.is_number
    }


def _order(drawn: Chart) -> list[tuple[str, bool]]:
    return [(name.removeprefix("-"), not name.startswith("-")) for name in drawn.order]


def _query(drawn: Chart) -> dict[str, Any]:
    """The same question without a page: grouped as asked, and in an order of its own."""
    measures = [measure(drawn.mart, name) for name in drawn.measures]
    order = _order(drawn) if drawn.kind == "rows" else [(column, True) for column in drawn.cut_by]
    filters = [_filter(condition) for condition in drawn.conditions]
    columns = [*drawn.columns] if drawn.kind == "rows" else [*drawn.cut_by]
    return _question(columns, measures, filters, order, MOST_ROWS)


def _question(
    columns: list[str], metrics: list[str], filters: list[Any], order: list[tuple[str, bool]], most: int
) -> dict[str, Any]:
    grouped = {"metrics": metrics} if metrics else {}
    return {
        "columns": columns,
        "filters": filters,
        "orderby": order,
        "row_limit": most,
        "extras": {"having": "", "where": ""},
        "annotation_layers": [],
        "post_processing": [],
        **grouped,
    }


def _filter(condition: Condition) -> dict[str, Any]:
    """A condition as a query of the API says it."""
    if isinstance(condition.value, bool):
        return {"col": condition.column, "op": "IS TRUE" if condition.value else "IS FALSE"}
    return {"col": condition.column, "op": "==" if condition.holds else "!=", "val": condition.value}


def adhoc_filter(condition: Condition) -> dict[str, Any]:
    """A condition as a page says it: shown beside the chart, where it may be changed."""
    query = _filter(condition)
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": query["col"],
        "operator": query["op"],
        "comparator": query.get("val"),
        "filterOptionName": f"filter_{condition.column}",
        "isExtra": False,
    }
