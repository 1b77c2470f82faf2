"""The house stands as drawn: arrows, contracts, descriptions, names, no clock, no identity outside its table.

Reads dbt's manifest and the imports of our Python; one test per promise of the design.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from expectations import reference
from orchestration.build import dbt
from orchestration.releases import content

PROJECT = Path(__file__).resolve().parents[2]
MODEL_NAMES = {
    "staging": r"stg_[a-z_0-9]+?__[a-z_]+",
    "intermediate": r"int_[a-z_0-9]+",
    "core": r"(dim|fct)_[a-z_0-9]+|brg_[a-z_]+?__[a-z_]+",
    "reporting": r"mart_[a-z_0-9]+",
    "snapshots": r"snap_[a-z_]+",
    "reference": r"ref_[a-z_0-9]+",
}
SCHEMAS = {"staging": "staging", "intermediate": "intermediate", "core": "core", "reporting": "mart"}
ARROWS = {
    "staging": {"raw", "quarantine", "reference"},
    "intermediate": {"staging", "intermediate", "snapshots", "reference"},
    "core": {"intermediate", "core", "snapshots", "reference"},
    "reporting": {"core", "reporting", "reference"},
    "snapshots": {"staging", "intermediate", "core"},
    "reference": set(),
}
FORBIDDEN_IMPORTS = {
    "expectations": {"orchestration", "dashboard"},
    "synthetic": {"orchestration", "dashboard"},
    "orchestration": {"dashboard"},
}
DASHBOARD_STARTS_IN = "orchestration/commands/serve_dashboard.py"
"""The one module of orchestration that knows the dashboard: what is typed to serve it."""
DASHBOARD_KNOWS = {"settings", "home", "releases.reading", "releases.store"}
"""Of orchestration: where things lie, the logs, and the reading side of releases. It sees no build and no delivery."""
FLOORS = ["settings", "home", "build", "rooms", "jobs", "commands", "cli"]
"""Of orchestration, from the ground: each may know those below it, and its own."""
BESIDE = {"defs": "jobs", "definitions": "jobs", "region_defs": "jobs"}
ROOT_MODULES = {"__init__", "cli", "definitions", "settings"}
BEGINS = {"commands", "defs", "region_defs"}
"""Where a process makes its settings: what is typed, and what Dagster starts."""
BEGINS_BY_ITSELF = {"build/dbt_plugin.py", "deliveries/readers/process.py"}
"""Modules that a process of dbt, and the one that reads files, begin with."""
OUTSIDE_MODELS = ("orchestration", "expectations", "synthetic", "benchmarks", "dashboard")
"""Where code that ships reads tables. Tests are not among them: they may look at inner tables, to see why."""
NAMES_WHAT_WAS_DELIVERED = {"deliveries", "expectations", "rights", "benchmarks"}
"""Who may name tables of raw and quarantine: who writes them, who judges what is written, who must find every row of a
child, and who changes rows to measure what that costs."""
WHAT_WAS_DELIVERED = re.compile(r"\b(?:raw|quarantine)\.(?:[\"{]|[a-z]+_*[a-z0-9]+__)")
INNER_TABLE = re.compile(r"\b(?:staging|intermediate)\.[\"{]?\w+|\b(?:stg|int)_[a-z_0-9]+")
WALL_CLOCK = re.compile(
    r"\b(current_date|current_time|current_timestamp|localtime|localtimestamp|getdate|sysdate|today|now)\b(?!\s*=)"
    r"|\brun_started_at\b|\bdatetime\.(now|today|utcnow)\b",
    re.IGNORECASE,
)
ONE_HOLDER_OF_IDENTITY = "dim_child_identity"
PRIVATE_WORDS = {"told", "said", "saying", "spoken", "heard", "struck", "strike", "sweep", "shelf"}
LONGEST_MODEL = 200
"""Lines."""


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    """dbt's manifest of the project as it is now."""
    return dbt.manifest()


