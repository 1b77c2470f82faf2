"""What a release said stays as it was said; what was true changes with what arrives; both can be asked."""

import json
import os
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import releases
from orchestration.build import database, journal
from orchestration.deliveries.schema import ensure_schema
from orchestration.releases import content
from orchestration.settings import Settings
from tests.support.warehouse import DAY, Warehouse

MARCH = "2026-03-03"


@pytest.fixture(scope="module")
def spoken(counties: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, Path]:
    """A warehouse that spoke on 3 March, when one school's spring census was still missing, and again in June.

    Beside it, a copy of the release of 3 March.
    """
    from synthetic import county

    folder = tmp_path_factory.mktemp("spoken")
    county.write(folder / "march", "hamlet", 1, clean=True, as_of=date.fromisoformat(MARCH))
    census = folder / "march" / "extracts" / "school_census"
    late = sorted(census.glob("*_2026_spring.xml"))[0]
    late.rename(folder / late.name)
    home = Warehouse(folder / "home", counties["clean"])
    for day, extracts in {MARCH: folder / "march" / "extracts", DAY: counties["clean"] / "extracts"}.items():
        assert home.here("deliver", extracts).returncode == 0
        built = home.here("build", "--as-of", day)
        assert built.returncode == 0, built.stdout + built.stderr
        if day == MARCH:
            shutil.copy(home.release_file, folder / "march.duckdb")
    return home, folder / "march.duckdb"


def test_what_was_said_on_3_march_is_what_the_release_of_that_day_showed(spoken: tuple[Warehouse, Path]) -> None:
    """The question as the guide has it: from the newest release alone."""
    home, march = spoken
    said = home.release(
        """
        select child_durable_key, flag_code, flag_state, reason_code, value
        from core.fct_flag_as_said
        inner join core.dim_flag using (flag_key)
        where said_from_at < date '2026-03-04' and date '2026-03-04' <= said_to_at
            and (academic_year, half_term) = ('2025/26', 4)
        order by all
        """
    )
    with duckdb.connect(str(march), read_only=True) as connection:
        shown = connection.execute(
            """
            select child_durable_key, flag_code, flag_state, reason_code, value
            from core.fct_flag_assessment
            inner join core.dim_flag using (flag_key)
            where is_current
            order by all
            """
        ).fetchall()
    assert len(said) > 1000
    assert said == shown


def test_what_we_now_know_was_true_on_3_march_rests_on_the_census_that_came_late(
    spoken: tuple[Warehouse, Path],
) -> None:
    home, march = spoken
    returns = "select distinct file_name from core.dim_delivery where period = '2026-spring'"
    resting = """
        select count(*)
        from core.fct_flag_assessment
        inner join core.dim_delivery using (delivery_key)
        where as_of_date = date '2026-03-03' and file_name = ?
    """
    with duckdb.connect(str(march), read_only=True) as connection:
        ((late,),) = set(home.release(returns)) - set(connection.execute(returns).fetchall())
        assert connection.execute(resting, [late]).fetchone() == (0,)
    assert home.release(resting, late)[0][0] > 0


def test_status_and_map_of_3_march_are_told_as_they_were(spoken: tuple[Warehouse, Path]) -> None:
    home, march = spoken
    on_the_day = "where said_from_at < date '2026-03-04' and date '2026-03-04' <= said_to_at"
    children = home.release(f"select child_durable_key, nc_year from core.fct_child_as_said {on_the_day} order by all")
    schools = home.release(f"select school_id, zone_code from core.fct_school_as_said {on_the_day} order by all")
    with duckdb.connect(str(march), read_only=True) as connection:
        assert (
            children
            == connection.execute(
                "select child_durable_key, nc_year from core.dim_child where is_current and child_key <> 'unknown' "
                "order by all"
            ).fetchall()
        )
        assert (
            schools
            == connection.execute(
                "select school_id, nullif(zone_code, 'unknown') from core.dim_school "
                "where date '2026-03-03' between valid_from_date and valid_to_date - 1 and school_key <> 'unknown' "
                "order by all"
            ).fetchall()
        )


def test_a_late_census_restates_past_half_terms_and_says_which_delivery_did(spoken: tuple[Warehouse, Path]) -> None:
    home, _ = spoken
    found = home.release(
        """
        select change, cause, source, count(*)
        from mart.mart_restatement
        where file_name like '%_2026_spring.xml' and half_term_label = '2025/26 half term 3'
        group by all
        """
    )
    assert ("changed", "delivery", "school_census") in {row[:3] for row in found}


def test_nothing_is_restated_of_a_half_term_that_was_not_over(spoken: tuple[Warehouse, Path]) -> None:
    home, _ = spoken
    latest = home.release("select max(half_term_end_date) from mart.mart_restatement")
    assert latest[0][0] < date.fromisoformat(MARCH)


def test_a_restatement_is_the_difference_between_two_releases(spoken: tuple[Warehouse, Path]) -> None:
    """Recomputed from the two files: every flag of an ended half term of which they say different things."""
    home, march = spoken
    with duckdb.connect(str(home.release_file), read_only=True) as connection:
        connection.execute(f"attach '{march}' as march (read_only)")
        differing, restated = connection.execute(
            """
            with compared as (
                select
                    child_durable_key, flag_key, as_of_date,
                    count(*) as sides,
                    count(distinct (flag_state, coalesce(reason_code, ''), coalesce(value, -1))) as answers
                from (
                    select child_durable_key, flag_key, as_of_date, flag_state, reason_code, value
                    from core.fct_flag_assessment
                    union all
                    select child_durable_key, flag_key, as_of_date, flag_state, reason_code, value
                    from march.core.fct_flag_assessment where not is_current
                )
                where as_of_date <= (
                    select max(as_of_date) from march.core.fct_flag_assessment where not is_current
                )
                    and as_of_date >= (select min(as_of_date) from core.fct_flag_assessment)
                group by all
            )

            select
                (select count(*) from compared where sides = 1 or answers > 1),
                (
                    select count(*) from mart.mart_restatement
                    where half_term_end_date >= (select min(as_of_date) from core.fct_flag_assessment)
                )
            """
        ).fetchone()
    assert differing == restated > 0


