"""A region's totals, with all that its councils' open files tell, give nobody away: a solver tries."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.region import council_list, interface, publish
from orchestration.settings import Settings
from tests.support.attacker import Found, Row, recovered
from tests.support.open_county import County
from tests.support.regions import Council, asked, by_chance, rows_of_region, written

DAY = "2026-05-22"
TERM = ("2025/26", 1)
THRESHOLD = 5
TOTAL = "select {} from region.trend where place_type = 'region' and flag_code = ?"


def school(children: int, assessable: int, raised: int, flag: str = "family") -> Council:
    """A council of one school: where its number is small, it has nothing to hide it behind."""
    return Council(County({"s": ("P", "Z")}, {(DAY, "s", flag): (children, assessable, raised)}))


class Shelf:
    """Councils' releases and a region above them, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.releases = folder, dict[str, Path]()
        self.settings = Settings(home=folder / "region")

    def publishes(self, councils: dict[str, Council]) -> Path:
        """Publish these councils anew, then the region above all; the region's file."""
        for code, council in councils.items():
            before = self.releases.get(code)
            self.releases[code] = council.publish(self.folder / f"{code}-{len(list(self.folder.iterdir()))}", before)
        return self.unites(*self.releases)

    def unites(self, *codes: str) -> Path:
        listed = written(self.folder / "north.yml", {code: self.releases[code] for code in codes})
        return publish.publish(self.settings, council_list.read(listed)).file

    def rows(self, file: Path, *codes: str) -> list[Row]:
        opened = {code: self.releases[code] / interface.OPEN_FILE for code in codes or self.releases}
        return rows_of_region(file, opened, dict.fromkeys(opened, DAY), TERM)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def total(file: Path, column: str, flag: str = "family") -> object:
    return asked(file, TOTAL.format(column), flag)[0][0]


def naive(rows: list[Row], councils: dict[str, Council]) -> list[Row]:
    """What a region would tell that adds up all there is."""
    counts = [truth for council in councils.values() for truth in council.county.truth(DAY).items()]

    def summed(row: Row) -> Row:
        children, assessable, raised = (
            sum(numbers[place] for (_, flag), numbers in counts if flag == row.flag) for place in range(3)
        )
        return replace(row, children=children, assessable=assessable, raised=raised)

    return [summed(row) if row.place_type == "region" and row.flag != "any" else row for row in rows]


ONE_SMALL = {"A": school(90, 90, 3), "B": school(90, 90, 30), "C": school(90, 90, 40)}
THREE_SMALL = {"A": school(90, 90, 4), "B": school(90, 90, 4), "C": school(90, 90, 3), "D": school(90, 90, 30)}


def test_what_each_council_tells_adds_up(shelf: Shelf) -> None:
    file = shelf.publishes({code: school(90 + number, 80, 30 + number) for number, code in enumerate("ABC")})
    ((councils, *counts),) = asked(
        file, TOTAL.format("councils_count, children_count, assessable_count, raised_count, raised_rate"), "family"
    )
    assert (councils, *counts[:3]) == (3, 273, 240, 93)
    assert float(counts[3]) == round(93 / 240, 3)


def test_one_council_that_hides_its_number_hides_the_regions(shelf: Shelf) -> None:
    """The others tell theirs: the total less these would be its own."""
    file = shelf.publishes(ONE_SMALL)
    assert (total(file, "raised_count"), total(file, "raised_mark")) == (None, "c")
    assert total(file, "children_count") == 270
    rows = shelf.rows(file)
    assert recovered(rows, THRESHOLD) == []
    assert Found("A/s", "family", "raised", 3, 3) in recovered(naive(rows, ONE_SMALL), THRESHOLD), "it is able"


def test_three_councils_that_hide_theirs_are_told_together(shelf: Shelf) -> None:
    file = shelf.publishes(THREE_SMALL)
    assert total(file, "raised_count") == 41
    assert recovered(shelf.rows(file), THRESHOLD) == []
    for code in "ABC":
        truth = {(f"{code}/s", "family"): THREE_SMALL[code].county.truth(DAY)["s", "family"]}
        assert recovered(shelf.rows(file), THRESHOLD, truth=truth, insider=f"{code}/s") == []


def test_a_council_that_drops_out_is_not_the_difference_of_two_releases(shelf: Shelf) -> None:
    first = shelf.publishes(THREE_SMALL)
    second = shelf.unites("A", "B", "D")
    assert (total(first, "raised_count"), total(second, "raised_count")) == (41, None)
    then, now = shelf.rows(first), shelf.rows(second, "A", "B", "D")
    assert recovered(then, THRESHOLD, before=now) == []
    added_up = naive(now, {code: THREE_SMALL[code] for code in "ABD"})
    assert Found("C/s", "family", "raised", 3, 3) in recovered(then, THRESHOLD, before=added_up)


def test_a_council_that_comes_back_is_not_either(shelf: Shelf) -> None:
    shelf.publishes(THREE_SMALL)
    shelf.unites("A", "B", "D")
    third = shelf.unites("A", "B", "C", "D")
    assert total(third, "raised_mark") == "c", "what was hidden of a half term stays hidden"


