"""Whether rows find the rows they refer to: members their household, enrolments their pupil, marks their return.

A contract declares the references between the tables of its source. An identifier that one sheet or extract writes
otherwise than another (`1` for `00001`) breaks no rule of a single table, and everything that rests on the join would
read as "no".
"""

from expectations.contract.model import Reference
from expectations.metrics.incoming import Incoming


def rows_without_reference(incoming: Incoming) -> str:
    """The share of the rows of each delivery that refer to no row; null where nothing was ever delivered to refer to.

    All rows count, those with a reason too: a row that is only in quarantine is there, and has a rate of its own.
    """
    return _share([_rows_that_refer(incoming, reference) for reference in incoming.references])


def rows_left_behind(incoming: Incoming) -> str:
    """The share of rows in force that referred to the delivery before and find nothing in this one.

    A new extract of pupils whose identifiers changed their form leaves the enrolments in force without any. Null where
    the referring table comes in the same batch: it is judged by itself.
    """
    return _share([_rows_in_force(incoming, table, reference) for table, reference in incoming.referring])


def _share(counted: list[str]) -> str:
    nothing = "select null::varchar as delivery_id, null as refers_to, 0 as missing, 0 as whole where false"
    return f"""
    select
        delivery_id,
        max(case when missing > 1 then missing / nullif(whole, 0) end) as value,
        string_agg(missing || ' of ' || whole || ' rows ' || refers_to, '; ' order by missing / nullif(whole, 0) desc)
            as detail
    from ({" union all ".join([nothing, *counted])})
    group by delivery_id
    """


def _rows_that_refer(incoming: Incoming, reference: Reference) -> str:
    own, there = reference.columns, reference.to or reference.columns
    same_file = " and there._delivery_id = here._delivery_id" if incoming.is_one_file else ""
    equal = " and ".join(f'there."{t}" = here."{c}"' for c, t in zip(own, there, strict=True))
    present = " and ".join(f'here."{column}" is not null' for column in own)
    target = _delivered(incoming, reference, there)
    # A term comes whole; an extract may be the first of its source.
    anything = f" and exists (select 1 from {target} as there)" if incoming.is_newest_alone else ""
    return f"""
        select
            here._delivery_id as delivery_id,
            'refer to no row of {reference.table} ({", ".join(own)})' as refers_to,
            count(*) filter (where not exists (select 1 from {target} as there where {equal}{same_file})) as missing,
            count(*) as whole
        from incoming."{incoming.table}" as here
        where {present}{anything}
        group by all
    """


def _delivered(incoming: Incoming, reference: Reference, columns: tuple[str, ...]) -> str:
    """The rows that may be referred to: of the file itself, of the newest extract, or of every term delivered."""
    table = f"{incoming.source}__{reference.table}"
    named = ", ".join(f'"{column}"' for column in (*columns, "_delivery_id", "_extract_date"))
    schemas = ("incoming",) if incoming.is_one_file else ("raw", "incoming")
    places = [f'{schema}."{table}"' for schema in schemas if f"{schema}.{table}" in incoming.relations]
    if not places:
        nothing = ", ".join(f'null::varchar as "{column}"' for column in (*columns, "_delivery_id"))
        return f"(select {nothing} where false)"
    stopped = ", ".join(f"'{delivery}'" for delivery in sorted(incoming.rejected_deliveries))
    standing = f" where _delivery_id not in ({stopped})" if stopped else ""
    rows = " union all ".join(f"select {named} from {place}{standing}" for place in places)
    newest = " qualify rank() over (order by _extract_date desc) = 1" if incoming.is_newest_alone else ""
    return f"({rows}{newest})"


def _rows_in_force(incoming: Incoming, table: str, reference: Reference) -> str:
    own, there = reference.columns, reference.to or reference.columns
    referring = f"{incoming.source}__{table}"
    if not incoming.is_newest_alone or f"raw.{referring}" not in incoming.relations:
        return "select null::varchar, null, 0, 0 where false"
    equal = " and ".join(f'there."{t}" = here."{c}"' for c, t in zip(own, there, strict=True))
    present = " and ".join(f'here."{column}" is not null' for column in own)
    comes_too = (
        f'exists (select 1 from incoming."{referring}")' if f"incoming.{referring}" in incoming.relations else "false"
    )
    return f"""
        select
            batch.delivery_id,
            'of {table} in force find no row here ({", ".join(own)})' as refers_to,
            count(*) filter (
                where not exists (
                    select 1 from incoming."{incoming.table}" as there
                    where there._delivery_id = batch.delivery_id and {equal}
                )
            ) as missing,
            count(*) as whole
        from incoming.delivery as batch
        cross join (
            from raw."{referring}" qualify rank() over (order by _extract_date desc) = 1
        ) as here
        where
            not {comes_too}
            and exists (select 1 from incoming."{incoming.table}" as own where own._delivery_id = batch.delivery_id)
            and {present}
        group by all
    """
