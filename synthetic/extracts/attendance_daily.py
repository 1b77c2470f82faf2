"""Daily attendance: one CSV of marks for each school and day on which it made an export."""

from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv


def write(connection: duckdb.DuckDBPyConnection, folder: Path, of_the_next_day: bool = False) -> list[Path]:
    """Write the exports until the day before the as-of date, or those of that date, which arrive the night after."""
    files = connection.execute(
        f"""
        select distinct school_id, extract_date
        from feed_row
        where extract_date {"=" if of_the_next_day else "<"} getvariable('as_of')
        order by all
        """
    ).fetchall()
    return [
        write_csv(
            connection,
            f"""
            select
                upn as "UPN", school_id as "DfE Number", attendance_date as "Date",
                morning_mark as "AM", afternoon_mark as "PM"
            from feed_row
            where school_id = '{school_id}' and extract_date = date '{extract_date}'
            order by attendance_date, upn
            """,
            folder / f"attendance_daily_{school_id}_{extract_date}.csv",
        )
        for school_id, extract_date in files
    ]
