"""A model kept by partition looks at no other partition, so that each can be made anew by itself.

Read off its SQL, in the form that all models have: whatever is made of rows of a partition input keeps to one partition
in every window, group and join. tests/pipeline/test_state.py holds each day against what the model makes of it alone.
"""

import re
from typing import Any

import pytest

from orchestration.build import dbt, partitions

CTE = re.compile(r"^(?:with )?(\w+) as \($(.*?)^\)", re.MULTILINE | re.DOTALL)
READ = re.compile(r"\b(?:from|join)\s+(\w+)(?:\s+as\s+(\w+))?")
LET_THROUGH = re.compile(r"\{\{ changed_partitions\(ref\('(\w+)'\), .*?\) \}\}")
RELATION = re.compile(
    r"\b(from|join)\s+(\w+)\b"
    r"(.*?)(?=\b(?:from|inner|left|right|full|cross|semi|anti|asof)\b|\bwhere\b|\bgroup by\b|\Z)",
    re.DOTALL,
)
WINDOW = re.compile(r"\bover \(|\b\w+ as \((?=\s*(?:partition|order|rows|range) )")
GROUP = re.compile(r"\bgroup by (.*?)(?=\bhaving\b|\bqualify\b|\bunion\b|\bwindow\b|\)|\Z)", re.DOTALL)


def looks_elsewhere(sql: str, partition_by: str, spans: frozenset[str] = frozenset()) -> list[str]:
    """Where SQL of a model kept by partition reads one partition to make another, in its own words; nowhere if it is
    well. `spans` are the partition inputs whose rows hold on days."""
    columns = re.findall(r"\b[a-z_]+\b(?!\()", re.sub(r"'[^']*'", "", partition_by))
    text = re.sub(r"\{#.*?#\}|--[^\n]*", "", sql, flags=re.DOTALL)
    wrong = [f"reads {name}" for name in re.findall(rf"\b(?:previous|next|first|last)_(?:{'|'.join(columns)})\b", text)]
    of_spans = set(re.findall(rf"(\w+) as \(\s*select \* from \{{\{{ ref\('(?:{'|'.join(spans) or '-'})'\)", text))
    text = LET_THROUGH.sub(r"kept_\1", text)
    ctes = dict(CTE.findall(text))
    kept = set(re.findall(r"\bkept_\w+", text))
    while found := {name for name, body in ctes.items() if _read(body) & kept} - kept:
        kept |= found
    bodies = [*(body for name, body in ctes.items() if name in kept), CTE.sub("", text)]
    return wrong + [each for body in bodies for each in _across(body, columns, kept, of_spans)]


def _read(body: str) -> set[str]:
    return {name for name, _ in READ.findall(body)}


def _across(body: str, columns: list[str], kept: set[str], of_spans: set[str]) -> list[str]:
    windows = [_in_brackets(body, each.end()) for each in WINDOW.finditer(body)]
    wrong = [f"window {each}" for each in windows if not _has_all(each.partition("order by")[0], columns)]
    if _read(body) & kept:
        groups = [group for group in GROUP.findall(body) if group.strip() != "all"]
        wrong += [f"group {group}" for group in groups if not _has_all(group, columns)]
    # the first relation of a query that is kept by partition says which partitions, every other is held to it
    is_held = False
    for how, name, on in RELATION.findall(body):
        is_held = is_held and how == "join"
        if is_held and name in kept and not all(re.search(rf"\b\w+\.{each} = \w+\.{each}\b", on) for each in columns):
            wrong.append(f"join {name}{on}")
        if name in of_spans and not re.search(rf"valid_on\('\w+\.{columns[0]}', '{name}'", on):
            wrong.append(f"{how} {name}{on}")
        is_held = is_held or name in kept
    return [" ".join(each.split()) for each in wrong]


def _in_brackets(text: str, start: int) -> str:
    depth, end = 1, start
    while depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return text[start : end - 1]


def _has_all(text: str, columns: list[str]) -> bool:
    return all(re.search(rf"\b{column}\b", text) for column in columns)


@pytest.fixture(scope="module")
def by_name() -> dict[str, Any]:
    return {node["name"]: node for node in dbt.nodes("seed", "model", "snapshot")}


