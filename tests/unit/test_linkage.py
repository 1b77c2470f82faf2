"""What is compared, what it weighs, and that a model with a gap is never used."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.linkage import parameters
from orchestration.linkage.comparisons import COMPARISONS, DIFFERENT
from orchestration.linkage.evaluate import proportion


def level(comparison: str, left: dict[str, str], right: dict[str, str]) -> str:
    """The level that two records reach; records are SQL expressions by column."""
    found = COMPARISONS[comparison]
    cases = " ".join(f"when {sql} then '{label}'" for label, sql in found.levels.items())
    columns = [f"{sql} as {name}_l" for name, sql in left.items()]
    columns += [f"{sql} as {name}_r" for name, sql in right.items()]
    reaches = f"case when {found.missing} then 'missing' {cases} else '{DIFFERENT}' end"
    ((reached,),) = duckdb.sql(f"select {reaches} from (select {', '.join(columns)})").fetchall()
    return reached


def name(forename: str, surname: str, *forms: str) -> dict[str, str]:
    return {
        "forename_compared": f"'{forename}'",
        "forename_forms": str(list(forms) or [forename]),
        "surname_compared": f"'{surname.replace('-', '')}'",
        "surname_parts": str(surname.split("-")),
    }


@pytest.mark.parametrize(
    ("comparison", "left", "right", "expected"),
    [
        ("forename", name("MIA", "HART"), name("MIA", "HART"), "the same"),
        ("forename", name("LIZZIE", "HART", "LIZZIE", "ELIZABETH"), name("ELIZABETH", "HART"), "short form"),
        ("forename", name("OILVER", "HART"), name("OLIVER", "HART"), "one letter off"),
        ("forename", name("HART", "MIA"), name("MIA", "HART"), "exchanged with surname"),
        ("forename", name("UNA", "HART"), name("IDA", "HART"), "different"),
        ("surname", name("MIA", "MOSS-HART"), name("MIA", "MOSS-HART"), "the same"),
        ("surname", name("MIA", "HART"), name("MIA", "MOSS-HART"), "part of a double name"),
        ("surname", name("MIA", "HARTE"), name("MIA", "HART"), "one letter off"),
        ("surname", name("HART", "MIA"), name("MIA", "HART"), "exchanged with forename"),
        ("surname", name("MIA", "POOLE"), name("MIA", "HART"), "different"),
    ],
)
def test_names_reach_the_level_that_their_likeness_deserves(
    comparison: str, left: dict[str, str], right: dict[str, str], expected: str
) -> None:
    assert level(comparison, left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("2015-05-09", "2015-05-09", "the same"),
        ("2015-05-09", "2015-09-05", "day and month exchanged"),
        ("2015-05-09", "2015-05-08", "one digit off"),
        ("2015-05-09", "2025-05-09", "one digit off"),
        ("2015-05-19", "2015-05-20", "different"),
        ("2015-05-13", "2015-06-13", "one digit off"),
    ],
)
def test_birth_dates_reach_their_level(left: str, right: str, expected: str) -> None:
    assert level("birth_date", {"birth_date": f"date '{left}'"}, {"birth_date": f"date '{right}'"}) == expected


def test_a_day_above_twelve_is_no_month_and_no_error() -> None:
    assert level("birth_date", {"birth_date": "date '2015-05-30'"}, {"birth_date": "date '2016-01-01'"}) == "different"


def test_the_parameters_under_version_control_leave_no_level_untrained() -> None:
    found = parameters.load()
    assert {name: set(levels) for name, levels in found.items()} == {
        name: {*comparison.levels, DIFFERENT} for name, comparison in COMPARISONS.items()
    }
    assert parameters.about()["trained_at"] == parameters.newest().stem


@pytest.mark.parametrize("gap", [None, 0.0, "absent"])
def test_a_level_without_a_probability_is_named_and_stops(tmp_path: Path, gap: object) -> None:
    told = json.loads(parameters.newest().read_text())
    if gap == "absent":
        del told["comparisons"]["surname"]["one letter off"]
    else:
        told["comparisons"]["surname"]["one letter off"]["m"] = gap
    path = tmp_path / "2026-01-01.json"
    path.write_text(json.dumps(told))
    with pytest.raises(parameters.UntrainedLevel, match="surname: one letter off"):
        parameters.load(path)


def test_other_parameters_are_another_version_so_that_old_scores_are_not_used(tmp_path: Path) -> None:
    told = json.loads(parameters.newest().read_text())
    told["comparisons"]["sex"]["the same"]["m"] = 0.9
    path = tmp_path / "2026-01-01.json"
    path.write_text(json.dumps(told))
    assert parameters.version(path) != parameters.version()


def test_agreement_counts_for_and_disagreement_against() -> None:
    for comparison, levels in parameters.load().items():
        first = next(iter(COMPARISONS[comparison].levels))
        assert levels[first]["m"] > levels[first]["u"], comparison
        assert levels[DIFFERENT]["m"] < levels[DIFFERENT]["u"], comparison


def test_an_interval_does_not_collapse_when_nothing_went_wrong() -> None:
    share, low, high = proportion(100, 100)
    assert (share, high) == (1.0, 1.0)
    assert 0.96 < low < 0.97
    assert proportion(0, 0) is None
