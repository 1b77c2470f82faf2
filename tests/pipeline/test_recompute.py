"""The release says what the files say: flags worked out a second time, from the files alone, by school and by child.

Nothing of the warehouse is used but its answer, and, of the private build, under which key it knows a UPN. There is no
tolerance: where rows of the dirty county are set aside, `flags.sql` says by which rule, and the warehouse set aside as
many by the same.
"""

from collections.abc import Iterator

import duckdb
import pytest

from expectations import reference
from tests.support.recompute.comparison import recomputed
from tests.support.warehouse import Warehouse

STATES = "count(*) filter (where state = 'raised'), count(*) filter (where state = 'not_assessable')"


@pytest.fixture(scope="module")
def clean_files(clean: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with recomputed(clean) as connection:
        yield connection


@pytest.fixture(scope="module")
def dirty_files(dirty: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with recomputed(dirty) as connection:
        yield connection


class Claims:
    """What holds of every county."""

    def test_a_child_has_one_key_and_a_key_one_child(self, files: duckdb.DuckDBPyConnection) -> None:
        counted = files.execute(
            "select count(*), count(distinct child_id), count(distinct child_durable_key) from keys"
        )
        ((pairs, children, keys),) = counted.fetchall()
        assert pairs == children == keys > 300

    def test_every_flag_of_every_child_is_the_one_worked_out_from_the_files(
        self, files: duckdb.DuckDBPyConnection
    ) -> None:
        differences = files.execute(
            """
            with published as (
                select keys.child_id, evidence.* from said.mart.mart_flag_evidence as evidence
                left join keys on evidence.child_durable_key = keys.child_durable_key
            )

            select
                coalesce(flag.flag_code, published.flag_code), coalesce(flag.child_id, published.child_id),
                flag.state, published.flag_state, flag.reason, published.reason_code, flag.value, published.value
            from flag
            full join published on flag.child_id = published.child_id and flag.flag_code = published.flag_code
            where
                flag.state is distinct from published.flag_state
                or flag.reason is distinct from published.reason_code
                or flag.value::decimal(18, 6) is distinct from published.value
            order by all
            """
        ).fetchall()
        assert differences == []

    def test_every_child_on_the_list_is_where_the_files_have_it(self, files: duckdb.DuckDBPyConnection) -> None:
        differences = files.execute(
            """
            select population.child_id, population.school_id, listed.school_id
            from population
            left join keys on population.child_id = keys.child_id
            full join said.mart.mart_child_list as listed on keys.child_durable_key = listed.child_durable_key
            where population.school_id is distinct from listed.school_id
            """
        ).fetchall()
        assert differences == []

    def test_every_school_has_as_many_children_and_flags_as_its_files_say(
        self, files: duckdb.DuckDBPyConnection
    ) -> None:
        """A school without a child in scope is shown with nought, or not at all."""
        differences = files.execute(
            f"""
            with judged as (
                select school_id, flag_code, state from flag
                union all
                select
                    school_id, 'any',
                    case
                        when bool_or(state = 'raised') then 'raised'
                        when bool_or(state = 'not_raised') then 'not_raised'
                        else 'not_assessable'
                    end
                from flag group by child_id, school_id
            ),

            counted (school_id, flag_code, children, raised, not_assessable) as (
                select school_id, flag_code, count(*), {STATES} from judged group by all
            ),

            published as (
                select * from said.mart.mart_school_overview where is_current
            )

            select coalesce(counted.school_id, published.school_id), coalesce(counted.flag_code, published.flag_code),
                counted.children, published.children_count, counted.raised, published.raised_count,
                counted.not_assessable, published.not_assessable_count
            from counted
            full join published on counted.school_id = published.school_id and counted.flag_code = published.flag_code
            where
                coalesce(counted.children, 0) is distinct from published.children_count
                or coalesce(counted.raised, 0) is distinct from published.raised_count
                or coalesce(counted.not_assessable, 0) is distinct from published.not_assessable_count
                or coalesce(counted.children - counted.not_assessable, 0) is distinct from published.assessable_count
            order by all
            """
        ).fetchall()
        assert differences == []

    def test_a_schools_absence_is_what_its_returns_say(self, files: duckdb.DuckDBPyConnection) -> None:
        differences = files.execute(
            """
            with counted as (
                select school_id, to_date, count(*) as children, sum(possible) as possible, sum(absent) as absent
                from term group by all
            ),

            published as (
                select
                    schools.school_id, facts.period_end_date, count(*) as children,
                    sum(facts.sessions_possible) as possible, sum(facts.sessions_absent) as absent
                from said.core.fct_attendance_period as facts
                inner join said.core.dim_school as schools on facts.school_key = schools.school_key
                group by all
            )

            select * from counted
            full join published
                on counted.school_id = published.school_id and counted.to_date = published.period_end_date
            where (counted.children, counted.possible, counted.absent)
                is distinct from (published.children, published.possible, published.absent)
            order by all
            """
        ).fetchall()
        assert differences == []

    def test_a_schools_persistent_absence_by_the_departments_statistic_is_what_its_returns_say(
        self, files: duckdb.DuckDBPyConnection
    ) -> None:
        differences = files.execute(
            """
            with published as (
                select school_id, period_end_date, statistic_children_count as children,
                    persistently_absent_statistic_count as persistently_absent
                from said.mart.mart_attendance_reconciliation
                where statistic_children_count is not null
            )

            select * from statistic
            full join published
                on statistic.school_id = published.school_id and statistic.to_date = published.period_end_date
            where (statistic.children, statistic.persistently_absent)
                is distinct from (published.children, published.persistently_absent)
            order by all
            """
        ).fetchall()
        assert differences == []
        assert files.execute("select sum(persistently_absent) > 20 from statistic").fetchall() == [(True,)]


class TestClean(Claims):
    """The county without a mistake."""

    @pytest.fixture
    def files(self, clean_files: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        return clean_files

    def test_the_clean_county_needs_no_such_rule(self, clean: Warehouse) -> None:
        assert clean.inside("select sum(rows_rejected)::int from ops.delivery") == [(0,)]


class TestDirty(Claims):
    """The county with the mistakes that real extracts have."""

    @pytest.fixture
    def files(self, dirty_files: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        return dirty_files

    def test_every_state_and_reason_occurs_that_the_files_can_give(self, files: duckdb.DuckDBPyConnection) -> None:
        found = set(files.execute("select distinct flag_code, coalesce(reason, state) from flag").fetchall())
        for state in ("raised", "not_raised"):
            assert {flag for flag, word in found if word == state} == set(
                reference.codes("ref_flag.flag_code[is_on=true]")
            )
        assert {
            ("attainment", "no_record_for_child"),
            ("attainment", "outcome_not_recorded"),
            ("attainment", "data_too_old"),
            ("attendance", "not_collected_at_age"),
            ("attendance", "too_few_sessions"),
        } <= found

    def test_the_rows_set_aside_are_those_in_quarantine(
        self, dirty: Warehouse, files: duckdb.DuckDBPyConnection
    ) -> None:
        """Each rule by which the recomputation leaves rows out, and the reason the warehouse gives for as many."""
        rules = {
            ("school_census", "upn_check_letter_wrong"): "files.returned where not upn_is_right(upper(trim(upn)))",
            ("attainment", "upn_check_letter_wrong"): 'files.results where not upn_is_right(upper(trim("UPN")))',
            ("attendance_daily", "code_unknown"): """
                files.marks where "AM" not in (select code from mark_code) or "PM" not in (select code from mark_code)
            """,
            ("school_census", "number_out_of_range"): "truth.dirt where cause = 'exclusion_sessions_too_many'",
            ("synergy", "duplicate_key"): """
                (from files.enrolments
                qualify row_number() over (partition by "Pupil Ref", "DfE Number", "Start Date") > 1)
            """,
        }
        counted = {told: files.execute(f"select count(*) from {rows}").fetchall()[0][0] for told, rows in rules.items()}
        quarantined = dirty.inside(
            """
            select deliveries.source, rejections.reason, sum(rejections.rows)::int
            from ops.rejection as rejections inner join ops.delivery as deliveries using (delivery_id)
            where deliveries.source in ('school_census', 'attainment', 'attendance_daily', 'synergy', 'family_matters')
            group by all
            """
        )
        assert {(source, reason): rows for source, reason, rows in quarantined} == {
            told: rows for told, rows in counted.items() if rows
        }

    def test_a_need_that_nobody_knows_is_left_out_of_its_row(
        self, dirty: Warehouse, files: duckdb.DuckDBPyConnection
    ) -> None:
        (unknown,) = files.execute("select count(*) from files.sen where \"Primary Need\" = 'QQQ'").fetchone()
        assert unknown > 0
        told = "select reason, sum(rows)::int from ops.set_aside where column_name = 'primary_need' group by all"
        assert dirty.inside(told) == [("code_unknown", unknown)]
