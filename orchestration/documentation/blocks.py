"""The parts of a page that are made, not written: each is a function of the project that returns Markdown.

Links begin at the project's root (`/seeds/reference/ref_flag.csv`), whatever page the part stands on.
"""

from collections.abc import Callable, Iterable
from typing import Any

from orchestration.documentation import manifest
from orchestration.documentation.manifest import Project, Table

RULE_COLUMNS = ("version", "in force", "raised if", "strong if", "ages", "needs", "whose rule", "why")
OFF = " It is **off**: no table tells of it until a council [turns it on](/CONTRIBUTING.md#how-to-turn-a-flag-on)."


def table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; a bar or a line break in a cell does not break it."""
    headings = list(headings)
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).replace("|", "\\|").split())


def _file(name: str) -> str:
    return f"[`{name}`](/seeds/reference/{name}.csv)"


def mart(project: Project, name: str) -> str:
    """Question, grain, key, rules and columns of one mart."""
    of = project.tables[name]
    parts = [f"**{part}**: {of.parts[part]}" for part in manifest.PARTS if of.parts.get(part)]
    columns = [(f"`{column['name']}`", column["data_type"], column["description"]) for column in of.columns]
    return "\n\n".join([of.parts[""], *parts, "## Columns", table(("column", "type", "what it is"), columns)])


def questions(project: Project) -> str:
    """Every mart with its question."""
    rows = [
        (f"[`{of.schema}.{of.name}`](/docs/reference/marts/{of.name}.md)", _sentence(of.parts["Grain"]), of.parts[""])
        for of in project.of_kind("mart_")
    ]
    return table(("table", "one row is", "the question"), rows)


def _sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".")


def bus_matrix(project: Project) -> str:
    """Facts and bridges by the conformed dimensions they join."""
    facts = project.of_kind("fct_", "brg_")
    dimensions = [
        of.name for of in project.of_kind("dim_") if any(of.name in {**f.leads_to, **f.may_lead_to} for f in facts)
    ]
    rows = [
        (f"`{fact.name}`", _sentence(fact.parts["Grain"]), *(_joined(fact, dimension) for dimension in dimensions))
        for fact in facts
    ]
    return table(("fact", "one row is", *(name.removeprefix("dim_") for name in dimensions)), rows)


def _joined(fact: Table, dimension: str) -> str:
    if dimension == "dim_date" and dimension in fact.leads_to:
        return ", ".join(_role(column) for column in fact.leads_to[dimension])
    return "●" if dimension in fact.leads_to else "○" if dimension in fact.may_lead_to else ""


def _role(column: str) -> str:
    return column.removesuffix("_key").removesuffix("_date").replace("_", " ")


def entities(project: Project) -> str:
    """The star as a Mermaid diagram: a line for every relationship that is tested."""
    lines = ["erDiagram"]
    for of in project.of_kind("dim_", "fct_", "brg_"):
        for parent, columns in sorted(of.leads_to.items()):
            if parent.startswith("dim_"):
                lines.append(f'    {parent} ||--o{{ {of.name} : "{", ".join(columns)}"')
    return "\n".join(["```mermaid", *lines, "```"])


def flags(project: Project) -> str:
    """Each flag: what it means, by which rule it was raised and when, whose rule that is, and why."""
    rules, ages = manifest.seed("ref_flag_rule"), manifest.seed("ref_flag_rule_age")
    asked = {row["population_code"]: row["description"] for row in manifest.seed("ref_population")}
    parts = []
    for flag in sorted(manifest.seed("ref_flag"), key=lambda row: int(row["display_order"])):
        versions = [_rule(rule, ages) for rule in rules if rule["flag_code"] == flag["flag_code"]]
        parts += [
            f"### {flag['flag_name']}",
            f"`{flag['flag_code']}`, a {flag['flag_role']}. {flag['description']}. "
            f"Asked of: {asked[flag['population_code']]}."
            f"{'' if flag['is_on'] == 'true' else OFF}",
            table(RULE_COLUMNS, versions),
        ]
    reasons = [(f"`{row['reason_code']}`", row["description"]) for row in manifest.seed("ref_unassessable_reason")]
    return "\n\n".join(
        [
            *parts,
            "## When a flag cannot be assessed",
            table(("reason", "it is *not assessable* because"), reasons),
            f"Made from {_file('ref_flag')}, {_file('ref_flag_rule')}, {_file('ref_flag_rule_age')} and "
            f"{_file('ref_unassessable_reason')}.",
        ]
    )


def _rule(rule: dict[str, str], ages: list[dict[str, str]]) -> tuple[str, ...]:
    lasts = rule["valid_to_date"] == "9999-12-31"
    needs = []
    if rule["minimum_sessions"]:
        needs.append(f"{rule['minimum_sessions']} possible sessions")
    if rule["maximum_age_days"]:
        needs.append(f"evidence of the last {rule['maximum_age_days']} days")
    needs += [
        f"{age['evidence_code']} of the last {age['maximum_age_days']} days"
        for age in ages
        if (age["rule_id"], age["version"]) == (rule["rule_id"], rule["version"])
    ]
    return (
        f"`{rule['rule_id']}` {rule['version']}",
        f"from {rule['valid_from_date']}" + ("" if lasts else f" until before {rule['valid_to_date']}"),
        f"`{rule['measure']} {rule['comparator']} {rule['threshold']}`",
        f"`{rule['comparator']} {rule['strong_threshold']}`" if rule["strong_threshold"] else "",
        f"{rule['age_from']} to {rule['age_to']}",
        ", ".join(needs),
        rule["owner"],
        rule["reason"],
    )


def tiers(project: Project) -> str:
    """Each tier with the rules that put a child in it."""
    rules = [rule for rule in manifest.seed("ref_tier_rule") if rule["valid_to_date"] == "9999-12-31"]
    rows = []
    for tier in sorted(manifest.seed("ref_tier"), key=lambda row: int(row["tier_order"])):
        name = f"**{tier['tier_name']}**: {tier['description']}"
        for rule in (rule for rule in rules if rule["tier_code"] == tier["tier_code"]):
            rows.append((name, _tier_rule(rule), rule["owner"], rule["reason"]))
            name = ""
    made_from = f"Made from {_file('ref_tier')} and {_file('ref_tier_rule')}."
    return f"{table(('tier', 'if', 'whose rule', 'why'), rows)}\n\n{made_from}"


def _tier_rule(rule: dict[str, str]) -> str:
    counted = "flags" if rule["evidence_code"] == "flags" else f"flag `{rule['evidence_code']}`"
    conditions = [f"{counted} raised: {rule['minimum_count']} or more"]
    conditions += [f"reasons among them: {rule['minimum_reason_count']}"] if int(rule["minimum_reason_count"]) else []
    conditions += [f"strong ones: {rule['minimum_strong_count']}"] if int(rule["minimum_strong_count"]) else []
    conditions += [f"newest reason: under {rule['raised_within_days']} days old"] if rule["raised_within_days"] else []
    conditions += [f"each reason: {rule['raised_for_days']} days old or more"] if rule["raised_for_days"] else []
    return f"`{rule['rule_id']}`: {'; '.join(conditions)}"


def agenda(project: Project) -> str:
    """Why a child is on an agenda, in which order, and how long each decision of a huddle keeps it off."""
    reasons = [
        (row["agenda_order"], row["reason_name"], row["description"])
        for row in sorted(manifest.seed("ref_agenda_reason"), key=lambda row: int(row["agenda_order"]))
    ]
    decisions = [
        (row["decision_name"], row["description"], f"{row['holds_days']} days" if row["holds_days"] else "")
        for row in manifest.seed("ref_huddle_decision")
    ]
    (setting,) = manifest.seed("ref_huddle_setting")
    whose = f"{setting['owner']}: {setting['reason'].lower()}"
    made_from = ("ref_agenda_reason", "ref_huddle_decision", "ref_huddle_setting")
    return "\n\n".join(
        [
            table(("order", "reason", "when"), reasons),
            f"The first {setting['places']} of an agenda have a place ({whose}).",
            table(("decision", "what it means", "keeps the child off agendas for"), decisions),
            f"Made from {', '.join(map(_file, made_from))}.",
        ]
    )


def metrics(project: Project) -> str:
    """Every metric with what it means and how it is counted."""
    rows = [(f"`{of['name']}`", of["description"], _counted(project, of)) for of in project.metrics]
    return table(("metric", "what it is", "counted as"), rows)


def _counted(project: Project, metric: dict[str, Any]) -> str:
    parameters = metric["type_params"]
    if metric["type"] == "ratio":
        return " / ".join(
            f"`{part['name']}`{_where(part)}" for part in (parameters["numerator"], parameters["denominator"])
        )
    if metric["type"] == "derived":
        return f"`{parameters['expr']}`"
    measure = project.measures[parameters["measure"]["name"]]
    return f"`{measure['agg']}({measure['expr'] or measure['name']})`{_where(metric)}"


def _where(part: dict[str, Any]) -> str:
    filters = (part["filter"] or {}).get("where_filters", [])
    return "".join(f" where `{one['where_sql_template']}`" for one in filters)


def exposures(project: Project) -> str:
    """Every screen with whose it is and what it reads."""
    rows = [
        (
            of["label"],
            of["description"],
            ", ".join(f"`{parent.split('.')[-1]}`" for parent in of["depends_on"]["nodes"]),
            of["owner"]["name"],
        )
        for of in project.exposures
    ]
    return table(("screen", "what it shows", "reads", "whose"), rows)


MADE: dict[str, Callable[..., str]] = {
    "mart": mart,
    "questions": questions,
    "bus_matrix": bus_matrix,
    "entities": entities,
    "flags": flags,
    "tiers": tiers,
    "agenda": agenda,
    "metrics": metrics,
    "exposures": exposures,
}
"""The blocks by name."""
