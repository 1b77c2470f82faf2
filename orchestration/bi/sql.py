"""Measures and filters of a mart in DuckDB's SQL, so made that what must not be added gives nothing instead."""

from orchestration.bi.semantics import Mart, Value


def condition(column: str, value: Value) -> str:
    """That a column has a value: a boolean by itself, text compared."""
    if isinstance(value, bool):
        return column if value else f"not {column}"
    return f"{column} = '{value}'"


def default_filter(mart: Mart) -> str:
    """Which rows are shown unless somebody asks otherwise: without those that count others. '' where all are."""
    shown = [condition(name, value) for name, value in mart.default_filter.items()]
    left_out = [_other_than(name, value) for name, value in mart.summary_rows.items()]
    return " and ".join(shown + left_out)


def _other_than(column: str, value: Value) -> str:
    return condition(column, not value) if isinstance(value, bool) else f"{column} <> '{value}'"


def measure(mart: Mart, name: str) -> str:
    """The aggregate that stands for a number of the mart over any rows.

    A sum of what is additive, a ratio of two sums, and of the rest the number of the one row that there is. Null where
    the rows mix what a sum must not. Raises KeyError of a column that is no measure.
    """
    if name in mart.additive:
        return _guarded(mart, _sum(mart, name))
    if name in mart.ratios:
        of, to = mart.ratios[name]
        whole = _sum(mart, to, f"{of} is not null")
        return _guarded(mart, f"cast({_sum(mart, of)} as double) / nullif({whole}, 0)")
    if name in mart.not_additive:
        return f"case when count(*) = 1 then max({name}) end"
    raise KeyError(name)


def rows(mart: Mart) -> str:
    """How many things the rows are, for a mart whose rows are things."""
    return _guarded(mart, "count(*)")


def _sum(mart: Mart, name: str, only: str = "") -> str:
    """The sum of a column. Where a row sums up others it alone counts, for it also knows what they do not."""
    summary = " or ".join(condition(column, value) for column, value in mart.added_again.items())
    if not summary:
        return f"sum({name}) filter (where {only})" if only else f"sum({name})"
    of_summary = f"({summary}) and {only}" if only else summary
    rest = f"sum({name}) filter (where {only})" if only else f"sum({name})"
    return f"coalesce(sum({name}) filter (where {of_summary}), {rest})"


def _guarded(mart: Mart, aggregate: str) -> str:
    if not mart.sum_within:
        return aggregate
    alone = " and ".join(f"min({column}) = max({column})" for column in mart.sum_within)
    return f"case when {alone} then {aggregate} end"
