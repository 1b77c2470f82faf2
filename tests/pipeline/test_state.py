"""A night makes anew what would come out otherwise, and nothing else."""

from datetime import datetime
from pathlib import Path

import pytest

from benchmarks import sequences
from orchestration.build import compiled, database, dbt, materializations, partitions, state, warehouse
from orchestration.build.materializations import Node, relation
from orchestration.settings import Settings
from tests.support.warehouse import KEY, Warehouse

EVENING = datetime(2026, 6, 26, 20)
NEXT = datetime(2026, 6, 27, 20)
LATE = ("synergy__pupils", "family_matters__households")


@pytest.fixture(scope="module")
def built(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose tables are noted, built for the evening. Tests copy it."""
    settings = sequences.copied(Settings(home=clean.home, key=KEY), tmp_path_factory.mktemp("state") / "built")
    sequences.build(settings, EVENING)
    return settings


@pytest.fixture
def night(built: Settings, tmp_path: Path) -> Settings:
    return sequences.copied(built, tmp_path / "night")


@pytest.fixture(scope="module")
def morrow(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, int, int]:
    """The home a day later, and how many tables that night made and left. Tests copy it."""
    settings = sequences.copied(built, tmp_path_factory.mktemp("morrow") / "built")
    return settings, *sequences.build(settings, NEXT)


@pytest.fixture
def next_night(morrow: tuple[Settings, int, int], tmp_path: Path) -> Settings:
    return sequences.copied(morrow[0], tmp_path / "night")


@pytest.fixture(scope="module")
def next_from_nothing(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """What the next day makes of the same when nothing is taken as given. Only to be read."""
    return _from_nothing(built, NEXT, tmp_path_factory.mktemp("whole") / "built")


def _from_nothing(before: Settings, moment: datetime, to: Path) -> Settings:
    whole = sequences.copied(before, to)
    sequences.build_from_nothing(whole, moment)
    return whole


def _not_as_from_nothing(settings: Settings, before: Settings, moment: datetime) -> list[str]:
    """The tables in which a build differs from one that takes nothing of `before` as given."""
    return sequences.differing(settings, _from_nothing(before, moment, settings.home.with_name("whole")))


def test_a_night_that_brings_nothing_makes_nothing(night: Settings) -> None:
    made, left = sequences.build(night, EVENING)
    assert (made, left > 200) == (0, True)


def test_the_next_day_makes_what_hangs_on_the_day(
    next_night: Settings, morrow: tuple[Settings, int, int], next_from_nothing: Settings
) -> None:
    _, made, left = morrow
    assert 0 < made < left
    with database.connect(next_night) as connection:
        connection.execute("update ops.build_run set said_at = ?", [NEXT])
        assert state.reasons_of_run(connection)[0][0] == "the day"
    assert sequences.differing(next_night, next_from_nothing) == []


FACTS_BY_DAY = """
select partition, made_at = ? as is_made
from ops.node_partition
where ends_with(unique_id, '.fct_flag_assessment') and rows > 0
order by partition
"""


def test_the_days_that_are_over_stay_as_they_are(next_night: Settings) -> None:
    """The facts of flags are made for the new day; of those before, as rows and as statements, nothing is written."""
    statement = "select count(*) from snapshots.snap_flag where said_from_at = ? or said_to_at = ?"
    with database.connect(next_night) as connection:
        days = connection.execute(FACTS_BY_DAY, [NEXT]).fetchall()
        made = [day for day, is_made in days if is_made]
        (said,) = connection.execute(statement, [NEXT, NEXT]).fetchone() or (None,)
        (facts,) = connection.execute(
            "select count(*) from core.fct_flag_assessment where as_of_date = ?", [NEXT.date()]
        ).fetchone() or (None,)
    assert (made, len(days) > 10) == ([NEXT.date().isoformat()], True)
    assert facts > 0
    assert said < facts


def test_each_day_by_itself_is_what_it_is_among_the_others(night: Settings) -> None:
    """What a model kept by partition makes of one partition alone are its rows of it."""
    sql, run = compiled.project(night).sql, warehouse.Run(EVENING.date(), EVENING)
    kept = [node for node in dbt.nodes("model") if partitions.of(node) and node["language"] == "sql"]
    wrong = []
    with database.connect(night) as connection:
        warehouse.prepare(connection, night, run)
        for node in kept:
            table, column = relation(node), partitions.of(node)
            names = ", ".join(materializations.columns(connection, f"from {table}"))
            found = connection.execute(f"select distinct {column}::varchar from {table} order by 1").fetchall()
            for (name,) in found[:: max(1, len(found) // 4)]:
                partitions.choose(connection, str(column), table, [name])
                alone = f"select {names} from ({sql[node['unique_id']]})"
                among = f"select {names} from {table} where {column} in (from changed_partition)"
                differing = f"(({alone}) except all ({among})) union all (({among}) except all ({alone}))"
                if connection.execute(f"from ({differing})").fetchall():
                    wrong.append((node["name"], name))
    assert (wrong, len(kept) > 12) == ([], True)


FORECASTS_MADE = """
select origins.flag_code, last_half_term - history_half_terms_count as half_terms_back, count(*)
from ops.node_partition as made
inner join (
    select *, max(history_half_terms_count) over (partition by place_type, place_code, flag_code) as last_half_term
    from intermediate.int_forecast_origins
) as origins
    on made.partition = concat_ws(' ', place_type, place_code, origins.flag_code, history_half_terms_count)
where ends_with(made.unique_id, '.int_flags_forecast') and made.made_at = ?
group by all
"""


def test_a_quiet_night_forecasts_nothing_anew(next_night: Settings) -> None:
    """A day later the counts of the open half term may be others (a birthday); those of closed ones are not."""
    with database.connect(next_night) as connection:
        moved = connection.execute(FORECASTS_MADE, [NEXT]).fetchall()
        (kept,) = connection.execute("select count(*) from intermediate.int_flags_forecast").fetchone() or (0,)
        connection.execute("update ops.delivery set run_id = 'sent again' where source = 'synergy'")
    assert kept > 0
    assert {back for _, back, _ in moved} <= {0}
    sequences.build(next_night, NEXT.replace(hour=21))
    with database.connect(next_night) as connection:
        assert connection.execute(FORECASTS_MADE, [NEXT.replace(hour=21)]).fetchall() == []


LATE_WORD = """
update raw.synergy__sen set end_date = '01/09/2025' where sen_provision = 'K' and end_date is not null;
update ops.delivery set run_id = 'corrected' where source = 'synergy';
"""
"""SEN support that was over before the first day of flags lasted into the summer of 2025."""


def test_a_late_word_on_days_that_are_over_makes_those_days_anew(night: Settings) -> None:
    """The days that it speaks of are touched, and no others; and the forecasts that learn from them."""
    late = EVENING.replace(hour=21)
    with database.connect(night) as connection:
        connection.execute(LATE_WORD)
    before = sequences.copied(night, night.home.with_name("before"))
    sequences.build(night, late)
    with database.connect(night) as connection:
        days = connection.execute(FACTS_BY_DAY, [late]).fetchall()
        forecasts = connection.execute(FORECASTS_MADE, [late]).fetchall()
    assert [is_made for day, is_made in days] == [day < "2025-09-01" for day, _ in days]
    # forecasts learn from those days: of the flag, and of any, from now and from where the backtest starts
    assert {flag for flag, _, _ in forecasts} == {"sen", "any"}
    assert {back for flag, back, _ in forecasts if flag == "sen"} > {0, 1}
    assert _not_as_from_nothing(night, before, late) == []


def test_a_day_left_alone_that_had_changed_is_seen_by_the_comparison(
    night: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule of what is touched, broken on purpose: of the rows of a day only their number counts."""
    late, made_of = NEXT.replace(hour=21), partitions._made_of
    with monkeypatch.context() as broken:
        broken.setattr(
            partitions, "_made_of", lambda others, rows: made_of(others, [each and (each[0], 0) for each in rows])
        )
        sequences.build(night, NEXT)
        with database.connect(night) as connection:
            connection.execute(LATE_WORD)
        before = sequences.copied(night, night.home.with_name("before"))
        sequences.build(night, late)
    assert 'core."fct_flag_assessment"' in _not_as_from_nothing(night, before, late)


def test_a_sequence_of_nights_ends_where_builds_from_nothing_do(built: Settings, tmp_path: Path) -> None:
    nights = sequences.sequence(1, 1, built, tmp_path, lambda night: None, count=2)
    assert [night.differing for night in nights] == [(), ()]
    assert any(night.left for night in nights)


def test_a_change_that_nobody_notes_is_seen_by_the_comparison(
    built: Settings, next_from_nothing: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = state.States.changed

    def blind(states: state.States, node: Node) -> list[str]:
        return [name for name in changed(states, node) if name != "the day"]

    monkeypatch.setattr(state.States, "changed", blind)
    night = sequences.copied(built, tmp_path / "night")
    sequences.build(night, NEXT)
    monkeypatch.undo()
    assert 'intermediate."int_assessment_dates"' in sequences.differing(night, next_from_nothing)


def test_what_a_run_made_before_it_was_cut_short_is_described(night: Settings) -> None:
    """The next run leaves it alone, so nobody would describe it later."""
    sequences.forget(night)
    with database.connect(night) as connection:
        nodes = warehouse.build(connection, night, warehouse.Run(EVENING.date(), EVENING), warehouse.selected())
        assert next(built for built in nodes if built.name == "dim_date")
        (described,) = connection.execute(
            "select count(comment) = count(*) from duckdb_columns() "
            "where schema_name = 'core' and table_name = 'dim_date'"
        ).fetchone() or (None,)
    assert described
