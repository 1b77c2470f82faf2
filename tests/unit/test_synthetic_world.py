"""The invented world: UPNs by arithmetic, rates like the real county's, mistakes at rates that sink no delivery."""

import csv
from pathlib import Path

import pytest

from synthetic import county, world
from synthetic.sizes import DEMO, HAMLET

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "real" / "upn" / "upn_vectors.csv"


@pytest.fixture(scope="module")
def demo():
    return world.build(DEMO, 42, county.AS_OF_DATE)


@pytest.fixture(scope="module")
def hamlet():
    return world.build(HAMLET, 42, county.AS_OF_DATE, clean=True)


@pytest.mark.skipif(not VECTORS.exists(), reason="the published UPNs do not lie beside this checkout")
def test_check_letters_agree_with_published_numbers(hamlet):
    with VECTORS.open(encoding="utf-8") as file:
        vectors = [row for row in csv.DictReader(file) if row["kind"] != "format"]
    assert vectors
    for row in vectors:
        letter = hamlet.execute("select upn_letter(?)", [row["upn"][1:]]).fetchone()[0]
        assert letter == row["computed_check_letter"], row["upn"]


@pytest.mark.parametrize("upn", ["A950000178301", "H243278544154", "T20110001804V"])
def test_check_letter_of_known_numbers(hamlet, upn):
    assert hamlet.execute("select upn(?)", [upn[1:]]).fetchone()[0] == upn


def test_upns_are_well_formed_and_belong_to_one_child(demo):
    wrong, shared = demo.execute("""
        select
            count(*) filter (
                where not regexp_full_match(upn, '[A-HJ-NP-RT-Z]\\d{11}[A-HJ-NP-RT-Z0-9]') or upn <> upn(upn[2:])
            ),
            count(distinct (upn, child_n)) - count(distinct upn)
        from upn_version
    """).fetchone()
    assert (wrong, shared) == (0, 0)


def _rate(connection, query: str) -> float:
    return connection.execute(query).fetchone()[0]


ABSENCE = """
    select avg((absent >= {share} * possible)::int)
    from true_attendance
    inner join child_on_the_day as days using (child_n)
    inner join school as schools using (school_id)
    inner join child as children using (child_n)
    where days.age between 5 and 15 and {group}
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
def test_absence_is_like_the_real_countys(demo, group, share, real, tolerance):
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
def test_support_and_meals_are_like_the_real_countys(demo, flag, group, real):
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


def test_attainment_is_like_the_real_countys(demo):
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


def test_deprivation_drives_meals_and_absence(demo):
    poorer, richer = demo.execute("""
        select
            avg((state = 'raised')::int) filter (where idaci_decile <= 3),
            avg((state = 'raised')::int) filter (where idaci_decile >= 8)
        from true_flag inner join child using (child_n)
        where flag_code = 'fsm'
    """).fetchone()
    assert poorer > 2 * richer


def test_a_child_is_at_one_main_school_at_a_time_and_no_name_stands_for_two_children(demo):
    overlaps = _rate(demo, """
        select count(*) from spell as a inner join spell as b
            on a.child_n = b.child_n and a.spell_n < b.spell_n 
            and a.start_date <= b.end_date and b.start_date <= a.end_date
        where a.enrol_status in ('C', 'M') and b.enrol_status in ('C', 'M')
    """)  # fmt: skip
    namesakes = _rate(demo, """
        select count(*) from (
            select 1 from synergy_pupil group by surname, forename, birth_date, postcode having count(*) > 1
        )
    """)  # fmt: skip
    returned_twice = _rate(demo, """
        select count(*) from (
            select 1 from attendance group by child_n, school_id, to_date having count(*) > 1
        )
    """)  # fmt: skip
    assert (overlaps, namesakes, returned_twice) == (0, 0, 0)


def test_twins_siblings_movers_and_second_registrations_exist(demo):
    twins, siblings, movers, statuses = demo.execute("""
        select
            (select count(*) from (select 1 from child group by household_n, birth_date having count(*) > 1)),
            (select count(*) from (select 1 from child group by household_n having count(*) > 1)),
            (select count(*) from child where move_date is not null),
            (select count(distinct enrol_status) from spell)
    """).fetchone()
    assert twins > 20 and siblings > 1_000 and movers > 300 and statuses == 4


def test_mistakes_leave_every_delivery_below_its_tolerance(demo):
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


def test_every_kind_of_mistake_is_made(demo):
    causes = {cause for (cause,) in demo.execute("select distinct cause from dirt").fetchall()}
    assert causes == {
        "upn_check_letter_wrong", "sen_code_obsolete", "attendance_code_unknown", "absence_exceeds_possible",
        "fsm_ends_before_it_starts", "late_change", "mark_missing", "outcome_code_unknown", "row_duplicated",
        "upn_untidy",
        "cell_begins_with_equals", "need_code_unknown", "nickname", "letters_transposed", "day_and_month_swapped",
        "accent_lost", "address_moved", "postcode_missing",
    }  # fmt: skip
