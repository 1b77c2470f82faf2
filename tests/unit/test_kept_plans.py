"""Plans by which an overlay is filled again hold whatever its tables come to hold."""

import duckdb
import pytest

from dashboard.laid import NOT_OPTIMIZED

TABLES = """
    attach ':memory:' as place;
    create table place.child as
    select range::integer as child_id, 'a' || range as child_key, true as is_known from range(5);
    create table place.event as
    select range::integer as child_id, range::integer as event_order, date '2026-01-01' + range::integer as event_date
    from range(5);
"""
FILLED_ANEW = """
    delete from place.child;
    delete from place.event;
    insert into place.child select 1000000 + range::integer, 'zz' || range, range % 2 = 0 from range(3000);
    insert into place.event
    select 1000000 + range::integer % 3000, 70000 - range::integer, date '1999-01-01' + range::integer from range(9000);
"""
QUESTIONS = {
    "a filter beyond what stood": "select child_id from place.child where child_id > 10 order by 1 limit 3",
    "a list": "select child_key from place.child where child_key in ('zz1', 'zz2999') order by 1",
    "nulls and truths": "select count(*) from place.child where not is_known",
    "a join": "select count(*), sum(event_order) from place.child inner join place.event using (child_id)",
    "a join of ranges": """
        select count(*) from place.child as a inner join place.event as b
        on a.child_id < b.child_id and b.event_order > a.child_id - 940000
    """,
    "a group": "select child_id, count(*) from place.event group by child_id order by child_id desc limit 2",
    "groups of text": "select child_key, min(child_id) from place.child group by child_key order by 1 limit 2",
    "the least and the most": "select min(event_date), max(event_date), count(*) from place.event",
    "the last of each": """
        select child_id, event_date from place.event
        qualify row_number() over (partition by child_id order by event_order desc) = 1
        order by child_id limit 2
    """,
    "an order": "select child_key, child_id from place.child order by child_key desc, child_id limit 2",
    "what gives way": """
        select count(*) from place.child where (child_id in (select child_id from place.event)) is not true
        union all by name
        select 7 as "count_star()"
    """,
}


def answers(not_optimized: str) -> dict[str, tuple[object, object]]:
    """By question: what the plan of before says of tables that were filled anew, and what is so."""
    connection = duckdb.connect()
    connection.execute(f"set disabled_optimizers = '{not_optimized}'")
    connection.execute(TABLES)
    for number, sql in enumerate(QUESTIONS.values()):
        connection.execute(f"prepare question_{number} as {sql}")
    connection.execute(FILLED_ANEW)
    found: dict[str, tuple[object, object]] = {}
    for number, (name, sql) in enumerate(QUESTIONS.items()):
        try:
            kept: object = connection.execute(f"execute question_{number}").fetchall()
        except duckdb.Error as error:
            kept = type(error)
        found[name] = kept, connection.execute(sql).fetchall()
    return found


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_plan_that_is_kept_answers_of_what_is_there_now(question: str) -> None:
    kept, now = answers(NOT_OPTIMIZED)[question]
    assert kept == now


def test_with_every_optimizer_on_plans_would_be_wrong() -> None:
    """Where DuckDB comes to be right by itself, they need be off no more."""
    assert [name for name, (kept, now) in answers("").items() if kept != now]
