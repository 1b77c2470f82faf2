"""A council's folder: how it meets the defaults, and what is said of one that is wrong."""

from pathlib import Path

import pytest

from expectations.contract.model import load_contracts
from expectations.council import draft, overlay, seed
from expectations.council.differences import differences
from expectations.council.problem import CouncilError
from expectations.council.reading import CONTRACTS

ABOUT = "name: Borough of Eastmere\nversion: 1\n"
TITLE = "owner: Data lead\nreason: Theirs\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A council's folder that says whose it is and nothing else; what is laid over lies beside it."""
    monkeypatch.setattr(overlay, "LAID", tmp_path / "laid")
    return made(tmp_path / "council", {"council.yml": ABOUT})


def made(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def rows_laid(folder: Path, name: str) -> list[seed.Row]:
    return seed.rows(overlay.lay(folder) / "reference" / f"{name}.csv")


@pytest.mark.parametrize("name", seed.names())
def test_the_key_of_every_seed_tells_its_rows_apart(name: str) -> None:
    of, rows = seed.named(name), seed.rows(seed.SEEDS / f"{name}.csv")
    assert len({of.key_of(row) for row in rows}) == len(rows)
    assert of.key or len(rows) == 1


def test_the_same_key_replaces_what_the_file_has_columns_for_and_nothing_else(folder: Path) -> None:
    made(folder, {"seeds/ref_flag.csv": "flag_code,is_on,owner,reason\nfamily,FALSE,Board,No programme\n"})
    before = seed.rows(seed.SEEDS / "ref_flag.csv")
    expected = [row | {"is_on": "false"} if row["flag_code"] == "family" else row for row in before]
    assert rows_laid(folder, "ref_flag") == expected


def test_a_new_key_adds_a_row(folder: Path) -> None:
    text = (
        "cost_code,cost_name,unit_cost_gbp,valid_from_date,valid_to_date,source,owner,reason\n"
        "mentor_hour,An hour of a mentor,31.50,2026-09-01,9999-12-31,Payroll,Finance,Ours\n"
    )
    made(folder, {"seeds/ref_unit_cost.csv": text})
    *others, added = rows_laid(folder, "ref_unit_cost")
    assert others == seed.rows(seed.SEEDS / "ref_unit_cost.csv")
    assert added == {
        "cost_code": "mentor_hour",
        "cost_name": "An hour of a mentor",
        "unit_cost_gbp": "31.50",
        "valid_from_date": "2026-09-01",
        "valid_to_date": "9999-12-31",
        "source": "Payroll",
        "reason": "Ours",
    }


def test_a_mark_takes_a_row_away(folder: Path) -> None:
    made(folder, {"seeds/ref_source.csv": "source,change,owner,reason\nfront_door,remove,Data lead,None here\n"})
    before = seed.rows(seed.SEEDS / "ref_source.csv")
    assert rows_laid(folder, "ref_source") == [row for row in before if row["source"] != "front_door"]


def test_the_one_row_of_a_setting_has_no_key_and_is_replaced(folder: Path) -> None:
    made(folder, {"seeds/ref_huddle_setting.csv": "places,owner,reason\n20,Board,Long huddles\n"})
    assert rows_laid(folder, "ref_huddle_setting") == [{"places": "20", "owner": "Board", "reason": "Long huddles"}]


def test_notes_are_off_until_a_council_says_so_and_of_which_class(folder: Path) -> None:
    assert [row["is_on"] for row in seed.rows(seed.SEEDS / "ref_note_setting.csv")] == ["false"]
    said = "is_on,class_code,owner,reason\ntrue,ordinary,Board,Agreed with heads\n"
    made(folder, {"seeds/ref_note_setting.csv": said})
    (row,) = rows_laid(folder, "ref_note_setting")
    assert (row["is_on"], row["class_code"]) == ("true", "ordinary")


def test_files_that_nothing_is_said_of_are_those_of_the_checkout(folder: Path) -> None:
    made(folder, {"seeds/ref_flag.csv": "flag_code,is_on,owner,reason\nfamily,false,Board,No programme\n"})
    laid = overlay.lay(folder)
    for path in seed.SEEDS.glob("*.csv"):
        same = (laid / "reference" / path.name).read_bytes() == path.read_bytes()
        assert same == (path.stem != "ref_flag")
    assert len(list((laid / "reference").iterdir())) == len(seed.names())


def test_headings_of_a_council_add_up_with_those_of_every_version(folder: Path) -> None:
    """Said of the base, they hold in what extends it; said of a version, what it extends loses none of its own."""
    of_base = f"{TITLE}tables: {{pupils: {{columns: {{surname: {{aliases: [Family Name]}}}}}}}}\n"
    of_version = f"{TITLE}tables: {{pupils: {{columns: {{upn: {{aliases: [Unique Number]}}}}}}}}\n"
    made(
        folder,
        {"contracts/school_census/_collect.yml": of_base, "contracts/school_census/collect_2025.yml": of_version},
    )

    def aliases(contracts: Path, column: str) -> list[str]:
        (found,) = [one for one in load_contracts(contracts) if one.name == "school_census/collect_2025"]
        return list(found.tables["school_census__pupils"].column(column).aliases)

    laid = overlay.lay(folder) / "contracts"
    assert aliases(laid, "surname") == [*aliases(CONTRACTS, "surname"), "Family Name"]
    assert aliases(laid, "upn") == [*aliases(CONTRACTS, "upn"), "Unique Number"]


def test_a_contract_of_its_own_is_one_version_more(folder: Path) -> None:
    made(folder, {"contracts/synergy/eastmere.yml": f"{TITLE}extends: v1\nencodings: [cp1252]\n"})
    laid = load_contracts(overlay.lay(folder) / "contracts")
    assert {one.name for one in laid} - {one.name for one in load_contracts()} == {"synergy/eastmere"}


def test_every_difference_is_told_with_whose_it_is_and_why(folder: Path) -> None:
    made(
        folder,
        {
            "seeds/ref_source.csv": "source,owner,reason,change\nfront_door,Data lead,Another council's,remove\n",
            "seeds/ref_flag_rule.csv": "flag_code,valid_from_date,threshold,owner,reason\n"
            "attendance,2015-09-01,0.15,Board,Too many\nsen,2014-09-01,1,Board,As it was\n",
            "seeds/ref_zone_name.csv": "zone_code,zone_name,owner,reason\nZ1,Harbour,Board,Its name\n",
            "contracts/synergy/v1.yml": f"{TITLE}encodings: null\ntolerances: {{volume_low: 0.5}}\n",
        },
    )
    look = overlay.look(folder)
    assert look.problems == []
    assert [(one.of, one.change, one.owner) for one in differences(look)] == [
        ("ref_flag_rule attendance 2015-09-01", "threshold 0.10 → 0.15", "Board"),
        ("ref_flag_rule sen 2014-09-01", "as in the defaults: the row may go", "Board"),
        ("ref_source front_door", "taken away", "Data lead"),
        ("ref_zone_name Z1", "new, zone_name Harbour", "Board"),
        ("contract synergy/v1", "encodings: taken away; tolerances.volume_low: 0.5", "Data lead"),
    ]


WRONG = {
    "an unknown seed": (
        {"seeds/ref_flags.csv": "flag_code,owner,reason\n"},
        "seeds/ref_flags.csv: there is no seed ref_flags. Remedy: Write ref_flag.",
    ),
    "an unknown column": (
        {"seeds/ref_flag.csv": "flag_code,is_onn,owner,reason\n"},
        "seeds/ref_flag.csv, row 1, column is_onn: the seed has no such column. Remedy: Write is_on.",
    ),
    "a column twice": (
        {"seeds/ref_flag.csv": "flag_code,is_on,is_on,owner,reason\n"},
        "seeds/ref_flag.csv, row 1, column is_on: the column is there twice. Remedy: Take one away.",
    ),
    "no key": (
        {"seeds/ref_flag_rule.csv": "flag_code,threshold,owner,reason\nattendance,0.2,Board,Few\n"},
        "seeds/ref_flag_rule.csv, row 1, column valid_from_date: the column is missing, which is part of the key",
    ),
    "no reason": (
        {"seeds/ref_flag.csv": "flag_code,is_on,owner\nfamily,false,Board\n"},
        "seeds/ref_flag.csv, row 1, column reason: the column is missing, which is asked of every difference.",
    ),
    "a blank owner": (
        {"seeds/ref_flag.csv": "flag_code,is_on,owner,reason\nfamily,false,,No programme\n"},
        "seeds/ref_flag.csv, row 2, column owner: it is blank. Remedy: Say whose the difference is.",
    ),
    "a key that may not be new": (
        {"seeds/ref_flag.csv": "flag_code,is_on,owner,reason\nfamilly,false,Board,No programme\n"},
        "seeds/ref_flag.csv, row 2, column flag_code: the defaults have no familly, and it may not be new. "
        "Remedy: Write family.",
    ),
    "a source not known": (
        {"seeds/ref_source.csv": "source,change,owner,reason\nsinergy,remove,Board,None\n"},
        "seeds/ref_source.csv, row 2, column source: the defaults have no sinergy to take away. Remedy: Write synergy.",
    ),
    "a contract of a source not known": (
        {"contracts/sinergy/v1.yml": TITLE},
        "contracts/sinergy/v1.yml: there is no source sinergy. Remedy: Write synergy.",
    ),
    "a threshold of the wrong type": (
        {
            "seeds/ref_flag_rule.csv": "flag_code,valid_from_date,threshold,owner,reason\n"
            "attendance,2015-09-01,15 %,Board,Few\n"
        },
        "seeds/ref_flag_rule.csv, row 2, column threshold: '15 %' is not of the type decimal(9,4). "
        "Remedy: Write a number.",
    ),
    "a flag neither on nor off": (
        {"seeds/ref_flag.csv": "flag_code,is_on,owner,reason\nfamily,maybe,Board,No programme\n"},
        "column is_on: 'maybe' is not of the type boolean. Remedy: Write true or false.",
    ),
    "a new row that lacks columns": (
        {
            "seeds/ref_unit_cost.csv": "cost_code,valid_from_date,unit_cost_gbp,owner,reason\n"
            "mentor_hour,2026-09-01,31.5,Finance,Ours\n"
        },
        "mentor_hour 2026-09-01 is new and its row lacks cost_name, valid_to_date, source. Remedy: Add the columns.",
    ),
    "the same key twice": (
        {"seeds/ref_flag.csv": "flag_code,is_on,owner,reason\nfsm,false,Board,One\nfsm,true,Board,Two\n"},
        "seeds/ref_flag.csv, row 3, column flag_code: fsm is there twice. Remedy: Make one row of both.",
    ),
    "a row that may not go": (
        {"seeds/ref_flag.csv": "flag_code,change,owner,reason\nfamily,remove,Board,No programme\n"},
        "row 2, column change: the rows of this seed cannot be taken away.",
    ),
    "an unknown mark": (
        {"seeds/ref_source.csv": "source,change,owner,reason\nsynergy,delete,Board,None\n"},
        "row 2, column change: 'delete' is no change. Remedy: Leave it blank, or write remove.",
    ),
    "cells without a column": (
        {"seeds/ref_flag.csv": "flag_code,is_on,owner,reason\nfamily,false,Board,No programme, alas\n"},
        "seeds/ref_flag.csv, row 2: it has not a cell for each column. Remedy: Quote cells that have a comma.",
    ),
    "columns without a cell": (
        {"seeds/ref_flag.csv": "flag_code,owner,reason,is_on\nfamily,Board,No programme\n"},
        "seeds/ref_flag.csv, row 2: it has not a cell for each column.",
    ),
    "a seed that the code names": (
        {"seeds/ref_audience.csv": "audience_code,owner,reason\n"},
        "seeds/ref_audience.csv: the code names the rows of this seed. Remedy: Take the file away.",
    ),
    "a value that is not accepted": (
        {"seeds/ref_flag.csv": "flag_code,flag_role,owner,reason\nfsm,cause,Board,Ours\n"},
        "row 2, column flag_role: 'cause' is not among the values. Remedy: Write one of reason, context.",
    ),
    "notes for a role that sees no names": (
        {"seeds/ref_note_reader.csv": "class_code,role_code,owner,reason\nordinary,county,Board,Ours\n"},
        "column role_code: 'county' is not among the values. Remedy: Write one of school, zone.",
    ),
    "notes of a class that there is not": (
        {"seeds/ref_note_setting.csv": "is_on,class_code,owner,reason\ntrue,secret,Board,Ours\n"},
        "column class_code: ref_sensitivity_class has no secret.",
    ),
    "a blank that may not be": (
        {"seeds/ref_flag.csv": "flag_code,is_on,owner,reason\nfsm,,Board,Ours\n"},
        "row 2, column is_on: it is blank. Remedy: Fill it.",
    ),
    "a code that another seed does not have": (
        {
            "seeds/ref_need_level_rule.csv": "rule_id,valid_from_date,valid_to_date,evidence_code,minimum_count,"
            "level_code,owner,reason\nmany,2026-09-01,9999-12-31,flags,4,nowhere,Board,Ours\n"
        },
        "row 2, column level_code: ref_need_level has no nowhere.",
    ),
    "days of two versions that run into each other": (
        {
            "seeds/ref_unit_cost.csv": "cost_code,cost_name,unit_cost_gbp,valid_from_date,valid_to_date,source,owner,"
            "reason\ncontact,A contact,3.10,2026-09-01,9999-12-31,Payroll,Finance,Dearer\n"
        },
        "row 2, column valid_from_date: two rows hold from 2026-09-01: the one before ends on 9999-12-31. "
        "Remedy: End the one of 1900-01-01 on 2026-09-01: a row with its key and valid_to_date.",
    ),
    "a row taken away that another names": (
        {
            "seeds/ref_training.csv": "training_code,change,owner,reason\nzones,remove,Board,No huddles\n",
        },
        "Remedy: Take zones zone away too, in seeds/ref_training_role.csv.",
    ),
    "a contract without a reason": (
        {"contracts/synergy/v1.yml": "owner: Data lead\nencodings: [utf-8]\n"},
        "contracts/synergy/v1.yml, column reason: it is missing.",
    ),
    "a mistyped word in a contract": (
        {"contracts/synergy/v1.yml": f"{TITLE}tolerence: 1\n"},
        "contracts: synergy/v1.yml (v1): tolerence: Extra inputs are not permitted.",
    ),
    "a contract that is no YAML": (
        {"contracts/synergy/v1.yml": f"{TITLE}tables: {{\n"},
        "v1.yml, row 4: it cannot be read as YAML.",
    ),
    "a file that nothing reads": (
        {"seed/ref_flag.csv": ""},
        "seed/ref_flag.csv: nothing reads a file that lies here.",
    ),
    "a folder of nobody": (
        {"council.yml": "name: Borough of Eastmere\n"},
        "council.yml: there is no version.",
    ),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_wrong_is_told_with_its_place_and_a_remedy(folder: Path, fault: str) -> None:
    files, words = WRONG[fault]
    made(folder, files)
    with pytest.raises(CouncilError) as wrong:
        assert overlay.found(folder)
        overlay.lay(folder)
    assert words in str(wrong.value)
    assert not list((folder.parent / "laid").glob("*"))


def test_all_that_is_wrong_is_told_at_once(folder: Path) -> None:
    made(folder, WRONG["an unknown seed"][0] | WRONG["a blank owner"][0])
    with pytest.raises(CouncilError) as wrong:
        overlay.lay(folder)
    assert [problem.file for problem in wrong.value.problems] == ["seeds/ref_flag.csv", "seeds/ref_flags.csv"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CouncilError, match=r"it is no folder\. Remedy: Correct EARLYHELP_COUNCIL"):
        overlay.found(tmp_path / "nowhere")


def test_an_empty_folder_is_none_and_notes_and_hidden_files_do_not_count(folder: Path) -> None:
    (folder / "council.yml").unlink()
    made(folder, {"README.md": "notes", ".git/config": "x"})
    assert overlay.found(folder) is None


def test_a_folder_to_begin_with_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlay, "LAID", tmp_path / "laid")
    draft.write(tmp_path / "council", 'Borough "of" Eastmere')
    assert overlay.found(tmp_path / "council").name == 'Borough "of" Eastmere'
    laid = overlay.lay(tmp_path / "council")
    for path in seed.SEEDS.glob("*.csv"):
        assert (laid / "reference" / path.name).read_bytes() == path.read_bytes()
    assert {path.stem for path in (tmp_path / "council/seeds").iterdir()} == set(draft.BEGUN)


def test_another_row_is_another_fingerprint_and_another_note_is_not(folder: Path) -> None:
    before = overlay.found(folder).sha256
    made(folder, {"README.md": "Notes"})
    assert overlay.found(folder).sha256 == before
    made(folder, {"seeds/ref_flag.csv": "flag_code,is_on,owner,reason\n"})
    assert overlay.found(folder).sha256 != before
