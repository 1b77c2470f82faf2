"""A source that was only begun is whole: made in a copy of the project, nothing filled in, its own tests pass there."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support import checkouts
from tests.support.checkouts import Checkout
from tests.support.housing import FREE_TEXT, MEMBER_OF_STAFF, housing_csv
from tests.support.invented_extracts import workbook_of
from tests.support.made_files import PLANTED, text

MADE = """
from pathlib import Path
from tests.support.counties import extracts
from tests.support.landing_home import opened
with opened(Path("{home}")) as home:
    for source in {sources}:
        for file in (extracts("clean") / "extracts" / source).iterdir():
            target = home.landing(source) / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    print(sorted((outcome.status, outcome.rows_rejected) for outcome in home.load()))
"""
DBT = "from orchestration.build import dbt; dbt.target(); from orchestration.commands.dbt import main; main()"
SOURCES = ("housing", "sen_returns", "benefits2")

# Three sources' tests in one run, which on a busy machine takes its time.
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy in which three sources were begun: of a CSV, of a workbook of two sheets, and of nothing."""
    folder = tmp_path_factory.mktemp("begun")
    made = checkouts.copied(folder / "project")
    person = [["Person Ref", "Surname", "Forename", "Date of Birth", "Postcode"]]
    person += [
        [f"P{number}", PLANTED, f"Child{number}", f"{number:02d}/03/2015", "ZZ1 1ZZ"] for number in range(10, 29)
    ]
    plans = [["Person Ref", "Start Date", "SEN Type"]]
    plans += [
        [f"P{number}", f"2024-05-{number}", ("SEMH", "SLCN", "ASD", "MLD")[number % 4]] for number in range(10, 29)
    ]
    book = folder / "sen.xlsx"
    book.write_bytes(workbook_of({"Person": person, "Named Plan": plans}))
    for arguments in (
        ("housing", "--from", housing_csv(folder / "export.csv")),
        ("sen_returns", "--from", book),
        ("benefits2",),
    ):
        done = made.earlyhelp("source", "new", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture(scope="module")
def passed(checkout: Checkout) -> list[str]:
    """The tests of the three sources that passed, by the module each stands in."""
    folder, told = checkout.project / "tests/.made", checkout.project / "tests.xml"
    files = [f"tests/faults/test_deliveries_{source}.py" for source in SOURCES]
    done = checkout.run("pytest", "--basetemp", folder, "--junitxml", told, *files)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return [case.attrib["classname"] for case in ElementTree.parse(told).iter("testcase") if not list(case)]


@pytest.mark.parametrize("source", SOURCES)
def test_its_own_tests_pass_before_anything_is_filled_in(passed: list[str], source: str) -> None:
    """The invented extract goes through contract and gate, staging reads it, and wrong deliveries are turned away."""
    assert passed.count(f"tests.faults.test_deliveries_{source}") == 4


def test_the_unit_tests_of_its_staging_pass(checkout: Checkout, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = checkout.python("-c", MADE.format(home=home, sources=SOURCES))
    assert done.returncode == 0, done.stderr[-3000:]
    assert "rejected" not in done.stdout
    places: list[str | Path] = ["--target-path", tmp_path, "--log-path", tmp_path]
    chosen: list[str | Path] = ["--select", *[f"path:models/staging/{source}" for source in SOURCES], *places]
    done = checkout.python("-c", DBT, "test", "--resource-type", "unit_test", *chosen, EARLYHELP_HOME=str(home))
    assert done.returncode == 0, done.stdout[-5000:]
    assert "PASS=5 WARN=0 ERROR=0" in done.stdout  # four models, and what dbt does at the start


def test_what_was_written_keeps_the_rules_of_the_project(checkout: Checkout) -> None:
    python = [
        f"{folder}{source}.py"
        for source in SOURCES
        for folder in ("expectations/suites/", "synthetic/extracts/", "tests/faults/test_deliveries_")
    ]
    for command in (["ruff", "check", *python], ["ruff", "format", "--check", *python]):
        done = checkout.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    done = checkout.run("sqlfluff", "lint", *[f"models/staging/{source}" for source in SOURCES])
    assert done.returncode == 0, done.stdout


def test_what_is_left_to_do_is_listed_with_its_file(checkout: Checkout) -> None:
    done = checkout.earlyhelp("source", "check", "housing")
    assert done.returncode == 1
    for words in (
        "nobody reads stg_housing__records",
        "guesses that nobody has looked at",
        "expectations/contracts/housing/v1.yml",
        "docs/governance/impact-assessment.md: Write it.",
        "seeds/reference/ref_source.csv",
    ):
        assert words in done.stdout
    assert "staging:" not in done.stdout and "gate:" not in done.stdout


def test_people_without_a_upn_are_asked_for_linkage_and_for_their_rights(checkout: Checkout) -> None:
    printed = checkout.earlyhelp("source", "check", "sen_returns").stdout
    assert "its people have no UPN and are linked by nothing" in printed
    assert "seeds/reference/ref_linkage_threshold.csv" in printed


def test_nothing_of_a_child_is_written_into_the_project(checkout: Checkout) -> None:
    for path in checkout.project.rglob("*housing*"):
        if path.is_file() and path.suffix in {".yml", ".py", ".sql"} and "support" not in path.parts:
            content = path.read_text()
            assert not any(value in content for value in (PLANTED, FREE_TEXT, MEMBER_OF_STAFF, "Child1"))


def test_a_source_that_is_there_is_not_begun_again(checkout: Checkout) -> None:
    before = checkout.text("expectations/contracts/housing/v1.yml")
    done = checkout.earlyhelp("source", "new", "housing")
    assert (done.returncode, checkout.text("expectations/contracts/housing/v1.yml")) == (1, before)
    assert "source check housing" in done.stderr


@pytest.mark.parametrize("name", ["Housing", "my__source", "../x", "1st"])
def test_a_name_that_dbt_could_not_take_writes_nothing(checkout: Checkout, name: str) -> None:
    done = checkout.earlyhelp("source", "new", name)
    assert done.returncode == 1
    assert "Nothing was written" in done.stderr


def test_a_file_that_nobody_can_read_writes_nothing(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.earlyhelp("source", "new", "empty", "--from", text(tmp_path / "empty.csv", ""))
    assert done.returncode == 1
    assert not (checkout.project / "expectations/contracts/empty").exists()