def layer(node: dict[str, Any]) -> str:
    """The layer of a manifest's node, by the folder it stands in."""
    if node["resource_type"] == "source":
        return "quarantine" if node["schema"] == "quarantine" else "raw"
    if node["resource_type"] == "seed":
        return "reference"
    if node["resource_type"] == "snapshot":
        return "snapshots"
    folders = node["fqn"][1:]
    return folders[1] if folders[0] == "marts" else folders[0]


def tables(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Models, seeds and snapshots; not tests and the like."""
    for node in manifest["nodes"].values():
        if node["resource_type"] in {"model", "seed", "snapshot"}:
            yield node


def yml_of(node: dict[str, Any]) -> str:
    """Where what is said of a model, seed or snapshot belongs, by the project's root."""
    return str(Path(node["original_file_path"]).with_suffix(".yml"))


def published(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The models of core and reporting."""
    return (node for node in tables(manifest) if layer(node) in {"core", "reporting"})


def test_arrows_between_layers_are_those_of_the_house(manifest: dict[str, Any]) -> None:
    everything = {**manifest["nodes"], **manifest["sources"]}
    wrong = [
        f"{node['name']} ({layer(node)}) reads {everything[parent]['name']} ({layer(everything[parent])})"
        for node in tables(manifest)
        for parent in node.get("depends_on", {}).get("nodes", [])
        if layer(everything[parent]) not in ARROWS[layer(node)]
    ]
    assert not wrong


def test_no_model_names_a_table_without_a_reference() -> None:
    """A schema written out hides an arrow from the manifest."""
    written_out = re.compile(r"\b(from|join)\s+\"?(raw|quarantine|ops|reference|staging|intermediate|core|mart)\"?\.")
    wrong = [str(path) for path in sql_files("models", "snapshots", "macros") if written_out.search(path.read_text())]
    assert not wrong


def test_code_outside_models_names_what_is_published_or_made_for_it(manifest: dict[str, Any]) -> None:
    """Which room a model is made for stands in its `meta: {read_by: [...]}`; nobody is told of staging."""
    made_for = {node["name"]: read_by(node) for node in inner(manifest)}
    assert not [name for name, rooms in made_for.items() if rooms and name.startswith("stg_")]
    wrong = [
        f"{path.relative_to(PROJECT)}: {name}"
        for path in code_outside_models()
        for name in inner_tables(path.read_text(), made_for.keys())
        if room(path) not in made_for.get(name, set())
    ]
    assert not wrong


def test_whoever_a_model_is_made_for_reads_it(manifest: dict[str, Any]) -> None:
    names = [node["name"] for node in inner(manifest)]
    reads = {(room(path), name) for path in code_outside_models() for name in inner_tables(path.read_text(), names)}
    assert [
        (who, node["name"]) for node in inner(manifest) for who in read_by(node) if (who, node["name"]) not in reads
    ] == []


def test_only_who_takes_in_judges_or_erases_names_what_was_delivered() -> None:
    named = {room(path) for path in code_outside_models() if WHAT_WAS_DELIVERED.search(path.read_text())}
    assert named == NAMES_WHAT_WAS_DELIVERED


def test_nothing_inside_is_without_a_reader(manifest: dict[str, Any]) -> None:
    """A model is read by another, by a snapshot, or by the room that it is made for; a source by staging."""
    read = {parent for node in tables(manifest) for parent in node.get("depends_on", {}).get("nodes", [])}
    assert [node["name"] for node in inner(manifest) if node["unique_id"] not in read and not read_by(node)] == []
    assert [source for source in manifest["sources"] if source not in read] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from staging.stg_a__b join core.dim_c", {"stg_a__b"}),
        ('f"from build.intermediate.{table}"', {"table"}),
        ('from intermediate."int_renamed"', {"int_renamed"}),
        ("dbt.build_models(settings, day, '+int_d,resource_type:model')", {"int_d"}),
        ("the `int_d` of the build", {"int_d"}),
        ("def print_d(): int_type = staging.exists", {"exists"}),
        ("int(stg_value) or int_type", set()),
    ],
)
def test_the_search_for_inner_tables_finds_them(text: str, found: set[str]) -> None:
    assert inner_tables(text, ["stg_a__b", "int_d"]) == found


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("f'insert into raw.\"{table}\"'", True),
        ("from quarantine.{table}", True),
        ("update raw.family_matters__members", True),
        ("quarantine.settle(connection)", False),
        ("settings.quarantine.exists()", False),
    ],
)
def test_the_search_for_what_was_delivered_tells_tables_from_modules(text: str, is_named: bool) -> None:
    assert bool(WHAT_WAS_DELIVERED.search(text)) == is_named


def code_outside_models() -> Iterator[Path]:
    """Every Python file and loose SQL file that ships, but models, snapshots, macros and seeds."""
    for package in OUTSIDE_MODELS:
        for ending in ("py", "sql"):
            yield from sorted((PROJECT / package).rglob(f"*.{ending}"))


def room(path: Path) -> str:
    """Whose file it is: a room of orchestration, or a package beside it."""
    package, *inside = path.relative_to(PROJECT).parts
    return inside[0] if package == "orchestration" else package


def inner(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in tables(manifest) if layer(node) in {"staging", "intermediate"}]


def read_by(node: dict[str, Any]) -> set[str]:
    """The rooms outside models that a model is made for."""
    return set(node["config"]["meta"].get("read_by", []))


def inner_tables(text: str, models: Iterable[str]) -> set[str]:
    """Tables of staging and intermediate that a text names: what follows a schema, and models by their names alone."""
    found = {(name, re.split(r"\W+", name)[-1]) for name in INNER_TABLE.findall(text)}
    return {table for name, table in found if "." in name or table in models}


def test_python_packages_import_as_the_house_allows() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} imports {module}"
        for package, forbidden in FORBIDDEN_IMPORTS.items()
        for path in (PROJECT / package).rglob("*.py")
        for module in imports(path)
        if module.split(".")[0] in forbidden and str(path.relative_to(PROJECT)) != DASHBOARD_STARTS_IN
    ]
    assert not wrong


def test_the_dashboard_reads_what_is_published_and_its_own_logs() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} imports {module}"
        for path in (PROJECT / "dashboard").rglob("*.py")
        for module in imports(path)
        if module.split(".")[0] in {"orchestration", "expectations", "synthetic"}
        and not any(f"{module}.".startswith(f"orchestration.{known}.") for known in DASHBOARD_KNOWS)
        and module not in {"orchestration.home", "orchestration.releases"}
    ]
    assert wrong == []
    assert {name for path in (PROJECT / "dashboard").rglob("*.py") for name in _names_of_releases(path)} == {
        "reading",
        "store",
    }


def _names_of_releases(path: Path) -> Iterator[str]:
    """What a file takes of `orchestration.releases` itself."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "orchestration.releases":
            yield from (alias.name for alias in node.names)


def test_orchestration_has_three_modules_at_its_root() -> None:
    assert {path.stem for path in (PROJECT / "orchestration").glob("*.py")} == ROOT_MODULES


def test_no_arrow_of_orchestration_runs_back_up() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)} imports {module}"
        for path in (PROJECT / "orchestration").rglob("*.py")
        for module in imports(path)
        if module.startswith("orchestration.") and floor(module) > floor(".".join(path.relative_to(PROJECT).parts))
    ]
    assert not wrong


