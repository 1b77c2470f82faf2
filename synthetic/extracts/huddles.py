"""Huddles: the meetings of each school, held and planned, and the children spoken about."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

HUDDLES = """
select
    huddle_id as "Huddle Ref",
    school_id[:3] || '/' || school_id[4:] as "DfE Number",
    strftime(huddle_date, '%d/%m/%Y') as "Date",
    state as "State"
from huddle
order by huddle_date, school_id
"""

REVIEWS = """
select
    reviews.huddle_id as "Huddle Ref",
    if(reviews.has_wrong_upn, wrong_letter(upns.upn), upns.upn) as "UPN",
    strftime(children.birth_date, '%d/%m/%Y') as "DOB",
    reviews.decision_code as "Decision",
    reviews.response_id as "Response Ref"
from huddle_review as reviews
inner join huddle as huddles on reviews.huddle_id = huddles.huddle_id
inner join child as children on reviews.child_n = children.child_n
inner join upn_version as upns
    on
        reviews.child_n = upns.child_n
        and huddles.huddle_date >= upns.valid_from_date and huddles.huddle_date < upns.valid_to_date
order by huddles.huddle_date, reviews.huddle_id, reviews.child_n
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    tables = {"huddles": HUDDLES, "reviews": REVIEWS}
    return [write_csv(connection, query, folder / f"huddles_{table}_{as_of}.csv") for table, query in tables.items()]
