"""Measures of a mart in DAX, which mean what those in SQL mean: empty rather than wrong (orchestration/bi/sql.py)."""

from orchestration.bi.semantics import Mart, Value


def measure(mart: Mart, name: str) -> str:
    """The measure that stands for a number of the mart over any rows. Raises KeyError of a column that is none."""
    if name in mart.additive:
        return _guarded(mart, _sum(mart, name))
    if name in mart.ratios:
        of, to = mart.ratios[name]
        whole = _sum(mart, to, f"NOT ISBLANK({_column(mart, of)})")
        return _guarded(mart, f"DIVIDE({_sum(mart, of)}, {whole})")
    if name in mart.not_additive:
        return f"IF(COUNTROWS('{mart.name}') = 1, MAX({_column(mart, name)}))"
    raise KeyError(name)


def rows(mart: Mart) -> str:
    """How many things the rows are, for a mart whose rows are things."""
    return _guarded(mart, f"COUNTROWS('{mart.name}')")


def _sum(mart: Mart, name: str, *only: str) -> str:
    """The sum of a column, of the rows of which all of `only` holds; where a row sums up others, it alone counts."""
    plain = f"SUM({_column(mart, name)})"
    every = _filtered(plain, *only)
    if not mart.added_again:
        return every
    summary = " || ".join(f"{_column(mart, column)} = {_literal(value)}" for column, value in mart.added_again.items())
    return f"COALESCE({_filtered(plain, summary, *only)}, {every})"


def _filtered(aggregate: str, *conditions: str) -> str:
    """An aggregate of the rows that are asked about and fulfil the conditions."""
    kept = [f"KEEPFILTERS({condition})" for condition in conditions]
    return f"CALCULATE({', '.join([aggregate, *kept])})" if kept else aggregate


def _guarded(mart: Mart, aggregate: str) -> str:
    if not mart.sum_within:
        return aggregate
    alone = " && ".join(f"HASONEVALUE({_column(mart, column)})" for column in mart.sum_within)
    return f"IF({alone}, {aggregate})"


def _column(mart: Mart, name: str) -> str:
    return f"'{mart.name}'[{name}]"


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return f"{str(value).upper()}()"
    return f'"{value}"'
