"""Public records of the rules that judge children, in the form of the government's transparency record.

One for each flag, for the tiers and for the levels of need: what only the rules can say of them, made from the seeds.
The headings are those of the Algorithmic Transparency Recording Standard, version 3; what all records share, and what
only the council can say, is written once on the page around them.
"""

from orchestration.documentation import blocks, manifest
from orchestration.documentation.manifest import Project

HEADINGS = ("field of the record", "what it says")
OFF = "nothing: it is off, and no table tells of it, until the council turns it on"


def records(project: Project) -> str:
    """A record for each flag, one for the tiers, one for the levels of need. A flag that is off has its record before a
    council decides on it."""
    flags = sorted(manifest.seed("ref_flag"), key=lambda row: int(row["display_order"]))
    return "\n\n".join([*(_of_flag(flag) for flag in flags), _of_tiers(), _of_levels()])


def _of_flag(flag: dict[str, str]) -> str:
    versions = [rule for rule in manifest.seed("ref_flag_rule") if rule["flag_code"] == flag["flag_code"]]
    rule = max(versions, key=lambda version: version["valid_from_date"])
    strong = f"; strong if `{rule['comparator']} {rule['strong_threshold']}`" if rule["strong_threshold"] else ""
    whom = {
        "post16": "young people after Year 11",
        "early_years": "children at settings",
        "not_in_school": "children at no school",
    }.get(flag["population_code"], "children")
    used_by = {
        "reason": "lists, counts, tiers, levels of need; raised, it can put a child on the agenda of a huddle",
        "context": "lists, counts, tiers, levels of need; raised alone, it puts no child on an agenda",
    }
    if flag["population_code"] != "school_age":
        used_by = dict.fromkeys(used_by, "counts of zones and the county; no list, tier, level of need or agenda")
    return _record(
        f"Flag: {flag['flag_name']}",
        {
            "name (1.1), description (1.2)": f"`{flag['flag_code']}`: {flag['description']}",
            "who decides the rule (2.1)": rule["owner"],
            "how it works (2.2.1)": f"raised if `{rule['measure']} {rule['comparator']} {rule['threshold']}`{strong}",
            "scope (2.2.2)": f"{whom} aged {rule['age_from']} to {rule['age_to']}",
            "why (2.2.3)": rule["reason"],
            "what it is used for (2.3.1)": used_by[flag["flag_role"]] if flag["is_on"] == "true" else OFF,
            "when it says nothing (2.4.2)": _limits(rule),
            "version (2.4.2)": f"{rule['rule_id']} {rule['version']}, since {rule['valid_from_date']}; "
            f"{len(versions)} in all, each kept with its days",
        },
    )


def _limits(rule: dict[str, str]) -> str:
    limits = [f"fewer than {rule['minimum_sessions']} possible sessions"] if rule["minimum_sessions"] else []
    limits += [f"evidence older than {rule['maximum_age_days']} days"] if rule["maximum_age_days"] else []
    limits += [
        f"{age['evidence_code']} older than {age['maximum_age_days']} days"
        for age in manifest.seed("ref_flag_rule_age")
        if (age["rule_id"], age["version"]) == (rule["rule_id"], rule["version"])
    ]
    return "; ".join([*limits, "no evidence, or evidence that could not be read: *not assessable*, with the reason"])


def _of_tiers() -> str:
    rules = [rule for rule in manifest.seed("ref_tier_rule") if rule["valid_to_date"] == "9999-12-31"]
    return _record(
        "Index: tiers of children with flags",
        {
            "name (1.1), description (1.2)": "`tier_code`: whom a huddle should mean first",
            "who decides the rule (2.1)": _owners(rules),
            "how it works (2.2.1)": f"{len(rules)} rules that count raised flags, how many are a reason, how many are "
            "strong, how new or how lasting they are; no weights, no score, nothing learned from data",
            "scope (2.2.2)": "every child on whom flags are judged",
            "what it is used for (2.3.1)": "the order of an agenda; the first tier is on it until somebody answers",
            "when it says nothing (2.4.2)": "a flag that is not assessable counts as not raised: tiers can be too low",
        },
    )


def _of_levels() -> str:
    rules = [rule for rule in manifest.seed("ref_need_level_rule") if rule["valid_to_date"] == "9999-12-31"]
    return _record(
        "Index: levels of need",
        {
            "name (1.1), description (1.2)": "`level_code`: how many children of a pyramid are at which level",
            "who decides the rule (2.1)": _owners(rules),
            "how it works (2.2.1)": f"{len(rules)} rules that count indicators, strong ones and plans; what cannot be "
            "assessed is estimated from children who are alike, with an interval",
            "scope (2.2.2)": "pyramids; no published file holds a child's level",
            "what it is used for (2.3.1)": "planning of services",
            "when it says nothing (2.4.2)": "nobody is like the children in doubt: bounds, and no estimate",
        },
    )


def _owners(rules: list[dict[str, str]]) -> str:
    return ", ".join(sorted({rule["owner"] for rule in rules}))


def _record(title: str, fields: dict[str, str]) -> str:
    return f"### {title}\n\n{blocks.table(HEADINGS, fields.items())}"