def floor(module: str) -> int:
    """The floor of a module of orchestration, from the ground."""
    part = module.split(".")[1].removesuffix(".py")
    part = BESIDE.get(part, part)
    return FLOORS.index(part) if part in FLOORS else FLOORS.index("rooms")


def test_nothing_below_commands_prints() -> None:
    """Only commands talk to a terminal; whoever is below says how far it is by `home.progress`."""
    wrong = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for path in (PROJECT / "orchestration").rglob("*.py")
        if floor(".".join(path.relative_to(PROJECT).parts)) < FLOORS.index("commands")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print")
        or (
            isinstance(node, ast.Import | ast.ImportFrom)
            and any(
                name.split(".")[0] in {"typer", "rich", "click"}
                for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
            )
        )
    ]
    assert not wrong


def test_settings_are_made_once_where_a_process_begins() -> None:
    """Whoever is below is handed them: made twice, or read of the environment, two could say different things."""
    wrong = []
    for path in (PROJECT / "orchestration").rglob("*.py"):
        name, tree = str(path.relative_to(PROJECT / "orchestration")), ast.parse(path.read_text())
        begins = name.split("/")[0] in BEGINS or name in BEGINS_BY_ITSELF
        scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef if begins else ast.Module)]
        wrong += [name for scope in scopes if sum(calls(scope, made) for made in ("Settings", "Limits")) > begins]
    assert wrong == []


