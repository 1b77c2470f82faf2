"""The gate that a new source begins with: the rules that its columns allow, and tolerances like those of its kind."""

from dataclasses import dataclass
from textwrap import indent

from orchestration.sources.proposal import ProposedTable


@dataclass(frozen=True)
class GateRule:
    """A call of `expectations.suites.rules` as it is written, the word it is imported by, and what it tolerates."""

    written: str
    imported: tuple[str, ...]
    tolerances: tuple[tuple[str, float], ...]


REJECTED = GateRule(
    'rate_of("rejected_row", severity=CRITICAL)', ("CRITICAL", "rate_of"), (("rejected_row_rate", 0.05),)
)
SET_ASIDE = GateRule("set_aside()", ("set_aside",), ())
CODES = GateRule('rate_of("unknown_code", severity=CRITICAL)', ("CRITICAL", "rate_of"), (("unknown_code_rate", 0.05),))
UPN = GateRule(
    'rate_of("upn_check_letter_wrong", severity=CRITICAL)',
    ("CRITICAL", "rate_of"),
    (("upn_check_letter_wrong_rate", 0.02),),
)
VOLUME = GateRule("*rows_within()", ("rows_within",), (("volume_low", 0.8), ("volume_high", 1.5)))
UNKNOWN = GateRule(
    'rate_of("pupils_unknown", severity=WARNING)', ("WARNING", "rate_of"), (("pupils_unknown_rate", 0.05),)
)
BIRTH_DATES = GateRule(
    "*birth_dates_agree()",
    ("birth_dates_agree",),
    (("birth_dates_disagree_rate", 0.2), ("birth_dates_doubtful_rate", 0.02)),
)
KEPT = GateRule("*mostly_unchanged()", ("mostly_unchanged",), (("rows_kept_rate", 0.7),))
REFERENCES = GateRule(
    'rate_of("rows_without_reference", severity=CRITICAL)',
    ("CRITICAL", "rate_of"),
    (("rows_without_reference_rate", 0.02),),
)


def rules(table: ProposedTable) -> list[GateRule]:
    """The rules that make sense of a table by the columns it has."""
    wanted = [
        (REJECTED, True),
        (SET_ASIDE, any(column.on_error == "set_aside" for column in table.taken)),
        (CODES, any(column.codes for column in table.taken)),
        (UPN, table.has("upn")),
        (VOLUME, True),
        (UNKNOWN, table.has("upn")),
        (BIRTH_DATES, table.has("upn", "birth_date")),
        (KEPT, bool(table.key)),
        (REFERENCES, bool(table.references)),
    ]
    return [rule for rule, is_wanted in wanted if is_wanted]


def tolerances(tables: list[ProposedTable]) -> dict[str, float]:
    """What the contract must state for the rules of its tables."""
    return {name: value for table in tables for rule in rules(table) for name, value in rule.tolerances}


def suite_py(source: str, title: str, tables: list[ProposedTable]) -> str:
    """The module expectations/suites/<source>.py."""
    words = {word for table in tables for rule in rules(table) for word in rule.imported} | {"Suite"}
    ordered = sorted(words, key=lambda word: (not word.isupper(), not word[0].isupper(), word))
    suites = "".join(
        f'    Suite(\n        name="{source}.{table.name}",\n        rules=(\n'
        + indent("\n".join(f"{rule.written}," for rule in rules(table)), " " * 12)
        + "\n        ),\n    ),\n"
        for table in tables
    )
    listed = "".join(f"    {word},\n" for word in ordered)
    return (
        f'"""What must hold of {title}."""\n\nfrom expectations.suites.rules import (\n{listed})\n\n'
        f"SUITES = (\n{suites})\n"
    )
