"""Nothing hidden in an open file can be worked out: a solver tries, on counties made to be hard."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.releases import open_file
from tests.support.attacker import Found, Row, days_of, recovered, rows_of
from tests.support.open_county import RELEASE, County

DAY = "2026-05-22"
FLAGS = ("family", "fsm")


def one_flag(places: dict[str, Any], counts: dict[str, tuple[int, int, int]]) -> County:
    return County(places, {(DAY, school, "family"): value for school, value in counts.items()})


def told(file: Path, place: str, number: str = "raised_count", flag: str = "family") -> object:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(
            f"select {number} from open_data.flag_count where place_code = ? and flag_code = ?", [place, flag]
        ).fetchone()[0]


def primary_only(county: County, day: str, threshold: int = 5) -> list[Row]:
    """What a release would tell that hides small numbers and nothing else."""
    places: dict[tuple[str, str, str | None, str | None], list[str]] = {}
    for school in {school for school, _ in county.truth(day)}:
        pyramid, zone = county.moves.get((day, school), county.places[school])
        for place in (
            ("school", school, pyramid, zone),
            ("pyramid", pyramid, None, zone),
            ("zone", zone, None, None),
            ("county", "county", None, None),
        ):
            if place[1] is not None:
                places.setdefault(place, []).append(school)
    rows = []
    for (kind, code, within, zone_code), schools in places.items():
        for flag in FLAGS[:1]:
            children, assessable, raised = map(
                sum, zip(*(county.truth(day)[school, flag] for school in schools), strict=True)
            )
            small = any(0 < part < threshold for part in (raised, assessable - raised, children - assessable))
            numbers = (children, None, None) if small else (children, assessable, raised)
            rows.append(Row(kind, code, within, zone_code, flag, *numbers))
    return rows


PLACES = {
    **{school: ("P1", "Z1") for school in ("a", "b", "c", "d")},
    **{school: ("P2", "Z1") for school in ("e", "f", "g", "h")},
    **{school: ("P3", "Z2") for school in ("i", "j", "k", "l")},
}
PLAIN = one_flag(
    PLACES, {school: (100, 100, 3 if school == "a" else 10 + number) for number, school in enumerate(PLACES)}
)

FOUR_SMALL = one_flag(
    PLACES,
    {
        school: (100, 100, {"a": 2, "b": 3, "c": 4, "d": 4}.get(school, 10 + number))
        for number, school in enumerate(PLACES)
    },
)


def test_a_small_number_left_alone_is_recovered_from_the_total() -> None:
    """The attacker is able: with small numbers hidden and nothing else, it finds them."""
    found = recovered(primary_only(PLAIN, DAY), 5)
    assert Found("a", "family", "raised", 3, 3) in found


def test_a_small_number_is_hidden_with_others_and_not_recovered(tmp_path: Path) -> None:
    file = PLAIN.open(tmp_path, "plain")
    assert told(file, "a") is None
    assert told(file, "a", "raised_mark") == "c"
    assert [told(file, place) for place in ("P1", "P2", "Z1", "county")] == [3 + 11 + 12 + 13, 62, 101, 179]
    assert sum(told(file, school) is None for school in "abcd") == 3
    assert [told(file, school) for school in "efghijkl"] == list(range(14, 22))
    assert recovered(rows_of(file, DAY), 5) == []


def test_a_pattern_that_changes_between_releases_gives_a_number_away() -> None:
    """Each release is safe by itself; the second tells what hid the number in the first."""

    raised = {"a": 3, "b": 11, "c": 12, "d": 13, "e": 14}

    def rows(hidden: str) -> list[Row]:
        schools = [
            Row("school", school, "P1", "Z1", "family", 100, *((None, None) if school in hidden else (100, count)))
            for school, count in raised.items()
        ]
        return [*schools, Row("pyramid", "P1", None, "Z1", "family", 500, 500, sum(raised.values()))]

    first, second = rows("abc"), rows("ade")
    assert recovered(first, 5) == recovered(second, 5) == []
    assert Found("a", "family", "raised", 3, 3) in recovered(second, 5, before=first)


def test_the_same_counts_are_told_the_same_way_again(tmp_path: Path) -> None:
    first = PLAIN.open(tmp_path, "first")
    second = PLAIN.open(tmp_path, "second", before=first)
    assert rows_of(first, DAY) == rows_of(second, DAY)


def test_a_school_corrected_to_a_small_number_is_not_the_difference_of_two_releases(tmp_path: Path) -> None:
    """Nothing but it has changed: what hid others before hides it not, and all that was told before is known."""
    first = PLAIN.open(tmp_path, "first")
    later = replace(PLAIN, counts={**PLAIN.counts, (DAY, "i", "family"): (100, 100, 2)})
    second = later.open(tmp_path, "second", before=first)
    assert told(first, "i") == 18 and told(second, "i") is None
    assert told(second, "P3") is None and told(second, "Z2") is None and told(second, "county") is None
    assert told(second, "P1") == 39, "what has not changed is told as before"
    assert recovered(rows_of(second, DAY), 5, rows_of(first, DAY), later.truth(DAY), PLAIN.truth(DAY)) == []


def test_a_school_moved_on_the_map_is_not_the_difference_of_two_releases(tmp_path: Path) -> None:
    """Those that stay behind are safe by themselves: told of them, the pyramid would tell of the one that left."""
    first = FOUR_SMALL.open(tmp_path, "first")
    later = replace(FOUR_SMALL, moves={(DAY, "a"): ("P3", "Z2")})
    second = later.open(tmp_path, "second", before=first)
    assert told(first, "P1") == 13
    assert told(second, "P1") is None and told(second, "P3") is None
    assert recovered(rows_of(second, DAY), 5, rows_of(first, DAY), later.truth(DAY), FOUR_SMALL.truth(DAY)) == []


def test_a_school_that_vanishes_is_not_the_difference_of_two_releases(tmp_path: Path) -> None:
    """By a correction its children are at no school. Those that are left are safe by themselves."""
    first = FOUR_SMALL.open(tmp_path, "first")
    later = replace(FOUR_SMALL, counts={key: value for key, value in FOUR_SMALL.counts.items() if key[1] != "a"})
    second = later.open(tmp_path, "second", before=first)
    assert told(first, "P1") == 13
    assert told(second, "P1") is None, "13 less what is left would be the school's 2"
    assert told(later.open(tmp_path, "alone"), "P1") == 11, "it is the release before that forbids it"


@pytest.mark.parametrize(
    ("places", "counts"),
    [
        pytest.param(
            {"a": ("P1", "Z1"), "b": ("P2", "Z2"), "c": ("P2", "Z2"), "d": ("P2", "Z2"), "e": ("P3", "Z3")},
            {"a": (60, 60, 2), "b": (60, 60, 20), "c": (60, 60, 30), "d": (60, 60, 31), "e": (60, 60, 9)},
            id="a zone of one pyramid of one school",
        ),
        pytest.param(
            {"a": (None, None), "b": ("P2", "Z2"), "c": ("P2", "Z2"), "d": ("P3", "Z2"), "e": (None, "Z2")},
            {"a": (60, 60, 2), "b": (60, 60, 20), "c": (60, 60, 30), "d": (60, 60, 31), "e": (60, 60, 9)},
            id="a school on no map, a school of a zone and of no pyramid",
        ),
        pytest.param(
            {school: ("P1", "Z1") for school in "abcde"},
            {"a": (3, 3, 1), "b": (60, 60, 20), "c": (60, 60, 0), "d": (60, 60, 31), "e": (60, 60, 9)},
            id="a school of three children",
        ),
        pytest.param(
            {school: ("P1", "Z1") for school in "abcde"},
            {"a": (50, 50, 50), "b": (60, 60, 20), "c": (60, 60, 60), "d": (60, 60, 58), "e": (60, 60, 59)},
            id="everybody is raised",
        ),
        pytest.param(
            {school: ("P1", "Z1") for school in "abcde"},
            {"a": (50, 0, 0), "b": (60, 58, 20), "c": (60, 60, 0), "d": (60, 0, 0), "e": (60, 59, 59)},
            id="nobody could be assessed",
        ),
    ],
)  # fmt: skip
def test_nothing_is_recovered_from_places_that_hold_one_another(
    places: dict[str, Any], counts: dict[str, Any], tmp_path: Path
) -> None:
    county = one_flag(places, counts)
    rows = rows_of(county.open(tmp_path, "county"), DAY)
    assert recovered(primary_only(county, DAY), 5) != [], "the case is one in which something is to be found"
    assert recovered(rows, 5) == []
    for school in places:
        assert recovered(rows, 5, truth=county.truth(DAY), insider=school) == []


def test_where_nobody_could_be_assessed_no_nought_is_told(tmp_path: Path) -> None:
    county = one_flag(PLACES, {school: (100, 0, 0) if school == "a" else (100, 100, 20) for school in PLACES})
    file = county.open(tmp_path, "county")
    assert told(file, "a") is None
    assert told(file, "a", "raised_mark") == told(file, "a", "rate_mark") == "x"
    assert told(file, "a", "assessable_count") == 0


def test_the_threshold_is_that_of_the_rule(tmp_path: Path) -> None:
    county = one_flag(PLACES, {school: (100, 100, 7 if school == "a" else 40) for school in PLACES})
    assert told(county.open(tmp_path, "five"), "a") == 7
    assert told(county.open(tmp_path, "eight", threshold=8), "a") is None


@pytest.mark.parametrize("change", ["delete from", "insert into reference.ref_suppression_rule from"])
def test_no_rule_or_two_rules_for_the_day_publish_nothing(change: str, tmp_path: Path) -> None:
    settings = PLAIN.build(tmp_path)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(f"{change} reference.ref_suppression_rule")
    with pytest.raises(LookupError, match=r"ref_suppression_rule.csv has [02] rows for 2026-06-26, not one"):
        open_file.write(settings, tmp_path / "open.duckdb", RELEASE, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "update core.fct_flag_place set children_count = 99 where flag_key = 'fsm'",
            "on 2026-05-22 school a has another number of children by another flag",
        ),
        (
            "update core.dim_place set zone_code = 'Z2' where place_type = 'school' and place_code = 'a'",
            "on 2026-05-22 pyramid P1 lies in more than one zone",
        ),
        (
            "update core.fct_flag_place set raised_count = 29 where place_key = 'zone Z2' and flag_key = 'fsm'",
            "on 2026-05-22 zone Z2 is not the sum of its schools",
        ),
        (
            "delete from core.fct_flag_place where place_key = 'county' and flag_key = 'fsm'",
            "on 2026-05-22 county is not the sum of its schools",
        ),
    ],
)
def test_counts_that_are_no_tree_publish_nothing(change: str, said: str, tmp_path: Path) -> None:
    counts = {(DAY, school, flag): (100, 100, 30) for school in PLACES for flag in FLAGS}
    settings = County(PLACES, counts).build(tmp_path)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(change)
    with pytest.raises(RuntimeError, match=said):
        open_file.write(settings, tmp_path / "open.duckdb", RELEASE, None)


def test_a_rate_that_rounds_to_nought_is_marked_low(tmp_path: Path) -> None:
    file = one_flag(PLACES, {school: (20_000, 20_000, 6) for school in PLACES}).open(tmp_path, "county")
    assert told(file, "a", "raised_count") == 6
    assert (told(file, "a", "raised_rate"), told(file, "a", "rate_mark")) == (0, "low")


@pytest.mark.parametrize(("small", "rows"), [(4, 0), (5, 2), (0, 2)])
def test_a_comparison_with_a_small_number_is_left_out_with_its_total(small: int, rows: int, tmp_path: Path) -> None:
    """Counts are of two years: half as many a year."""
    settings = PLAIN.build(tmp_path)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(
            """
            insert into reference.ref_benefit_comparison values
            ('ours', 'counted', '2022-09-01', '2024-09-01', '2024-09-01', '2026-09-01')
            """
        )
        connection.execute(
            "insert into mart.mart_benefit "
            "(benefit_key, comparison_id, before_per_year, after_per_year, display_order) "
            "values ('1', 'ours', 500, ?, 1), ('2', 'ours', null, null, 2)",
            [small / 2],
        )
    assert open_file.write(settings, tmp_path / "open.duckdb", RELEASE, None)["open_data.benefit"] == rows


def random_county(seed: int, days: int) -> County:
    """Many half terms, each as hard as chance makes it: tiny pyramids, schools on no map, noughts and small numbers."""
    chance = random.Random(seed)
    places = {}
    for zone in range(3):
        for pyramid in range(chance.randint(1, 3)):
            for school in range(chance.choice((1, 1, 2, 4, 5))):
                places[f"s{zone}{pyramid}{school}"] = (f"P{zone}{pyramid}", f"Z{zone}")
    places |= {"lost": (None, None), "half": (None, "Z0")}
    counts: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    for day in range(1, days + 1):
        for name in places:
            if chance.random() < 0.05:
                continue
            children = chance.choice((3, 12, 40, 90, 200))
            parts = []
            for flag in FLAGS:
                missing = min(children, chance.choice((0, 0, 0, 0, 1, 4, 9)))
                raised = min(children - missing, chance.choice((0, 2, 4, 6, 12, 30)))
                parts.append(raised)
                counts[f"2026-05-{day:02}", name, flag] = (children, children - missing, raised)
            least, most = max(parts), min(children, sum(parts))
            counts[f"2026-05-{day:02}", name, "any"] = (children, children, chance.randint(least, most))
    return County(places, counts)


def corrected(county: County, seed: int) -> County:
    """Late data: some counts have changed, and some schools lie elsewhere on the map."""
    chance = random.Random(seed)
    counts = dict(county.counts)
    for (day, school, flag), (children, assessable, raised) in county.counts.items():
        if flag != "any" and chance.random() < 0.15:
            counts[day, school, flag] = (children, assessable, min(assessable, max(0, raised + chance.randint(-3, 3))))
    schools = [school for school, (pyramid, _) in county.places.items() if pyramid]
    days = sorted({day for day, *_ in county.counts})
    moves = {
        (day, chance.choice(schools)): county.places[chance.choice(schools)] for day in days if chance.random() < 0.3
    }
    return County(county.places, counts, moves)


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[County, Path, County, Path]:
    folder = tmp_path_factory.mktemp("random")
    first = random_county(seed=17, days=7)
    second = corrected(first, seed=1017)
    first_file = first.open(folder, "first")
    return first, first_file, second, second.open(folder, "second", before=first_file)


def attacked(file: Path, attack: Callable[[str], list[Found]]) -> dict[str, list[Found]]:
    return {day: found for day in days_of(file) if (found := attack(day))}


@pytest.mark.slow
def test_nothing_is_recovered_from_counties_made_by_chance(two_releases: tuple[Any, ...]) -> None:
    first, file, _, _ = two_releases
    assert attacked(file, lambda day: recovered(rows_of(file, day), 5)) == {}
    assert attacked(file, lambda day: recovered(primary_only(first, day), 5)) != {}


def any_told(county: County, folder: Path) -> tuple[list[Row], list[Row]]:
    """What a release tells, and what it would tell with any flag of every zone and the county besides."""
    rows = rows_of(county.open(folder, "county"), DAY)
    schools = county.truth(DAY)
    numbers = {
        row: sum(
            schools[school, "any"][2]
            for school, (_, zone) in county.places.items()
            if row.place_type == "county" or row.place == zone
        )
        for row in rows
        if row.flag == "any"
    }
    return rows, [replace(row, raised=numbers[row]) if row in numbers else row for row in rows]


def test_any_flag_is_not_told_where_it_narrows_a_hidden_flag(tmp_path: Path) -> None:
    """Nobody has two flags, so that a school's flags are no more than its children: family is 0 to 3 of 13."""
    places = {school: ("P1", "Z1") for school in "abcd"}
    counts: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    for school in places:
        raised = {"family": 3 if school == "a" else 6, "fsm": 5, "sen": 5}
        children = 13 if school == "a" else 60
        counts |= {(DAY, school, flag): (children, children, number) for flag, number in raised.items()}
        counts[DAY, school, "any"] = (children, children, sum(raised.values()))
    rows, with_any = any_told(County(places, counts), tmp_path)
    assert Found("a", "family", "raised", 0, 3) in recovered(with_any, 5, together=True)
    assert all(row.raised is None for row in rows if row.flag == "any")
    assert recovered(rows, 5, together=True) == []


def test_any_flag_is_told_where_it_narrows_nothing(tmp_path: Path) -> None:
    counts: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    for school in PLACES:
        raised = {"family": 2 if school in "ai" else 6, "fsm": 40, "sen": 30}
        counts |= {(DAY, school, flag): (100, 100, number) for flag, number in raised.items()}
        counts[DAY, school, "any"] = (100, 100, 55)
    rows, with_any = any_told(County(PLACES, counts), tmp_path)
    assert rows == with_any
    assert sum(row.raised is None for row in rows) > 2
    assert recovered(rows, 5, together=True) == []


@pytest.mark.slow
def test_nothing_is_recovered_from_two_releases(two_releases: tuple[Any, ...]) -> None:
    first, before, second, after = two_releases

    def attack(day: str) -> list[Found]:
        return recovered(rows_of(after, day), 5, rows_of(before, day), second.truth(day), first.truth(day))

    assert attacked(after, attack) == {}
