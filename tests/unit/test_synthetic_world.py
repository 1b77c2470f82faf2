"""The invented world: UPNs by arithmetic, rates like the real county's, mistakes at rates that sink no delivery."""

import csv
from pathlib import Path

import duckdb
import pytest

from synthetic import county, names, world
from synthetic.sizes import DEMO, HAMLET

pytestmark = pytest.mark.slow

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "real" / "upn" / "upn_vectors.csv"


@pytest.fixture(scope="module")
def demo() -> duckdb.DuckDBPyConnection:
    return world.build(DEMO, 42, county.AS_OF_DATE)


@pytest.fixture(scope="module")
def clean_demo() -> duckdb.DuckDBPyConnection:
    return world.build(DEMO, 42, county.AS_OF_DATE, clean=True)


@pytest.fixture(scope="module")
def hamlet() -> duckdb.DuckDBPyConnection:
    return world.build(HAMLET, 42, county.AS_OF_DATE, clean=True)


@pytest.mark.skipif(not VECTORS.exists(), reason="the published UPNs do not lie beside this checkout")
def test_check_letters_agree_with_published_numbers(hamlet: duckdb.DuckDBPyConnection) -> None:
    with VECTORS.open(encoding="utf-8") as file:
        vectors = [row for row in csv.DictReader(file) if row["kind"] != "format"]
    assert vectors
    for row in vectors:
        letter = hamlet.execute("select upn_letter(?)", [row["upn"][1:]]).fetchone()[0]
        assert letter == row["computed_check_letter"], row["upn"]


@pytest.mark.parametrize("upn", ["A950000178301", "H243278544154", "T20110001804V"])
def test_check_letter_of_known_numbers(hamlet: duckdb.DuckDBPyConnection, upn: str) -> None:
    assert hamlet.execute("select upn(?)", [upn[1:]]).fetchone()[0] == upn


def test_upns_are_well_formed_and_belong_to_one_child(demo: duckdb.DuckDBPyConnection) -> None:
    wrong, shared = demo.execute("""
        select
            count(*) filter (
                where not regexp_full_match(upn, '[A-HJ-NP-RT-Z]\\d{11}[A-HJ-NP-RT-Z0-9]') or upn <> upn(upn[2:])
            ),
            count(distinct (upn, child_n)) - count(distinct upn)
        from upn_version
    """).fetchone()
    assert (wrong, shared) == (0, 0)


