"""The tests that a new source begins with: its invented extract taken and staged, and wrong deliveries turned away."""

from expectations.contract.model import Contract
from orchestration.sources.proposal import FILL_IN

LINE = 100
"""So long a list of models still stands in one line."""


def tests_py(contract: Contract) -> str:
    """The module tests/faults/test_deliveries_<source>.py: it runs as it is, and asks for the cases of its own."""
    source = contract.source
    tables = list(contract.tables.values())
    names = [f'"stg_{source}__{table.name}"' for table in tables]
    models = f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"
    if len(models) > LINE:
        models = "(\n" + "".join(f"    {name},\n" for name in names) + ")"
    first = tables[0]
    needed = next((column for column in first.columns if column.required), None)
    sheet = f'"{first.sheet or first.name}"' if contract.format == "xlsx" else "None"
    kind = contract.files[0].names[0].split("{")[0]
    text = f'''"""Deliveries of {source}: the invented extract is taken and staged, a wrong one is turned away.

{FILL_IN}: the wrong deliveries that this source is known for, three at least, beside those that any source has.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.deliveries.outcome import DeliveryOutcome
from tests.support.invented_extracts import Extract, invented, staged
from tests.support.landing_home import Home

SOURCE, SHEET = "{source}", {sheet}
STAGED = {models}


@pytest.fixture
def extract(counties: dict[str, Path], tmp_path: Path) -> Extract:
    """The extract of the clean county, to be spoiled."""
    return invented(counties["clean"], SOURCE, "{kind}", SHEET)


def test_the_invented_extract_is_taken_and_staged(home: Home, counties: dict[str, Path]) -> None:
    for file in sorted((counties["clean"] / "extracts" / SOURCE).iterdir()):
        target = home.landing(SOURCE) / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    outcomes = home.load()
    assert [(outcome.status, outcome.rows_rejected) for outcome in outcomes] == [("accepted", 0)] * len(outcomes)
    assert sum(staged(home, STAGED).values()) == sum(outcome.rows_accepted for outcome in outcomes) > 0


def test_a_column_that_nobody_declared_turns_the_file_away(
    home: Home, extract: Extract, report: Callable[[DeliveryOutcome], str]
) -> None:
    """What somebody wrote down of a child in their own words never comes in by the way."""
    extract.with_column("In Their Own Words", "something about a child").deliver(home)
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "is not declared" in report(outcome)
    assert "something about a child" not in report(outcome)
'''
    if needed:
        heading = needed.aliases[0] if needed.aliases else needed.name
        text += f'''

def test_a_file_without_a_required_column_is_turned_away(
    home: Home, extract: Extract, report: Callable[[DeliveryOutcome], str]
) -> None:
    extract.without_column("{heading}").deliver(home)
    outcome = home.load_one()
    assert outcome.status == "rejected"
    assert "the required column" in report(outcome)


def test_a_row_without_what_it_must_have_is_put_aside(home: Home, extract: Extract) -> None:
    extract.with_value("{heading}", "", row=1).deliver(home)
    assert home.load_one().rows_rejected == 1
'''
    return text
