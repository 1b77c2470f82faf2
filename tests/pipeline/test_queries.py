"""`earlyhelp query`: worked queries by name, values for them, files of them, and nothing beside the release."""

import json
import re
from pathlib import Path

import openpyxl
import pytest

from orchestration.commands import query
from orchestration.documentation import worked
from tests.support.statements import REFUSED
from tests.support.warehouse import Warehouse

SCHOOLS = "which-schools-send-no-daily-marks"
WINDOW = "questions/referrals-that-came-back-within-another-window"


def test_every_worked_query_has_a_name_of_its_own(clean: Warehouse) -> None:
    listed = clean.here("query", "--list").stdout.split()
    assert listed == list(worked.queries()) and len(listed) > 70
    assert all(name == name.lower() for name in listed)


def test_a_name_says_what_is_asked() -> None:
    """Not that it is a query, nor the second below one heading."""
    unsaid = [name for name in worked.queries() if name.endswith("/worked-queries") or name[-2:] in ("-2", "-3", "-4")]
    assert unsaid == []


def test_a_query_is_found_by_its_beginning_and_what_is_not_there_by_what_is_near() -> None:
    assert worked.named(SCHOOLS) == worked.named(f"mart_freshness/{SCHOOLS}") == worked.named("which-schools-send")
    assert worked.named("questions/half-term") == worked.named("half-term-beside")
    with pytest.raises(LookupError, match=r"questions/half-term-beside-the-same-one"):
        worked.named("questions/haf-term-beside-the-same-one")
    with pytest.raises(LookupError, match="manager/flag-rates-a-year-on, manager/free-school-meals"):
        worked.named("manager/f")
    with pytest.raises(LookupError, match="index/how-old-is-what-the-dashboard-says, mart_freshness/how-old"):
        worked.named("how-old-is-what-the-dashboard-says")


def test_it_prints_what_the_release_answers(clean: Warehouse) -> None:
    done = clean.here("query", "questions/year-groups-in-their-order")
    assert done.returncode == 0, done.stderr
    rows = [line.split()[:2] for line in done.stdout.splitlines()[2:]]
    wanted = clean.release(
        """
        select nc_year, count(*)::varchar from mart.mart_child_list
        group by nc_year, nc_year_order order by nc_year_order
        """
    )
    assert [tuple(row) for row in rows if row] == wanted


def test_the_examples_of_its_help_are_names_of_queries() -> None:
    text = query.query.__doc__ or ""
    names = [name for name in re.findall(r"earlyhelp query ([a-z][\w/-]+)(?!\S)", text)]
    assert len(names) == 3 and all(worked.named(name) for name in names)


def test_a_year_is_printed_as_a_name_and_a_number_as_an_amount(clean: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text(
        "select 2026 as census_year, 20260626 as date_key, 12345 as children, 0.12345::double as rate"
    )
    printed = clean.here("query", tmp_path / "mine.sql").stdout.split()
    assert printed[-4:] == ["2026", "20260626", "12,345", "0.1235"]


def test_a_value_is_set_for_a_query(clean: Warehouse) -> None:
    windows = {}
    for days in ("30", "90"):
        done = clean.here("query", WINDOW, "--set", f"window_days={days}")
        assert done.returncode == 0, done.stderr
        windows[days] = [line.split() for line in done.stdout.splitlines()[2:] if line.strip()]
        assert {row[0] for row in windows[days]} == {days}
    assert sum(int(row[3]) for row in windows["30"]) < sum(int(row[3]) for row in windows["90"])
    assert clean.here("query", WINDOW, "--set", "window_days").returncode == 1


# httpfs is there already: it encrypts what spills to the disk. It reaches nothing either.
@pytest.mark.parametrize(
    "statement",
    [*(each for each in REFUSED if each != "load httpfs"), "from read_csv('http://127.0.0.1:9/secret.csv')"],
)
def test_a_query_of_ones_own_reaches_nothing_else(clean: Warehouse, tmp_path: Path, statement: str) -> None:
    (tmp_path / "secret.csv").write_text("secret\n1\n")
    (tmp_path / "mine.sql").write_text(statement.format(folder=tmp_path))
    before = sorted(tmp_path.iterdir())
    done = clean.here("query", tmp_path / "mine.sql")
    assert done.returncode == 1 and "refuses" in done.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_a_query_about_people_goes_to_a_file_for_a_reason_alone(clean: Warehouse, tmp_path: Path) -> None:
    """Whatever it shows of them: this one counts children by year group."""
    out = tmp_path / "years.xlsx"
    refused = clean.here("query", "questions/year-groups-in-their-order", "--out", out)
    assert refused.returncode == 1 and "--reason" in refused.stderr and not out.exists()
    done = clean.here("query", "questions/year-groups-in-their-order", "--out", out, "--reason", "A test")
    assert done.returncode == 0, done.stderr
    assert out.stat().st_mode & 0o777 == 0o600
    ((release,),) = clean.release("select release_id from ops.release")
    about = {name.value: value.value for name, value in openpyxl.load_workbook(out)["About"].rows}
    assert (about["Release"], about["As of"]) == (release, "2026-06-26")
    last = json.loads((clean.home / "disclosures.jsonl").read_text().splitlines()[-1])
    assert (last["action"], last["release_id"]) == ("export", release) and "A test" in last["reason"]
    again = clean.here("query", "questions/year-groups-in-their-order", "--out", out, "--reason", "A test")
    assert again.returncode == 1 and "exists" in again.stderr
