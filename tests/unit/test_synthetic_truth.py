"""In a clean county the extracts carry the truth: flags worked out from the files alone equal truth/flags.csv."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytestmark = pytest.mark.slow

PREPARE = """
create table flags as from read_csv('{out}/truth/flags.csv', all_varchar = true);
create table child as select child_id, unnest(array_append(string_split(coalesce(former_upns, ''), '|'), upn)) as upn
    from read_csv('{out}/truth/children.csv', all_varchar = true);
create table pupil as
    select *, pupilonrolltableid as id, regexp_extract(filename, '(20\\d\\d_[a-z]+)_', 1) as census
    from read_csv('{census}/*_pupil*onroll.csv', filename = true, union_by_name = true, all_varchar = true);
update pupil set id = pupilnolongeronrolltableid where id is null;
create table session as
    select coalesce(pupilonrolltableid, pupilnolongeronrolltableid) as id,
        attendancereason as code, sessions::double as sessions,
        regexp_extract(filename, '(20\\d\\d_[a-z]+)_', 1) as census,
        if(filename like '%summerhalf%', 'half', 'term') as period
    from read_csv('{census}/*sessiondetails*.csv', filename = true, union_by_name = true, all_varchar = true);
"""

# Two returns carry 2025/26, and the marks go on where they end; what the year before says counts for those who have
# nothing in it. Marks count of the ages of which the census asks, and not of boarders.
ATTENDANCE = """
with period as (
    select child.child_id, pupil.id, pupil.census, 'term' as period, termlysessionspossible::double as possible,
        if(pupil.census in ('2026_spring', '2026_summer'), 2025, if(pupil.census = '2024_autumn', 2023, 2024)) as year
    from pupil inner join child using (upn) where termlysessionspossible is not null
    union all
    select child.child_id, pupil.id, pupil.census, 'half', summerhalfterm2sessionspossible::double,
        left(pupil.census, 4)::int - 1
    from pupil inner join child using (upn) where summerhalfterm2sessionspossible is not null
),
absence as (
    select id, census, period, sum(sessions) as absent from session
    where code in ('C', 'C1', 'C2', 'E', 'H', 'I', 'J1', 'M', 'R', 'S', 'T', 'G', 'N', 'O', 'U') group by all
),
mark as (
    select child.child_id, unnest(["AM", "PM"]) as code
    from read_csv('{out}/extracts/attendance_daily/*.csv', all_varchar = true, quote = '"', escape = '"') as marks
    inner join child on marks."UPN" = child.upn
    where marks."Date" > '2026-04-05'
),
counted as (
    select child_id, year, possible, absent from period left join absence using (id, census, period)
    union all
    select child_id, 2025, count(*) filter (where code not in ('D', 'Q')),
        count(*) filter (where code in ('C', 'C1', 'C2', 'E', 'H', 'I', 'J1', 'M', 'R', 'S', 'T', 'G', 'N', 'O', 'U'))
    from mark group by child_id
),
year as (
    select child_id, year, sum(possible) as possible, sum(coalesce(absent, 0)) as absent
    from counted
    group by child_id, year
    qualify year = max(year) over (partition by child_id)
)
select child_id,
    case when possible < 20 then 'not_assessable' when absent * 10 >= possible then 'raised' else 'not_raised' end
