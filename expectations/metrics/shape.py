"""Whether there is something in a delivery at all: its rows over all its tables, and the tables that are too short."""

from expectations.contract.model import Contract


def frame_sql(contract: Contract, tables: list[str]) -> str:
    """One row per delivery of the batch. `tables` are those of the contract that lie in `incoming`."""
    nothing = (
        "select delivery_id, '' as table_name, 0 as least, 0 as row_count, 0 as accepted_count from incoming.delivery"
    )
    counted = nothing + "".join(
        f"""
        union all
        select delivery_id, '{table}' as table_name, {_least_rows(contract, table)} as least,
            coalesce(row_count, 0) as row_count, coalesce(accepted_count, 0) as accepted_count
        from incoming.delivery
        left join (
            select
                _delivery_id as delivery_id,
                count(*) as row_count,
                count(*) filter (where len(_reasons) = 0) as accepted_count
            from incoming."{table}"
            group by all
        ) as rows using (delivery_id)"""
        for table in tables
    )
    return f"""
    select
        delivery_id,
        sum(row_count)::double as rows_read,
        sum(row_count) || ' rows' as "rows_read:detail",
        sum(accepted_count)::double as rows_accepted,
        sum(accepted_count) || ' rows accepted' as "rows_accepted:detail",
        count(*) filter (where row_count < least)::double as short_tables,
        coalesce(
            string_agg(table_name || ' has fewer than ' || least || ' rows', ', ') filter (where row_count < least),
            'every table has its rows'
        ) as "short_tables:detail"
    from ({counted})
    group by delivery_id
    order by delivery_id
    """


def _least_rows(contract: Contract, table: str) -> int:
    """A CSV delivery is one table and leaves the others empty; a workbook or a message brings all of its contract's."""
    return 0 if contract.format == "csv" else contract.tables[table].min_rows