def test_models_kept_by_partition_look_at_no_other(by_name: dict[str, Any]) -> None:
    kept = [node for node in by_name.values() if partitions.of(node)]
    assert len(kept) > 15
    wrong = {}
    for node in kept:
        spans = frozenset(
            name for name in node["config"]["meta"]["partition_inputs"] if partitions.holds(by_name[name])
        )
        if node["resource_type"] == "snapshot" or node["language"] == "sql":
            wrong[node["name"]] = looks_elsewhere(node["raw_code"], str(partitions.of(node)), spans)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_what_is_kept_by_partition_reads_of_its_partition_inputs_what_changed_alone(by_name: dict[str, Any]) -> None:
    """Other rows would be written a second time, or be missing from what is compared. A view is read by who is kept; a
    model of Python is handed no others; rows that hold on a day are found by it."""
    declared = [node for node in by_name.values() if "partition_by" in node["config"].get("meta", {})]
    counted: dict[str, set[str]] = {}
    for node in declared:
        column, inputs = (node["config"]["meta"][part] for part in ("partition_by", "partition_inputs"))
        code = node["raw_code"]
        assert "getvariable" not in code
        for name in inputs:
            assert by_name[name]["unique_id"] in node["depends_on"]["nodes"], f"{node['name']} does not read {name}"
            if partitions.holds(by_name[name]):
                assert not set(partitions.holds(by_name[name])) & set(re.findall(r"\w+", code))
            elif partitions.of(node) and node["language"] == "sql":
                let_through = re.findall(rf"changed_partitions\(ref\('{name}'\), ['\"]", code)
                assert code.count(f"ref('{name}')") == len(let_through), f"{node['name']} reads {name} as it was"
            if not partitions.holds(by_name[name]):
                counted.setdefault(name, set()).add(column)
        if node["resource_type"] == "model":
            counted.setdefault(node["name"], set()).add(column)
    assert {name: columns for name, columns in counted.items() if len(columns) > 1} == {}


LOOKING = """
with evaluated as (

    select * from {{{{ changed_partitions(ref('int_flags_evaluated'), 'as_of_date') }}}}

),

spans as (

    select * from {{{{ ref('int_spans') }}}}

),

others as (

    select *, lead(a) over (partition by child order by day) as b from {{{{ ref('int_others') }}}}

),

seen as (

    {seen}

)

select * from seen
"""


@pytest.mark.parametrize(
    ("seen", "word"),
    [
        ("select *, lag(flag_state) over (partition by child order by as_of_date) as before from evaluated", "window"),
        (
            "select *, sum(a) over so_far as b from evaluated window so_far as (partition by child order by day)",
            "window",
        ),
        ("select child, max(as_of_date) as latest from evaluated group by child", "group"),
        ("select * from evaluated inner join evaluated as before on evaluated.child = before.child", "join"),
        ("select * from evaluated inner join dates on evaluated.as_of_date = dates.previous_as_of_date", "reads"),
        ("select * from evaluated left join spans on evaluated.child = spans.child", "join"),
        ("select * from others inner join evaluated on true inner join evaluated as other on true", "join"),
    ],
)
def test_what_looks_at_another_day_is_found(seen: str, word: str) -> None:
    (found, *_) = looks_elsewhere(LOOKING.format(seen=seen), "as_of_date", frozenset({"int_spans"}))
    assert found.startswith(word)


@pytest.mark.parametrize(
    "seen",
    [
        "select *, rank() over (partition by as_of_date order by value) as place from evaluated",
        "select as_of_date, count(*) as n from evaluated group by as_of_date",
        "select * from evaluated inner join others on evaluated.child = others.child",
        "select * from evaluated as one inner join evaluated as other on one.as_of_date = other.as_of_date",
        "select * from evaluated left join spans on {{ valid_on('evaluated.as_of_date', 'spans') }}",
    ],
)
def test_what_keeps_to_its_day_is_let_be(seen: str) -> None:
    assert looks_elsewhere(LOOKING.format(seen=seen), "as_of_date", frozenset({"int_spans"})) == []