def _rate(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    return connection.execute(query).fetchone()[0]


# Published of the ages that the census asks about; the flag knows others as well.
ABSENCE = """
    select avg((absent >= {share} * possible)::int)
    from true_attendance
    inner join child_on_the_day as days using (child_n)
    inner join school as schools using (school_id)
    inner join child as children using (child_n)
    where year_of(getvariable('as_of')) - children.cohort between 5 and 15 and {group}
"""
YEAR_7_ON = "year_of(getvariable('as_of')) - children.cohort - 4 >= 7"
MAINSTREAM = "schools.phase not in ('Special', 'PRU')"


@pytest.mark.parametrize(
    ("group", "share", "real", "tolerance"),
    [
        (f"{MAINSTREAM} and not {YEAR_7_ON}", 0.1, 0.134, 0.02),
        (f"{MAINSTREAM} and {YEAR_7_ON}", 0.1, 0.252, 0.03),
        ("schools.phase = 'Special'", 0.1, 0.310, 0.11),
        ("true", 0.1, 0.201, 0.02),
        ("true", 0.5, 0.031, 0.01),
    ],
)
def test_absence_is_like_the_real_countys(
    demo: duckdb.DuckDBPyConnection, group: str, share: float, real: float, tolerance: float
) -> None:
    assert _rate(demo, ABSENCE.format(group=group, share=share)) == pytest.approx(real, abs=tolerance)


@pytest.mark.parametrize(
    ("flag", "group", "real"),
    [
        ("sen", f"{MAINSTREAM} and not {YEAR_7_ON}", 0.165),
        ("sen", f"{MAINSTREAM} and {YEAR_7_ON}", 0.147),
        ("fsm", f"{MAINSTREAM} and not {YEAR_7_ON}", 0.185),
        ("fsm", f"{MAINSTREAM} and {YEAR_7_ON}", 0.206),
    ],
)
def test_support_and_meals_are_like_the_real_countys(
    demo: duckdb.DuckDBPyConnection, flag: str, group: str, real: float
) -> None:
    rate = _rate(
        demo,
        f"""
        select avg((flags.state = 'raised')::int)
        from true_flag as flags
        inner join child_on_the_day as days using (child_n)
        inner join school as schools using (school_id)
        inner join child as children using (child_n)
        where flags.flag_code = '{flag}' and {group}
        """,
    )
    assert rate == pytest.approx(real, abs=0.025)


def test_attainment_is_like_the_real_countys(demo: duckdb.DuckDBPyConnection) -> None:
    all_three = _rate(
        demo,
        """select avg(met::int) from (
            select bool_and(coalesce(is_met, false)) as met from result where assessment_code = 'ks2' group by child_n
        )""",
    )
    assert all_three == pytest.approx(0.57, abs=0.04)
    assert _rate(demo, "select avg(outcome::double) from result where subject_code = 'attainment_8'") == pytest.approx(
        43.2, abs=2.5
    )
    assert _rate(demo, "select avg(is_met::int) from result where assessment_code = 'eyfsp'") == pytest.approx(
        0.697, abs=0.03
    )


def test_deprivation_drives_meals_and_absence(demo: duckdb.DuckDBPyConnection) -> None:
    poorer, richer = demo.execute("""
        select
            avg((state = 'raised')::int) filter (where idaci_decile <= 3),
            avg((state = 'raised')::int) filter (where idaci_decile >= 8)
        from true_flag inner join child using (child_n)
        where flag_code = 'fsm'
    """).fetchone()
    assert poorer > 2 * richer


def test_a_child_is_at_one_main_school_at_a_time_and_returned_once(demo: duckdb.DuckDBPyConnection) -> None:
    overlaps = _rate(demo, """
        select count(*) from spell as a inner join spell as b
            on a.child_n = b.child_n and a.spell_n < b.spell_n
            and a.start_date <= b.end_date and b.start_date <= a.end_date
        where a.enrol_status in ('C', 'M') and b.enrol_status in ('C', 'M')
    """)  # fmt: skip
    returned_twice = _rate(demo, """
        select count(*) from (
            select 1 from attendance group by child_n, school_id, to_date having count(*) > 1
        )
    """)  # fmt: skip
    assert (overlaps, returned_twice) == (0, 0)


NAMESAKES = """
    select distinct children.child_n, others.child_n as other_n, children.household_n,
        others.household_n as other_household_n, children.sex = others.sex as same_sex
    from child as children
    inner join child_name as names using (child_n)
    inner join child_name as other_names
        on names.forename = other_names.forename and names.surname = other_names.surname
    inner join child as others on other_names.child_n = others.child_n and others.birth_date = children.birth_date
    where children.child_n <> others.child_n
"""


def test_marks_of_the_weeks_of_a_census_are_the_sessions_it_counts(demo: duckdb.DuckDBPyConnection) -> None:
    codes = "read_csv(getvariable('reference') || '/ref_attendance_code.csv', all_varchar = true, escape = '')"
    assert demo.sql(f"""
        with mark as (
            select child_n, school_id, attendance_date, unnest([morning_mark, afternoon_mark]) as attendance_code
            from feed_mark
        ),
        marked as (
            select
                child_n, school_id, periods.to_date,
                count(*) filter (where category not in ('elsewhere', 'not_possible')) as possible,
                count(*) filter (where category in ('authorised', 'unauthorised')) as absent
            from mark
            inner join {codes} as codes using (attendance_code)
            inner join census_period as periods on attendance_date between from_date and periods.to_date
            group by all
        ),
        returned as (
            select child_n, school_id, to_date, sum(sessions_possible) as possible, sum(sessions_absent) as absent
            from attendance
            where start_year = getvariable('feed_year') and school_id in (select school_id from feed_school)
            group by all
        )
        select count(*) > 10000, count(*) filter (
            where marked.possible is distinct from returned.possible or marked.absent is distinct from returned.absent
        )
        from marked full join returned using (child_n, school_id, to_date)
    """).fetchall() == [(True, 0)]


def test_one_child_in_three_hundred_has_a_namesake_in_another_town(demo: duckdb.DuckDBPyConnection) -> None:
    share, same_town, other_sex = demo.execute(f"""
        with namesakes as ({NAMESAKES})
        select
            (select count(distinct child_n) from namesakes) / (select count(*) from child),
            (
                select count(*) from namesakes
                inner join household_address as homes on namesakes.household_n = homes.household_n
                inner join household_address as others on namesakes.other_household_n = others.household_n
                where homes.town = others.town
            ),
            (select count(*) from namesakes where not same_sex)
    """).fetchone()
    assert share == pytest.approx(1 / 300, abs=1 / 600)
    assert (same_town, other_sex) == (0, 0)


def test_no_name_stands_for_two_children_of_one_birth_date_and_postcode(demo: duckdb.DuckDBPyConnection) -> None:
    # Not at any time: addresses and names of different days are compared as well.
    assert _rate(demo, f"""
        select count(*) from ({NAMESAKES}) as namesakes
        inner join household_address as homes on namesakes.household_n = homes.household_n
        inner join household_address as others
            on namesakes.other_household_n = others.household_n and homes.postcode = others.postcode
    """) == 0  # fmt: skip


@pytest.mark.parametrize(
    ("table", "of", "key"),
    [
        ("household_address", "household", "household_n"),
        ("child_name", "child", "child_n"),
        ("birth_name", "household_child", "birth_id"),
    ],
)
def test_histories_are_whole_without_gap_or_overlap(
    demo: duckdb.DuckDBPyConnection, table: str, of: str, key: str
) -> None:
    without, breaks = demo.execute(f"""
        select
            (select count(*) from {of} where {key} not in (select {key} from {table})),
            (
                select count(*) from (
                    select
                        valid_from_date, valid_to_date,
                        lag(valid_to_date, 1, date '1900-01-01') over history as from_date,
                        lead(valid_from_date, 1, date '9999-12-31') over history as to_date
                    from {table}
                    window history as (partition by {key} order by valid_from_date)
                )
                where valid_from_date <> from_date or valid_to_date <> to_date or valid_from_date >= valid_to_date
            )
    """).fetchone()
    assert (without, breaks) == (0, 0)
    assert _rate(demo, f"select count(*) > 1.001 * count(distinct {key}) from {table}")


def test_six_households_in_a_hundred_move_in_a_year_and_nearly_all_stay_in_their_town(
    demo: duckdb.DuckDBPyConnection,
) -> None:
    rate, in_town, to_another_postcode = demo.execute("""
        with moves as (
            select
                *,
                lag(town) over (partition by household_n order by valid_from_date) as earlier_town,
                lag(postcode) over (partition by household_n order by valid_from_date) as earlier_postcode
            from household_address
        )
        select
            count(*) / (select count(*) from household)
            / ((getvariable('as_of') - getvariable('world_from')) / 365.25),
            avg((town = earlier_town)::int),
            avg((postcode <> earlier_postcode)::int)
        from moves where earlier_town is not null
    """).fetchone()
    assert rate == pytest.approx(0.06, abs=0.005)
    assert 0.9 < in_town < 1
    assert to_another_postcode > 0.95


def test_households_take_other_surnames_and_adopted_children_other_names(demo: duckdb.DuckDBPyConnection) -> None:
    renamed, adopted, with_forename = demo.execute("""
        with changes as (
            select
                names.*, children.household_n, earlier.forename <> names.forename as is_other_forename,
                children.birth_id in (select birth_id from adoption) as is_adopted
            from child_name as names
            inner join child_name as earlier
                on names.child_n = earlier.child_n and names.valid_from_date = earlier.valid_to_date
            inner join child as children on names.child_n = children.child_n
        )
        select
            count(distinct household_n) filter (where not is_adopted)
            / (select count(distinct household_n) from child)
            / ((getvariable('as_of') - getvariable('world_from')) / 365.25),
            count(*) filter (where is_adopted) / (select count(*) from child),
            count(*) filter (where is_other_forename) / count(*) filter (where is_adopted)
        from changes
    """).fetchone()
    assert renamed == pytest.approx(0.01, abs=0.003)
    assert adopted == pytest.approx(0.003, abs=0.0015)
    assert with_forename == pytest.approx(0.5, abs=0.3)


def test_siblings_never_share_a_forename_nor_edge_cases_change_anything(demo: duckdb.DuckDBPyConnection) -> None:
    shared, changed, moved = demo.execute("""
        select
            (
                select count(*) from birth_name as names
                inner join household_child as births using (birth_id)
                inner join household_child as siblings
                    on births.household_n = siblings.household_n and births.birth_id <> siblings.birth_id
                inner join birth_name as other_names
                    on siblings.birth_id = other_names.birth_id and names.forename = other_names.forename
            ),
            (
                select count(*) from child_name inner join child using (child_n)
                where edge_n is not null and valid_to_date < date '9999-12-31'
            ),
            (
                select count(*) from household_address inner join household using (household_n)
                where family is not null and valid_to_date < date '9999-12-31'
            )
    """).fetchone()
    assert (shared, changed, moved) == (0, 0, 0)


def test_a_return_has_the_name_and_address_of_its_day(demo: duckdb.DuckDBPyConnection) -> None:
    differing, old_names, old_addresses = demo.execute("""
        select
            count(*) filter (
                where (pupils.surname, pupils.forename) <> (names.surname, names.forename)
                or pupils.postcode <> homes.postcode
            ),
            count(*) filter (where names.valid_to_date < date '9999-12-31'),
            count(*) filter (where homes.valid_to_date < date '9999-12-31')
        from return_pupil as pupils
        inner join child as children using (child_n)
        inner join child_name as names
            on pupils.child_n = names.child_n
            and coalesce(pupils.leaving_date, pupils.reference_date) >= names.valid_from_date
            and coalesce(pupils.leaving_date, pupils.reference_date) < names.valid_to_date
        inner join household_address as homes
            on children.household_n = homes.household_n
            and coalesce(pupils.leaving_date, pupils.reference_date) >= homes.valid_from_date
            and coalesce(pupils.leaving_date, pupils.reference_date) < homes.valid_to_date
    """).fetchone()
    assert differing == 0
    assert old_names > 100 and old_addresses > 1_000


def test_a_clean_workbook_has_todays_names_and_addresses_as_synergy_has_them(
    clean_demo: duckdb.DuckDBPyConnection,
) -> None:
    differing, members, renamed, moved = clean_demo.execute("""
        select
            count(*) filter (
                where (members.surname, members.forename, members.birth_date, members.sex)
                <> (pupils.surname, pupils.forename, pupils.birth_date, pupils.sex)
                or (households.address_line, households.postcode) <> (pupils.address_line, pupils.postcode)
            ),
            count(*),
            count(*) filter (
                where members.child_n in (select child_n from child_name where valid_from_date > date '1900-01-01')
            ),
            count(*) filter (where members.household_n in (select household_n from house_move))
        from family_member as members
        inner join family_household as households using (household_id)
        inner join synergy_pupil as pupils on members.child_n = pupils.child_n
    """).fetchone()
    assert differing == 0
    assert members > 1_500 and renamed > 10 and moved > 100


def test_twins_siblings_movers_and_second_registrations_exist(demo: duckdb.DuckDBPyConnection) -> None:
    twins, siblings, movers, statuses = demo.execute("""
        select
            (select count(*) from (select 1 from child group by household_n, birth_date having count(*) > 1)),
            (select count(*) from (select 1 from child group by household_n having count(*) > 1)),
            (select count(*) from child where move_date is not null),
            (select count(distinct enrol_status) from spell)
    """).fetchone()
    assert twins > 20 and siblings > 1_000 and movers > 300 and statuses == 4


# How each mistake shows: the member as it is (`real`) beside the member as it was typed (`typed`).
MEMBER_MISTAKES = {
    "nickname": "list_contains($pairs, [real.forename, typed.forename]) and typed.surname = real.surname",
    "letters_transposed": """
        list_sort(string_split(typed.surname, '')) = list_sort(string_split(real.surname, ''))
        and damerau_levenshtein(typed.surname, real.surname) = 1""",
    "forename_letter_wrong": "levenshtein(typed.forename, real.forename) = 1 and typed.forename[1] = real.forename[1]",
    "day_and_month_swapped": """
        (day(typed.birth_date), month(typed.birth_date)) = (month(real.birth_date), day(real.birth_date))
        and year(typed.birth_date) = year(real.birth_date) and day(typed.birth_date) <> month(typed.birth_date)""",
    "birth_date_digit_wrong": """
        hamming(typed.birth_date::varchar, real.birth_date::varchar) = 1
        and typed.birth_date <= getvariable('workbook_date')""",
    "accent_lost": """
        (typed.forename, typed.surname) = (strip_accents(real.forename), strip_accents(real.surname))
        and typed.forename || typed.surname <> real.forename || real.surname""",
    "hyphen_lost": """
        replace(typed.surname, ' ', '') = regexp_replace(real.surname, '[-'']', '', 'g')
        and typed.surname <> real.surname""",
    "names_exchanged": "(typed.forename, typed.surname) = (real.surname, real.forename)",
    "double_name_halved": """
        list_contains(string_split(real.surname, '-'), typed.surname) and contains(real.surname, '-')""",
    "name_outdated": """(typed.forename, typed.surname) in (
        select (forename, surname) from child_name
        where child_n = real.child_n and valid_to_date < date '9999-12-31'
    )""",
    "sex_missing": "typed.sex is null and real.sex is not null",
    "sex_wrong": "typed.sex <> real.sex",
}


@pytest.mark.parametrize("cause", MEMBER_MISTAKES)
def test_a_members_mistake_is_the_one_on_record(demo: duckdb.DuckDBPyConnection, cause: str) -> None:
    made, others = demo.execute(
        f"""
        select count(*) filter (where {MEMBER_MISTAKES[cause]}), count(*) filter (where not {MEMBER_MISTAKES[cause]})
        from family_mistake as mistakes
        inner join programme_member as real using (member_id)
        inner join family_member as typed using (member_id)
        where mistakes.cause = $cause
        """.replace("$pairs", repr([list(pair) for pair in names.nicknames()])),
        {"cause": cause},
    ).fetchone()
    assert made > 0 and others == 0


def test_a_member_has_one_mistake_at_most_and_what_is_not_on_record_is_as_it_is(
    demo: duckdb.DuckDBPyConnection,
) -> None:
    twice, off_record, edge_cases, members, households = demo.execute("""
        select
            (select count(*) - count(distinct (member_id, sheet)) from family_mistake),
            (
                select count(*) from family_member as typed inner join programme_member as real using (member_id)
                where
                    (typed.forename, typed.surname, typed.birth_date, typed.sex)
                    is distinct from (real.forename, real.surname, real.birth_date, real.sex)
                    and member_id not in (select member_id from family_mistake where sheet = 'members')
            ),
            (select count(*) from family_mistake inner join child using (child_n) where edge_n is not null),
            (select count(*) filter (where sheet = 'members') from family_mistake)
            / (select count(*) from family_member where child_n is not null),
            (select count(*) filter (where sheet = 'households') from family_mistake)
            / (select count(*) from family_member where child_n is not null)
    """).fetchone()
    assert (twice, off_record, edge_cases) == (0, 0, 0)
    assert 0.10 < members < 0.25 and 0.07 < households < 0.16


def test_a_households_mistake_is_on_record_for_each_of_its_children(demo: duckdb.DuckDBPyConnection) -> None:
    missing, wrong, forgotten = demo.execute("""
        with homes as (
            select
                households.*,
                current.postcode as current_postcode,
                list_contains(
                    (select list(earlier.postcode) from household_address as earlier
                    where earlier.household_n = households.household_n), households.postcode
                ) as is_an_address_of_theirs,
                mistakes.cause
            from family_household as households
            inner join household_address as current
                on households.household_n = current.household_n and current.valid_to_date = date '9999-12-31'
            left join household_dirt as mistakes using (household_id)
        )
        select
            count(*) filter (where (postcode is null) <> (cause is not distinct from 'postcode_missing')),
            count(*) filter (
                where case cause
                    when 'address_outdated' then not is_an_address_of_theirs
                    when 'address_moved' then address_line <> '1 Temporary Lodgings'
                    when 'postcode_missing' then false
                    else postcode <> current_postcode
                end
            ),
            (
                select count(*) from homes inner join family_member as members using (household_id)
                where
                    homes.cause is not null and members.child_n is not null
                    and not exists (
                        select 1 from dirt
                        where
                            dirt.child_n = members.child_n and dirt.cause = homes.cause
                            and dirt.flags_affected = 'family'
                    )
            )
        from homes
    """).fetchone()
    assert (missing, wrong, forgotten) == (0, 0, 0)


def test_hard_cases_cover_every_member_who_is_a_child_of_the_county(demo: duckdb.DuckDBPyConnection) -> None:
    without, plain_and_more, kinds = demo.execute("""
        select
            (
                select count(*) from family_member
                where child_n is not null and member_id not in (select member_id from hard_case)
            ),
            (
                select count(*) from hard_case
                where hard_case = 'plain'
                group by member_id having count(*) > 1
                union all
                select count(*) from hard_case as plain inner join hard_case as other using (member_id)
                where plain.hard_case = 'plain' and other.hard_case <> 'plain'
                limit 1
            ),
            (select list(distinct hard_case order by hard_case) from hard_case)
    """).fetchone()
    assert (without, plain_and_more) == (0, 0)
    assert set(kinds) == {
        "twin", "sibling", "renamed", "adopted", "moved", "namesake", "day_and_month_swapped", "birth_date_digit_wrong",
        "nickname", "letters_transposed", "forename_letter_wrong", "names_exchanged", "double_name_halved",
        "name_outdated", "postcode_missing", "sex_wrong", "plain",
    }  # fmt: skip


def test_mistakes_leave_every_delivery_below_its_tolerance(demo: duckdb.DuckDBPyConnection) -> None:
    worst_file = _rate(demo, """
        select max(rejected / file_rows) from (
            select detail, count(*) filter (
                    where cause in ('upn_check_letter_wrong', 'outcome_code_unknown', 'row_duplicated')
                ) as rejected,
                any_value(file_rows) as file_rows
            from dirt inner join attainment_target as files on dirt.detail = files.file_name and files.n = 1
            where source = 'attainment' group by detail
        )
    """)  # fmt: skip
    per_return = _rate(demo, """
        select max(mistakes) from (
            select cause, detail, count(*) as mistakes from dirt
            where source = 'school_census' and cause <> 'late_change' group by cause, detail
        )
    """)  # fmt: skip
    assert 0 < worst_file < 0.01
    assert per_return == 1


EXCLUDED = """
    with pupils as (
        select distinct child_n, phase in ('Secondary', 'Upper', 'Middle') as is_secondary
        from spell inner join school using (school_id)
        where enrol_status in ('C', 'M') and date '2025-01-16' between start_date and end_date
    ),

    counted as (
        select
            is_secondary,
            count(exclusion_n) filter (where category = 'SUSP') as suspensions,
            count(exclusion_n) filter (where category = 'PERM') as exclusions
        from pupils
        left join exclusion as events
            on pupils.child_n = events.child_n and start_date between date '2024-08-01' and date '2025-07-31'
        group by pupils.child_n, is_secondary
    )

    select 100 * avg({value}) from counted where {which}
"""


@pytest.mark.parametrize(
    ("value", "which", "real", "tolerance"),
    [
        ("suspensions", "true", 11.6, 2.5),
        ("suspensions", "is_secondary", 19.1, 4.0),
        ("suspensions", "not is_secondary", 2.9, 1.5),
        ("(suspensions > 0)::int", "true", 4.3, 0.7),
        ("exclusions", "true", 0.13, 0.2),
    ],
)
def test_suspensions_are_as_many_as_in_the_real_county(
    demo: duckdb.DuckDBPyConnection, value: str, which: str, real: float, tolerance: float
) -> None:
    """Of 100 pupils on roll in January, Dorset in 2023/24, by the Local Authority Interactive Tool."""
    assert _rate(demo, EXCLUDED.format(value=value, which=which)) == pytest.approx(real, abs=tolerance)


def test_nobody_is_suspended_for_longer_than_the_law_allows_or_off_the_roll(demo: duckdb.DuckDBPyConnection) -> None:
    most = "select max(s) from (select sum(sessions) as s from exclusion group by child_n, year_of(start_date))"
    assert _rate(demo, most) <= 90
    off_roll = """
        select count(*) from exclusion inner join spell using (spell_n)
        where exclusion.start_date not between spell.start_date and spell.end_date
    """
    assert _rate(demo, off_roll) == 0


def test_every_kind_of_mistake_is_made(demo: duckdb.DuckDBPyConnection) -> None:
    causes = {cause for (cause,) in demo.execute("select distinct cause from dirt").fetchall()}
    assert causes == {
        "upn_check_letter_wrong", "sen_code_obsolete", "attendance_code_unknown", "absence_exceeds_possible",
        "fsm_ends_before_it_starts", "late_change", "mark_missing", "outcome_code_unknown", "row_duplicated",
        "upn_untidy",
        "cell_begins_with_equals", "need_code_unknown", *MEMBER_MISTAKES, "address_moved", "address_outdated",
        "postcode_missing", "mark_unknown", "mark_left_blank", "day_corrected", "pupil_unknown",
        "response_code_unknown", "surname_mistyped",
        "scope_left_out", "school_unknown", "role_unknown", "not_on_the_list", "used_after_leaving", "month_left_out",
        "exclusion_reason_unknown", "exclusion_category_retired", "exclusion_before_entry",
        "exclusion_sessions_too_many", "exclusion_sessions_missing",
        "nccis_activity_unknown", "nccis_birth_date_unreadable", "nccis_lapse_disagrees", "nccis_neet_start_missing",
        "nccis_twice", "nccis_upn_wrong_letter",
        "cin_closed_before_referral", "cin_reason_unknown", "cin_referral_unreadable", "cin_twice",
        "cin_upn_wrong_letter",
        "sen2_birth_date_unreadable", "sen2_ceased_before_start", "sen2_need_unknown", "sen2_outcome_unknown",
        "sen2_upn_wrong_letter",
        "police_grade_unknown", "police_incident_unreadable", "police_named_otherwise", "police_school_unreadable",
        "police_twice",
        "early_years_basis_unknown", "early_years_birth_date_unreadable", "early_years_hours_unreadable",
        "early_years_named_otherwise", "early_years_twice",
        "not_in_school_birth_date_unreadable", "not_in_school_named_otherwise", "not_in_school_reason_unknown",
        "not_in_school_start_unreadable", "not_in_school_twice",
        "concern_about_staff", "concern_agency_unknown", "concern_category_unmapped", "concern_raised_unreadable",
        "concern_status_unknown", "concern_twice", "concern_upn_wrong_letter",
    }  # fmt: skip
