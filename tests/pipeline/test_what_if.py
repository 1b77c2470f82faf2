"""Other rules are tried on the whole history, and nothing of the build or the release changes."""

from pathlib import Path

import pytest

from orchestration.home import durable
from tests.support.warehouse import Warehouse


def _rules(folder: Path, text: str) -> Path:
    file = folder / "rules.csv"
    file.write_text(text)
    return file


def test_the_rules_as_they_are_change_nothing(clean: Warehouse, tmp_path: Path) -> None:
    seed = (Path(__file__).resolve().parents[2] / "seeds/reference/ref_flag_rule.csv").read_text()
    done = clean.earlyhelp("what-if", "--rules", _rules(tmp_path, seed), "--list", tmp_path / "list.csv")
    assert done.returncode == 0, done.stderr
    assert "0 changes in" in done.stdout


def test_who_is_lost_at_15_percent_is_who_missed_between_10_and_15(clean: Warehouse, tmp_path: Path) -> None:
    before = {path: durable.sha256(path) for path in (clean.release_file, clean.home / "build/early_help.duckdb")}
    rules = _rules(tmp_path, "flag_code,threshold\nattendance,0.15\n")
    done = clean.here("what-if", "--rules", rules, "--list", tmp_path / "list.csv", "--schools")
    assert done.returncode == 0, done.stderr
    wanted = clean.inside(
        """
        select child_durable_key
        from core.fct_flag_assessment inner join core.dim_flag using (flag_key)
        where is_current and flag_code = 'attendance' and value >= 0.10 and value < 0.15
        order by all
        """
    )
    found = clean.inside(f"select child_durable_key from read_csv('{tmp_path / 'list.csv'}') order by all")
    assert found == wanted != []
    assert (tmp_path / "list.csv").stat().st_mode & 0o777 == 0o600
    assert f"{len(wanted)}\n" in done.stdout
    assert {path: durable.sha256(path) for path in before} == before


def test_results_go_stale_as_today_unless_the_file_says_another_age(clean: Warehouse, tmp_path: Path) -> None:
    stale = clean.inside(
        """
        select child_durable_key
        from core.fct_flag_assessment inner join core.dim_flag using (flag_key)
        where is_current and flag_code = 'attainment' and reason_code = 'data_too_old'
        order by all
        """
    )
    assert stale
    for age, wanted in {"": [], "9999": stale}.items():
        rules, listed = (
            _rules(tmp_path, f"flag_code,threshold,maximum_age_days\nattainment,1,{age}\n"),
            tmp_path / f"l{age}",
        )
        done = clean.here("what-if", "--rules", rules, "--list", listed)
        assert done.returncode == 0, done.stderr
        assert clean.inside(f"select child_durable_key from read_csv('{listed}') order by all") == wanted


def test_a_rule_from_a_date_on_leaves_the_half_terms_before_without_one(clean: Warehouse, tmp_path: Path) -> None:
    rules = _rules(tmp_path, "flag_code,threshold,valid_from_date\nsen,1,2026-01-01\n")
    done = clean.here("what-if", "--rules", rules)
    assert done.returncode == 0, done.stderr
    history = {words[1]: words[2:] for line in done.stdout.splitlines() if (words := line.split())[:1] == ["sen"]}
    assert history["2025-12-19"][1:] == ["0", "0", history["2025-12-19"][0]]
    assert history["2026-02-13"][2:] == ["0", "0"]
    half_terms = clean.inside("select calendar_date::varchar from core.dim_date where is_assessment_date")
    told = {word for word in history if word[:2] == "20"}
    assert told == {day for (day,) in half_terms}, "days that somebody asks about are no half terms"


@pytest.mark.parametrize("flag", ["suspension", "permanent_exclusion", "concern_open"])
def test_a_flag_that_is_off_raises_whom_the_countys_truth_has(clean: Warehouse, tmp_path: Path, flag: str) -> None:
    """By today's rule, alone in the file; beside one that is on it stays off, as in a copy of the seed."""
    ((threshold,),) = clean.inside(
        f"select threshold from reference.ref_flag_rule where flag_code = '{flag}' order by version desc limit 1"
    )
    rules, who = _rules(tmp_path, f"flag_code,threshold\n{flag},{threshold}\n"), tmp_path / "who.csv"
    done = clean.earlyhelp("what-if", "--rules", rules, "--list", who)
    assert done.returncode == 0, done.stderr
    ((true,),) = clean.inside(
        f"select count(*) from read_csv('{{truth}}/flags_off.csv') where flag_code = '{flag}' and state = 'raised'"
    )
    listed = f"select count(*), count(*) filter (where state_now = 'off') from read_csv('{who}')"
    assert clean.inside(listed) == [(true, true)] and (true or flag != "suspension")
    beside = _rules(tmp_path, f"flag_code,threshold\n{flag},{threshold}\nsen,1\n")
    assert flag not in clean.earlyhelp("what-if", "--rules", beside).stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("flag_code,threshold\nattendence,0.15\n", "row 2, column flag_code: attendence"),
        ("flag_code,threshold\nsen,1\nfamily,ten\n", "row 3, column threshold: ten"),
        ("flag_code,threshold,comparator\nsen,1,=>\n", "row 2, column comparator: =>"),
        ("flag_code,threshold,age_to\nsen,1,18\n", "row 2, column age_to: 18 – nobody above 16"),
        ("flag_code,threshold,measure\nsen,1,is_left_handed\n", "row 2, column measure: is_left_handed"),
        ("flag_code,threshold,valid_from_date\nsen,1,soon\n", "row 2, column valid_from_date: soon – write a date"),
        ("flag_code,threshhold\nsen,1\n", "a column threshhold that no rule has"),
        ("flag_code\nsen\n", "no column threshold"),
        ("flag_code,threshold\n", "no rows"),
        ("flag_code,threshold\nneet,1\n", "names neet, which is asked of young people after Year 11"),
        ("flag_code,threshold\nsen,1\nsen,2\n", "two rules of sen hold"),
    ],
)
def test_a_wrong_file_is_refused_with_row_column_and_remedy(
    clean: Warehouse, tmp_path: Path, text: str, said: str
) -> None:
    done = clean.here("what-if", "--rules", _rules(tmp_path, text))
    assert done.returncode == 1
    assert said in done.stderr