def calls(scope: ast.AST, name: str) -> int:
    """How often a class is called by its name and nothing else, below a function or class."""
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in ast.walk(scope)
    )


def test_one_module_alone_looks_into_the_environment() -> None:
    reads = re.compile(r"\bos\.(environ|getenv|putenv)|from os import .*env")
    found = [path.name for path in (PROJECT / "orchestration").rglob("*.py") if reads.search(path.read_text())]
    assert found == ["processes.py"]


def test_progress_has_one_way() -> None:
    """Nobody is handed where to say it: `home.progress` knows."""
    handed = re.compile(r"\bSink\b|Callable\[\[str\], (None|object|Any)\]")
    found = [
        f"{path.relative_to(PROJECT)}: {function.name}({argument.arg})"
        for path in (PROJECT / "orchestration").rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if argument.annotation and handed.search(ast.unparse(argument.annotation))
    ]
    assert found == ["orchestration/home/progress.py: shown_on(sink)"]


def test_names_in_code_are_words_that_others_would_guess() -> None:
    """Prose may keep its voice; a name says what a thing is: text, message, statement, redacted."""
    wrong = [
        f"{path.relative_to(PROJECT)}: {name}"
        for path in code_outside_models()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text()))
        if (name := named(node)) and name.strip("_").lower() in PRIVATE_WORDS
    ]
    assert wrong == []


def named(node: ast.AST) -> str | None:
    """The name that a node gives: of a function, class, argument or variable."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
            return name
        case ast.Name(id=name, ctx=ast.Store()):
            return name
    return None


def test_every_published_table_has_an_enforced_contract(manifest: dict[str, Any]) -> None:
    assert list(published(manifest))
    assert not [node["name"] for node in published(manifest) if not node["config"]["contract"]["enforced"]]


def test_every_published_column_is_described_and_typed(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']}.{column['name']}"
        for node in published(manifest)
        for column in node["columns"].values()
        if not column["description"].strip() or not column["data_type"]
    ]
    assert not wrong


def test_a_change_of_the_published_contract_is_told_in_the_changelog(manifest: dict[str, Any]) -> None:
    """Readers' queries break on a column that goes or changes its type: whoever does it says so."""
    contract = sorted(
        f"{node['schema']}.{node['name']}.{column['name']} {column['data_type']}"
        for node in published(manifest)
        for column in node["columns"].values()
    )
    fingerprint = hashlib.sha256("\n".join(contract).encode()).hexdigest()[:16]
    newest = re.search(r"Published contract: `(\w+)`", (PROJECT / "CHANGELOG.md").read_text()).group(1)
    assert newest == fingerprint, (
        f"A published table is another than CHANGELOG.md knows: say there what changes, then put {fingerprint}."
    )