def test_a_council_corrected_to_a_small_number_is_not_the_difference_of_two_releases(shelf: Shelf) -> None:
    first = shelf.publishes(THREE_SMALL)
    second = shelf.publishes({"D": school(90, 90, 2)})
    assert (total(first, "raised_count"), total(second, "raised_count")) == (41, None)


def test_a_large_council_of_which_little_is_hidden_counts_by_what_is_hidden(shelf: Shelf) -> None:
    """After a correction its zone tells nearly all of its children; what is left of it is as small as the others."""
    places = {**{name: ("P1", "Z1") for name in "abcd"}, "e": (None, None)}
    first = Council(County(places, {(DAY, name, "family"): (200, 200, 60) for name in places}))
    shelf.publishes({"A": first, "D": school(90, 90, 30)})
    small = replace(first.county, counts={**first.county.counts, (DAY, "e", "family"): (200, 200, 1)})
    shelf.settings = Settings(home=shelf.folder / "another_region")
    file = shelf.publishes({"A": replace(first, county=small), "B": school(90, 90, 2), "C": school(90, 90, 3)})
    told = asked(file, "select raised_count from region.trend where place_type = 'zone' and council_code = 'A'")
    county = asked(file, "select raised_mark from region.trend where place_type = 'council' and council_code = 'A'")
    assert (told, county) == ([(240,)], [("c",)])
    assert total(file, "raised_mark") == "c", "246 less 240 is 6, of which who knows the 3 of C knows 3 of two"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_recovered_of_councils_made_by_chance(shelf: Shelf, seed: int) -> None:
    councils = by_chance(seed, 6, ("family", "sen"), DAY)
    file = shelf.publishes(councils)
    rows = shelf.rows(file)
    assert recovered(rows, THRESHOLD) == []
    hidden = asked(file, "select count(*) from region.trend where place_type = 'council' and assessable_mark = 'c'")
    assert hidden > [(0,)]


def test_rules_that_differ_are_not_added_up(shelf: Shelf) -> None:
    other = replace(school(90, 90, 40), changes=("update core.dim_flag_rule set threshold = 2",))
    file = shelf.publishes({"A": school(90, 90, 30), "B": other})
    assert total(file, "raised_mark") == total(file, "assessable_mark") == "v"
    assert total(file, "children_count") == 180
    told = asked(file, "select raised_count from region.trend where place_type = 'council' order by place_code")
    assert told == [(30,), (40,)]


def test_a_flag_that_a_council_lacks_is_that_of_the_others(shelf: Shelf) -> None:
    file = shelf.publishes({"A": school(90, 90, 30), "B": school(90, 90, 40), "C": school(90, 90, 50, "sen")})
    assert (total(file, "councils_count"), total(file, "raised_count")) == (2, 70)
    assert (total(file, "councils_count", "sen"), total(file, "raised_count", "sen")) == (1, 50)


def months(*numbers: tuple[int, int, int | None]) -> dict[str, Council]:
    return {
        code: replace(school(90, 90, 30), referrals=[("2026-03-01", *counts)])
        for code, counts in zip("ABCDEF", numbers, strict=False)
    }


def referral_rows(file: Path) -> list[Row]:
    """The same numbers as the attacker knows them: a council as a school of the region."""
    told = "select place_type, coalesce(council_code, 'county'), referrals_count, known_count, re_referrals_count"
    return [
        Row("school" if kind == "council" else "county", place, None, None, "re_referral", *numbers)
        for kind, place, *numbers in asked(
            file, f"{told} from region.re_referral where referrals_mark is distinct from 'z'"
        )
    ]


def test_referrals_that_came_back_are_told_or_hidden_and_not_recovered(shelf: Shelf) -> None:
    councils = months((60, 60, 2), (70, 70, 20), (80, 80, 30), (90, 90, 25), (95, 95, 28), (50, 50, None))
    file = shelf.publishes(councils)
    told = dict(asked(file, "select coalesce(council_code, 'region'), re_referrals_count from region.re_referral"))
    assert told["region"] == 105 and told["A"] is None and told["F"] is None
    assert sum(told[code] is None for code in "ABCDE") == 3
    assert asked(file, "select referrals_mark, councils_count from region.re_referral where council_code = 'F'") == [
        ("z", 1)
    ]
    assert asked(file, "select councils_count from region.re_referral where place_type = 'region'") == [(5,)]
    assert recovered(referral_rows(file), THRESHOLD) == []
    for code in "ABCDE":
        truth = {(code, "re_referral"): councils[code].referrals[0][1:]}
        assert recovered(referral_rows(file), THRESHOLD, truth=truth, insider=code) == []
    added_up = [
        replace(row, raised=councils[row.place].referrals[0][3]) if row.place in "BCDE" else row
        for row in referral_rows(file)
    ]
    assert Found("A", "re_referral", "raised", 2, 2) in recovered(added_up, THRESHOLD)


def test_a_council_that_drops_out_of_the_referrals_is_not_the_difference(shelf: Shelf) -> None:
    numbers = months((60, 60, 2), (70, 70, 20), (80, 80, 30), (90, 90, 25))
    first = shelf.publishes(numbers)
    second = shelf.unites("B", "C", "D")
    asks = "select re_referrals_count from region.re_referral where place_type = 'region'"
    assert asked(first, asks) == [(77,)]
    assert asked(second, asks) == [(None,)]