def test_releases_that_spoke_are_listed(spoken: tuple[Warehouse, Path]) -> None:
    home, _ = spoken
    assert home.release("select as_of_date::varchar, is_this from core.dim_release order by said_at") == [
        (MARCH, False),
        (DAY, True),
    ]


def test_a_look_back_says_nothing_anew(spoken: tuple[Warehouse, Path]) -> None:
    home, _ = spoken
    before = home.release("select count(*), sum(hash(t)::hugeint) from core.fct_flag_as_said as t")
    looked_back = home.here("build", "--as-of", "2026-05-01")
    assert looked_back.returncode == 0, looked_back.stdout + looked_back.stderr
    assert home.release("select count(*), sum(hash(t)::hugeint) from core.fct_flag_as_said as t") == before
    assert len(list((home.home / "knowledge").iterdir())) == 2
    assert home.earlyhelp("rollback").returncode == 0


def test_the_warehouse_is_made_again_from_the_archive_with_what_was_said(spoken: tuple[Warehouse, Path]) -> None:
    """With a damaged build: two runs of deliveries, the journal, and the same content as the release in force."""
    home, _ = spoken
    build = home.home / "build" / "early_help.duckdb"
    os.truncate(build, build.stat().st_size // 2)
    build.with_name(f"{build.name}.wal").write_bytes(b"left by another" * 99)
    for command in (["status"], ["build", "--as-of", DAY]):
        told = home.earlyhelp(*command)
        assert "`earlyhelp rebuild` makes it again" in told.stdout + told.stderr
        assert "Traceback" not in told.stderr
    made = home.earlyhelp("rebuild")
    assert made.returncode == 0, made.stdout + made.stderr
    manifest = json.loads((home.home / "current" / "manifest.json").read_text())
    assert f"Content: {manifest['content_sha256']}" in made.stdout
    assert content.digest(content.of(home.release_file)) == manifest["content_sha256"]
    assert home.inside("select count(*) from core.fct_flag_as_said") == home.release(
        "select count(*) from core.fct_flag_as_said"
    )


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home whose journal has one entry, and a build that went on from it and was never published."""
    settings = Settings(home=tmp_path)
    folder = settings.knowledge / "20260303T020000Z"
    folder.mkdir(parents=True)
    entry = journal.Entry("20260303T020000Z", MARCH, "2026-03-03T02:00:00", "1", "code", "inputs")
    (folder / journal.LINE).write_text(json.dumps(entry.__dict__))
    with database.connect(settings) as connection:
        ensure_schema(connection)
        connection.execute("create schema snapshots")
        connection.execute(
            """
            create table snapshots.snap_flag as
            select 'one' as statement_id, timestamp '2026-03-03 02:00:00' as said_from_at,
                timestamp '9999-12-31' as said_to_at
            """
        )
        connection.execute(f"copy snapshots.snap_flag to '{folder / 'snap_flag.parquet'}' (format parquet)")
        connection.execute("update snapshots.snap_flag set said_to_at = timestamp '2026-03-04 02:00:00'")
        connection.execute(
            "insert into snapshots.snap_flag values ('two', timestamp '2026-03-04 02:00:00', timestamp '9999-12-31')"
        )
    return settings


def test_what_a_build_said_that_was_never_published_is_unsaid(home: Settings) -> None:
    with database.connect(home) as connection:
        journal.begin(home, connection, date(2026, 3, 5), "20260303T020000Z")
        assert connection.execute("select statement_id, said_to_at::varchar from snapshots.snap_flag").fetchall() == [
            ("one", "9999-12-31 00:00:00")
        ]


def test_a_second_release_of_a_day_speaks_later_than_the_first(home: Settings) -> None:
    with database.connect(home) as connection:
        said = [journal.begin(home, connection, date(2026, 3, day), "20260303T020000Z") for day in (2, 3, 4)]
    first = journal.entries(home)[0].moment
    assert [saying.is_look_back for saying in said] == [True, False, False]
    assert first < said[1].said_at < said[2].said_at


@pytest.mark.parametrize("in_force", ["20260303T020000Z", "20260305T020000Z"])
def test_a_publication_cut_short_is_said_only_if_it_was_switched_in(home: Settings, in_force: str) -> None:
    draft = home.knowledge / ".20260305T020000Z.part"
    shutil.copytree(home.knowledge / "20260303T020000Z", draft)
    line = json.loads((draft / journal.LINE).read_text())
    line |= {"release_id": "20260305T020000Z", "said_at": "2026-03-05T02:00:00"}
    (draft / journal.LINE).write_text(json.dumps(line))
    journal.settle(home, in_force)
    assert (len(journal.entries(home)) == 2) is (in_force == "20260305T020000Z")
    assert not draft.exists()


def test_journal_and_releases_go_together(spoken: tuple[Warehouse, Path]) -> None:
    home, _ = spoken
    settings = Settings(home=home.home)
    shelf = {release.release_id for release in releases.on_disk(settings)}
    assert {entry.release_id for entry in journal.entries(settings)} <= shelf