from year where year >= 2024
"""

FSM = """
with latest as (
    select child.child_id, pupil.id, pupil.census
    from pupil inner join child using (upn) where pupil.census = '2026_summer' and pupil.pupilonrolltableid is not null
),
meals as (
    select pupilonrolltableid as id, bool_or(
        strptime(fsmstartdate, '%Y-%b-%d 00:00:00') <= date '2026-06-26'
        and coalesce(strptime(fsmenddate, '%Y-%b-%d 00:00:00'), date '9999-12-31') >= date '2026-06-26'
    ) as covers
    from read_csv('{census}/2026_summer_fsmperiod.csv', all_varchar = true) group by 1
)
select child_id, if(bool_or(coalesce(covers, false)), 'raised', 'not_raised')
from latest left join meals using (id) group by child_id
"""

SEN = """
with pupils as (from read_csv('{out}/extracts/synergy/synergy_pupils_*.csv', all_varchar = true)),
support as (
    select "Pupil Ref" from read_csv('{out}/extracts/synergy/synergy_sen_*.csv', all_varchar = true)
    where "SEN Provision" = 'K' and "End Date" is null
)
select child.child_id, if(pupils."Pupil Ref" in (from support), 'raised', 'not_raised')
from pupils inner join child on pupils."UPN" = child.upn
"""

ATTAINMENT = """
with rows as (
    select *, coalesce(
        strptime("Assessed", '%d/%m/%Y')::date, make_date(left("Academic Year", 4)::int + 1, 6, 30)
    ) as day,
    date '2026-06-26' - day > if(filename like '%attainment_teacher%', 400, 800) as is_stale
    from read_csv('{out}/extracts/attainment/*.csv', union_by_name = true, all_varchar = true, filename = true)
),
latest as (
    select * from rows inner join child on rows."UPN" = child.upn
    qualify day = max(day) over (partition by child_id)
),
outcome as (
    select child_id, is_stale, unnest([
        if("GLD" in ('Y', 'N'), "GLD" = 'Y', null), try_cast("Mark" as int) >= 32,
        try_cast("READSCORE" as int) >= 100, try_cast("MATSCORE" as int) >= 100,
        try_cast("ENG" as int) >= 4, try_cast("MAT" as int) >= 4,
        if("READSCORE" in ('B', 'N'), false, null), if("MATSCORE" in ('B', 'N'), false, null),
        if("ENG" = 'U', false, null), if("MAT" = 'U', false, null),
        {standard}
    ]) as met,
    list_contains(["GLD", "Mark", "READSCORE", "WRITTAOUTCOME", "MATSCORE", "Reading", "Writing", "Maths"], 'A')
        or list_contains(["ENG", "MAT"], 'X') as has_gap
    from latest
)
select child_id,
    case
        when bool_or(is_stale) then 'not_assessable'
        when bool_or(met is false) then 'raised' when bool_or(has_gap) then 'not_assessable' else 'not_raised'
    end
from outcome group by child_id
"""
STANDARD = ", ".join(
    f"""case when "{column}" in ('EXS', 'GDS') then true when "{column}" in ('WTS', 'BLW') then false end"""
    for column in ("Reading", "Writing", "Maths", "WRITTAOUTCOME")
)


@pytest.fixture(scope="module")
def files(counties: dict[str, Path]) -> tuple[duckdb.DuckDBPyConnection, dict[str, Any]]:
    out = counties["clean"]
    where = {"out": out, "census": out / "extracts_collect" / "school_census", "standard": STANDARD}
    connection = duckdb.connect()
    connection.execute(PREPARE.format(**where))
    return connection, where


@pytest.mark.parametrize(
    ("flag", "query"), [("attendance", ATTENDANCE), ("fsm", FSM), ("sen", SEN), ("attainment", ATTAINMENT)]
)
def test_clean_extracts_carry_the_truth(
    files: tuple[duckdb.DuckDBPyConnection, dict[str, Any]], flag: str, query: str
) -> None:
    connection, where = files
    differing, compared = connection.execute(
        f"""
        with worked_out (child_id, state) as ({query.format(**where)})
        select
            count(*) filter (where flags.state <> coalesce(worked_out.state, 'not_assessable')),
            count(worked_out.child_id)
        from flags left join worked_out using (child_id)
        where flags.flag_code = '{flag}'
        """
    ).fetchone()
    assert differing == 0
    assert compared > 200


def test_clean_workbook_carries_the_truth(files: tuple[duckdb.DuckDBPyConnection, dict[str, Any]]) -> None:
    from python_calamine import CalamineWorkbook

    connection, where = files
    path: Path = next((where["out"] / "extracts" / "family_matters").glob("*.xlsx"))
    book = CalamineWorkbook.from_path(path)
    sheets: Iterator[list[list[Any]]] = (
        book.get_sheet_by_name(name).to_python()[1:] for name in ("Households", "Members", "Needs")
    )
    households, members, needs = sheets
    open_spells = {row[0]: row[2] for row in households if not row[5]}
    found: dict[str, set[str]] = {}
    for household, need, _ in needs:
        found.setdefault(household, set()).add(need)
    children = connection.execute(
        """select "Surname", "Forename", strptime("DOB", '%d/%m/%Y')::date, "Postcode", child_id
        from read_csv(?, all_varchar = true) as pupils inner join child on pupils."UPN" = child.upn""",
        [str(where["out"] / "extracts" / "synergy" / "synergy_pupils_2026-06-26.csv")],
    ).fetchall()
    child_of = {row[:4]: row[4] for row in children}
    worked_out: dict[str, set[str]] = {}
    for household, _, surname, forename, born, *_ in members:
        child = child_of.get((surname, forename, born, open_spells.get(household)))
        if child:
            worked_out.setdefault(child, set()).update(found.get(household, set()))
    truth = connection.execute("select child_id, value::int from flags where flag_code = 'family'").fetchall()
    assert {child: len(worked_out.get(child, ())) for child, _ in truth} == dict(truth)
    assert any(value >= 3 for _, value in truth)
