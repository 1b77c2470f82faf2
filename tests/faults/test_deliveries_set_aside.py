"""A wrong value that a row can live without is set aside: the row is taken, the value is counted and told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.contract.model import ContractError, load_contracts
from expectations.gate import _suites as suites_of
from orchestration.deliveries import DeliveryOutcome
from tests.support.landing_home import Home
from tests.support.made_files import census, census_pupil, census_xml, pupil, pupils_csv, text, upn

HEADINGS = "Pupil Ref,SEN Provision,Start Date,End Date,Primary Need,Secondary Need"


def _sen(home: Home, rows: list[str]) -> DeliveryOutcome:
    pupils_csv(home.landing("synergy"), [pupil(n) for n in range(1, 101)])
    text(home.landing("synergy") / "synergy_sen_2026-06-25.csv", "\n".join([HEADINGS, *rows]) + "\n")
    return next(outcome for outcome in home.load() if "sen" in outcome.file_name)


SOUND = [f"P{n:05d},K,01/09/2023,,SLCN," for n in range(2, 101)]


def test_an_unknown_need_leaves_the_provision(home: Home, report: Callable[[DeliveryOutcome], str]) -> None:
    outcome = _sen(home, ["P00001,K,01/09/2023,,WIZARD,SEMH", *SOUND])
    assert (outcome.status, outcome.rows_read, outcome.rows_accepted, outcome.rows_rejected) == (
        "accepted_with_warnings", 100, 100, 0
    )  # fmt: skip
    found = home.rows(
        "select sen_provision, primary_need, secondary_need from raw.synergy__sen where pupil_id = 'P00001'"
    )
    assert found == [("K", None, "SEMH")]
    assert home.rows("select column_name, reason, rows from ops.set_aside") == [("primary_need", "code_unknown", 1)]
    told = report(outcome)
    assert "Values set aside, whose rows were taken" in told
    assert "| synergy__sen | primary_need | code_unknown | 1 | 1 | text, 6 characters |" in told
    assert "WIZARD" not in told
    checked = home.rows(
        "select outcome, observed from ops.check_result where suite = 'synergy.sen' and rule = 'set_aside_row'"
    )
    assert checked == [("pass", 0.01)]


def test_what_a_flag_rests_on_still_quarantines_its_row_with_all_that_is_wrong(home: Home) -> None:
    wrong = ["P00001,Q,01/09/2023,,WIZARD,", "P00001,K,never,,SLCN,", "P00001,K,01/09/2023,some day,SLCN,"]
    assert _sen(home, [*wrong, *SOUND]).rows_rejected == 3
    assert home.value("select count(*) from ops.set_aside") == 0
    assert home.rows("select _reasons, primary_need from quarantine.synergy__sen order by _row_number") == [
        (["sen_provision:code_unknown", "primary_need:code_unknown"], "WIZARD"),
        (["start_date:date_unreadable"], "SLCN"),
        (["end_date:date_unreadable"], "SLCN"),
    ]


def test_a_column_that_slipped_rejects_the_delivery_as_before(home: Home) -> None:
    outcome = _sen(home, [row.replace("SLCN", "WIZARD") for row in SOUND])
    assert outcome.status == "rejected"
    assert "set_aside_row" in outcome.reason and "primary_need:code_unknown (99)" in outcome.reason
    assert home.value("select count(*) from ops.set_aside") == 0
    assert home.value("select count(*) from quarantine.synergy__sen") == 99


def test_a_pupil_lives_without_the_attributes_that_no_flag_rests_on(home: Home) -> None:
    wrong = pupil(101, sex="Z", ethnicity="XXXX", lsoa="here", former_upn="A1", postcode="#N/A")
    pupils_csv(home.landing("synergy"), [*(pupil(n) for n in range(1, 101)), wrong])
    assert home.load_one().rows_rejected == 0
    found = home.rows(
        "select upn is not null, surname is not null, sex, ethnicity_code, lsoa_code, former_upn, postcode "
        "from raw.synergy__pupils where pupil_id = 'P00101'"
    )
    assert found == [(True, True, None, None, None, None, None)]
    assert home.value("select count(*) from ops.set_aside") == 5


def test_a_pupil_of_a_return_keeps_its_sessions_and_periods(home: Home) -> None:
    wrong = census_pupil(31).replace("<Ethnicity>WBRI", "<Ethnicity>XXXX").replace("<SENtypeRank>1", "<SENtypeRank>x")
    census_xml(home.landing("school_census"), census([*(census_pupil(n) for n in range(1, 31)), wrong]))
    assert home.load_one().rows_rejected == 0
    assert home.rows("select table_name, column_name, reason, rows from ops.set_aside order by all") == [
        ("school_census__pupils", "ethnicity_code", "code_unknown", 1),
        ("school_census__sen_needs", "need_rank", "number_unreadable", 1),
    ]
    same = "select count(distinct pupil_return_id) from raw.school_census__{}"
    assert [home.value(same.format(table)) for table in ("pupils", "sessions", "fsm_periods")] == [31, 31, 31]


def test_a_subject_that_cannot_be_read_leaves_the_others(home: Home) -> None:
    rows = [f"{upn(n)},Q,C,01/09/2014,9994001,2024/25,100,EXS,100" for n in range(1, 101)]
    rows.append(f"{upn(101)},Q,C,01/09/2014,9994001,2024/25,a lot,WTS,90")
    heads = "UPN,Surname,Forename,DOB,LAESTAB,Academic Year,READSCORE,WRITTAOUTCOME,MATSCORE"
    text(home.landing("attainment") / "attainment_ks2_2024-25.csv", "\n".join([heads, *rows]) + "\n")
    assert home.load_one().rows_rejected == 0
    found = home.rows(
        "select reading_scaled_score, writing_outcome, maths_scaled_score from raw.attainment__ks2 "
        f"where upn = '{upn(101)}'"
    )
    assert found == [(None, "WTS", "90")]


def test_every_table_that_sets_values_aside_has_a_rule_how_many_may_be() -> None:
    for contract in load_contracts():
        for name, table in contract.tables.items():
            rules = {
                rule.metric
                for suite in suites_of(contract.source)
                if suite.table == name.split("__")[1] and suite.each == "delivery"
                for rule in suite.rules
            }
            assert not table.set_aside or "set_aside_row" in rules, name


@pytest.mark.parametrize(
    "column", ["a: {required: true, on_error: set_aside}", "k: {on_error: set_aside}", "a: {on_error: ignore}"]
)
def test_a_contract_cannot_set_aside_what_a_row_is_known_by(tmp_path: Path, column: str) -> None:
    path = tmp_path / "made" / "v1.yml"
    path.parent.mkdir()
    columns = "k: {}\n      " if not column.startswith("k") else ""
    path.write_text(
        "title: t\nformat: csv\nidentifier_scheme: none\ncovers: extract_date\n"
        'files: {t: {name: "t_{extract_date}.csv", table: t}}\n'
        f"tables:\n  t:\n    key: [k]\n    columns:\n      {columns}{column}\n"
    )
    with pytest.raises(ContractError):
        load_contracts(tmp_path)