def test_tables_with_a_column_for_each_flag_write_out_those_that_are_on() -> None:
    """The pipeline fits them to the flags that are on (orchestration/build/flag_columns.py); dbt by hand cannot."""
    read = json.loads((dbt.target() / dbt.MANIFEST).read_text())
    states, on = ({f"{flag}_state" for flag in flags} for flags in (reference.flag_names(), reference.flags()))
    wrong = [
        f"{yml_of(node)}: {column}"
        for node in tables(read)
        if len(written := states & node["columns"].keys()) > 1
        for column in sorted(written ^ on)
    ]
    assert not wrong, "Describe the columns of flags that are on beside those of the others, and no other."


def test_every_rule_judges_a_measure_that_there_is() -> None:
    """By a mistyped one the flag is not assessable for every child, and no other test would say why."""
    measures = {
        measure
        for path in sql_files("models/intermediate/flag")
        for measure in re.findall(r"'(\w+)'(?: as measure\b|,\s+value=)", path.read_text())
    }
    assert set(reference.codes("ref_flag_rule.measure")) <= measures


def test_every_rule_knows_what_was_delivered_and_does_not_count() -> None:
    """A flag whose measure is not named there is not raised for a child whose row broke its contract."""
    folder = PROJECT / "models/intermediate/flag"
    pending = [(folder / f"{name}.sql").read_text() for name in ("int_evidence_pending", "int_records_quarantined")]
    unknown = set(reference.codes("ref_flag_rule.measure")) - set(re.findall(r"'(\w+)'", "".join(pending)))
    assert not unknown, "Say in int_records_quarantined or int_evidence_pending what could raise these."


def test_no_model_and_no_code_writes_out_the_flags() -> None:
    """Whatever needs them all reads ref_flag, by the macro flag_codes where dbt makes SQL. Only what is true is worked
    out flag by flag, in synthetic/truth/."""
    flags = set(reference.flags())
    files = [
        *sql_files("models", "snapshots", "macros", "tests/dbt"),
        *(path for path in code_outside_models() if room(path) != "synthetic"),
    ]
    assert [str(path) for path in files if flags <= set(re.findall(r"['\"](\w+)['\"]", path.read_text()))] == []


def test_every_published_time_is_known_to_be_a_moment_of_doing(manifest: dict[str, Any]) -> None:
    """The content of a release leaves such moments out; a time of another kind must be told apart from them."""
    times = {
        column["name"]
        for node in published(manifest)
        for column in node["columns"].values()
        if column["data_type"].startswith("timestamp")
    }
    assert times == content.MOMENTS.keys()


def test_every_description_reaches_the_file(manifest: dict[str, Any]) -> None:
    persisted = {"relation": True, "columns": True}
    assert not [node["name"] for node in published(manifest) if node["config"]["persist_docs"] != persisted]


def test_every_table_has_a_yml_of_its_name_beside_it(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['original_file_path']} is described in {node['patch_path']}"
        for node in tables(manifest)
        if node["patch_path"] != f"{node['package_name']}://{yml_of(node)}"
    ]
    assert not wrong


def test_every_macro_is_described_beside_it(manifest: dict[str, Any]) -> None:
    """But the forms of it for one engine, which are the same macro; generic tests are described with the macros."""
    ours = [macro for macro in manifest["macros"].values() if macro["package_name"] == "early_help"]
    described = {
        macro["name"]: "macros/generic_tests.yml" if macro["name"].startswith("test_") else yml_of(macro)
        for macro in ours
        if not macro["name"].startswith(("default__", "duckdb__", "spark__"))
    }
    wrong = [
        f"{macro['name']} in {macro['patch_path']}"
        for macro in ours
        if macro["name"] in described
        and (not macro["description"] or macro["patch_path"] != f"early_help://{described[macro['name']]}")
    ]
    assert described
    assert wrong == []


