"""Tables with a column for each flag get those of the flags that are on, whatever their contracts write out."""

from typing import Any

import pytest

from expectations import reference
from orchestration.build import flag_columns

NAMES = {"fsm": "Free school meals", "sen": "SEN support", "suspension": "Suspension"}


def manifest() -> dict[str, Any]:
    """A table with a column for each of two flags, each with a test, and one that has the state of one by chance."""
    columns = {
        name: {"name": name, "data_type": "varchar", "description": f"State of the {name[:3]} flag, or strong."}
        for name in ("fsm_state", "sen_state")
    }
    whole = {"resource_type": "model", "columns": {"child_key": {"name": "child_key"}, **columns}}
    other = {"resource_type": "model", "columns": {"fsm_state": columns["fsm_state"]}}
    tests = {
        f"test.{model}.{name}": {"resource_type": "test", "attached_node": model, "column_name": name, "columns": {}}
        for model, name in (
            ("whole", "fsm_state"),
            ("whole", "sen_state"),
            ("whole", "child_key"),
            ("other", "fsm_state"),
        )
    }
    return {"nodes": {"whole": whole, "other": other, **tests}}


@pytest.fixture
def turned(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Turn flags on: what `fit` makes of the manifest then."""
    monkeypatch.setattr(reference, "flag_names", lambda: NAMES)

    def fitted(*on: str) -> dict[str, Any]:
        monkeypatch.setattr(reference, "flags", lambda: list(on))
        made = manifest()
        flag_columns.fit(made)
        return dict(made["nodes"])

    return fitted


def test_what_is_written_out_stays(turned: Any) -> None:
    assert turned("fsm", "sen") == manifest()["nodes"]


def test_a_flag_that_is_off_loses_its_column_and_the_tests_of_it(turned: Any) -> None:
    nodes = turned("sen")
    assert list(nodes["whole"]["columns"]) == ["child_key", "sen_state"]
    assert list(nodes) == ["whole", "other", "test.whole.sen_state", "test.whole.child_key", "test.other.fsm_state"]
    assert nodes["other"] == manifest()["nodes"]["other"]


def test_a_flag_that_is_on_gets_a_column_like_the_others(turned: Any) -> None:
    nodes = turned("fsm", "sen", "suspension")
    assert list(nodes["whole"]["columns"]) == ["child_key", "fsm_state", "sen_state", "suspension_state"]
    assert nodes["whole"]["columns"]["suspension_state"] == {
        "name": "suspension_state",
        "data_type": "varchar",
        "description": "State of Suspension, or strong.",
    }
    assert len(nodes) == len(manifest()["nodes"])


def test_none_of_those_written_out_need_be_on(turned: Any) -> None:
    assert list(turned("suspension")["whole"]["columns"]) == ["child_key", "suspension_state"]