def test_the_yml_of_a_table_holds_its_unit_tests_and_nothing_of_others(manifest: dict[str, Any]) -> None:
    own = {yml_of(node): node["name"] for node in tables(manifest)}
    misplaced = [
        f"{test['name']} is in {test['original_file_path']}"
        for test in manifest["unit_tests"].values()
        if own.get(test["original_file_path"]) != test["model"]
    ]
    strangers = [
        f"{thing['name']} is in {thing['original_file_path']}"
        for kind in ("sources", "exposures", "metrics", "semantic_models")
        for thing in manifest[kind].values()
        if thing["original_file_path"] in own
    ]
    assert manifest["unit_tests"]
    assert misplaced + strangers == []


def test_every_model_of_sql_has_a_unit_test(manifest: dict[str, Any]) -> None:
    """dbt has them for no others. The next test asks of models of Python; snapshots are no models, and speak, change
    and are restored in tests/pipeline/test_knowledge.py.
    """
    tested = {test["model"] for test in manifest["unit_tests"].values()}
    models = [node for node in tables(manifest) if node["resource_type"] == "model" and node["language"] == "sql"]
    assert models
    assert [yml_of(node) for node in models if node["name"] not in tested] == []


def test_a_model_of_python_is_tested_as_python(manifest: dict[str, Any]) -> None:
    """By what it calls, as the forecast in tests/unit/test_forecast.py, or by the table that it makes, as the scores in
    tests/pipeline/test_any_order.py."""
    tests = [path.read_text() for path in (PROJECT / "tests").rglob("test_*.py") if path != Path(__file__)]
    named = {
        node["name"]: [node["name"], *re.findall(r"from orchestration\.[\w.]+ import", node["raw_code"])]
        for node in tables(manifest)
        if node["resource_type"] == "model" and node["language"] == "python"
    }
    assert named
    assert [name for name, words in named.items() if not any(word in text for word in words for text in tests)] == []


def test_every_model_says_grain_key_and_business_rules(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']}: {part}"
        for node in tables(manifest)
        if node["resource_type"] != "seed"
        for part in ("Grain", "Key", "Business rules")
        if f"**{part}**" not in node["description"]
    ]
    assert not wrong


def test_every_model_has_a_key_that_is_enforced_or_tested(manifest: dict[str, Any]) -> None:
    tested = {
        test["attached_node"]
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test"
        and (test.get("test_metadata") or {}).get("name") in {"unique", "unique_combination"}
    }
    wrong = [
        node["name"]
        for node in tables(manifest)
        if node["resource_type"] != "seed"
        and node["unique_id"] not in tested
        and not any(constraint["type"] == "primary_key" for constraint in node.get("constraints", []))
    ]
    assert not wrong


def test_facts_carry_the_durable_key_beside_every_version_key(manifest: dict[str, Any]) -> None:
    versioned = ("child", "school", "household", "flag_rule")
    wrong = [
        f"{node['name']}.{thing}_key"
        for node in published(manifest)
        if node["name"].startswith(("fct_", "brg_"))
        for thing in versioned
        if f"{thing}_key" in node["columns"] and f"{thing}_durable_key" not in node["columns"]
    ]
    assert not wrong


def test_no_identity_stands_outside_its_table(manifest: dict[str, Any]) -> None:
    holders = {
        node["name"] for node in published(manifest) for column in node["columns"].values() if pii(column) == "direct"
    }
    assert holders == {ONE_HOLDER_OF_IDENTITY}


def test_columns_named_like_an_identity_are_tagged_so(manifest: dict[str, Any]) -> None:
    """A tag that was forgotten would let the test above pass."""
    identity = re.compile(r"^(former_)?upn$|surname|forename|birth_date|address_line|^postcode$|full_name")
    wrong = [
        f"{node['name']}.{column['name']}"
        for node in published(manifest)
        for column in node["columns"].values()
        if identity.search(column["name"]) and pii(column) not in {"direct", "none"}
    ]
    assert not wrong


def test_nothing_published_is_made_of_the_identity_table(manifest: dict[str, Any]) -> None:
    wrong = [
        node["name"]
        for node in published(manifest)
        if any(parent.endswith(f".{ONE_HOLDER_OF_IDENTITY}") for parent in node["depends_on"]["nodes"])
    ]
    assert not wrong


def test_names_and_schemas_are_those_of_the_house(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']} in {node['schema']}"
        for node in tables(manifest)
        if not re.fullmatch(MODEL_NAMES[layer(node)], node["name"])
        or node["schema"] != SCHEMAS.get(layer(node), layer(node))
    ]
    assert not wrong


def test_no_model_has_more_than_200_lines(manifest: dict[str, Any]) -> None:
    """A longer one does several things: each is a model with a grain of its own."""
    lengths = {
        node["original_file_path"]: len((PROJECT / node["original_file_path"]).read_text().splitlines())
        for node in tables(manifest)
        if node["resource_type"] == "model"
    }
    assert lengths
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODEL} == {}


def test_published_columns_are_named_by_the_house(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']}.{column['name']} {column['data_type']}"
        for node in published(manifest)
        for column in node["columns"].values()
        if not named_by_type(column["name"], column["data_type"])
    ]
    assert not wrong


def test_singular_tests_state_a_claim_and_say_what_to_do() -> None:
    files = sorted((PROJECT / "tests/dbt/integrity").glob("*.sql"))
    assert files
    wrong = [
        path.name
        for path in files
        if not path.name.startswith("assert_")
        or not all(part in path.read_text() for part in ("-- What:", "-- When it matters:", "-- How to resolve:"))
    ]
    assert not wrong


def test_no_model_reads_the_wall_clock() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)}: {found.group()}"
        for path in sql_files("models", "snapshots", "macros", "tests/dbt")
        if (found := WALL_CLOCK.search(without_comments(path.read_text())))
    ]
    assert not wrong


def test_no_configuration_depends_on_the_day(manifest: dict[str, Any]) -> None:
    """A build is handed the project as it was read on another day: only what is compiled when it runs may name it."""
    (day,) = re.findall(r'as_of_date: "(.+)"', (PROJECT / "dbt_project.yml").read_text())
    assert [node["name"] for node in manifest["nodes"].values() if day in json.dumps(node["config"])] == []


@pytest.mark.parametrize("clock", ["current_date", "now()", "CURRENT_TIMESTAMP", "{{ run_started_at }}"])
def test_the_search_for_a_wall_clock_finds_one(clock: str) -> None:
    assert WALL_CLOCK.search(f"select {clock} as day")


def named_by_type(name: str, data_type: str) -> bool:
    """Dates end in _date (months: _month), times in _at; booleans begin with is_ or has_; counts are whole numbers."""
    if data_type == "date":
        return name.endswith(("_date", "_month"))
    if data_type.startswith("timestamp"):
        return name.endswith("_at")
    if data_type == "boolean":
        return name.startswith(("is_", "has_"))
    if name.endswith("_count"):
        return data_type in {"integer", "bigint"}
    if name.endswith("_rate"):
        return data_type.startswith("decimal")
    return not name.endswith(("_date", "_at"))


def pii(column: dict[str, Any]) -> str | None:
    return {**column["meta"], **column.get("config", {}).get("meta", {})}.get("pii")


def sql_files(*folders: str) -> Iterator[Path]:
    return (path for folder in folders for path in sorted((PROJECT / folder).rglob("*.sql")))


def without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*|\{#.*?#\}|/\*.*?\*/", "", sql, flags=re.DOTALL)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, at whatever depth."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            # A package or module of the root is named beside it.
            yield from (f"{node.module}.{alias.name}" for alias in node.names if "." not in node.module)


def test_what_a_missing_part_does_to_a_whole_is_said() -> None:
    """`concat` leaves a missing part out in silence: all events without a person were of one person, `front_door:`.

    `||` has no whole without all of its parts; `concat_ws` is for what goes without one.
    """
    silent = re.compile(r"\bconcat\(", re.IGNORECASE)
    wrong = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in sql_files("models", "snapshots", "macros", "tests/dbt")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if silent.search(line)
    ]
    assert not wrong
