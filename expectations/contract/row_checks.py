"""The row checks of a contract's table as one SQL expression: a list of '<column>:<reason>', empty for a clean row.

Values are judged as `expectations.contract.cleaning` makes them: in the form in which they are loaded and joined.
"""

from collections.abc import Iterable

from expectations.contract import odd_cells
from expectations.contract.cleaning import in_set, text
from expectations.contract.model import Column, Table
from expectations.reference import date_formats

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The 23 letters a check letter or a temporary UPN's last letter may be: no I, O, S."""


def reasons(table: Table, columns: set[str] | None = None) -> str:
    """SQL that yields the reasons why a row cannot be taken (varchar[]); `columns` limits the checks to columns that
    were delivered."""
    return _reasons(
        column
        for column in table.columns
        if column.on_error == "quarantine" and (columns is None or column.name in columns)
    )


def set_aside_reasons(table: Table) -> str:
    """SQL that yields the reasons why values of a row that is taken are set aside (varchar[])."""
    return _reasons(table.set_aside)


def _reasons(columns: Iterable[Column]) -> str:
    """The conditions are evaluated once for clean rows, and a second time only for the few rows that have a reason."""
    columns = list(columns)
    checks = [(column, check) for column in columns for check in _checks(column)]
    if not checks:
        return "[]::varchar[]"
    any_wrong = "\n        or ".join(condition for _, (condition, _) in checks)
    odd = {column.name: odd_cells.reason(f'"{column.name}"') for column in columns}
    listed = ",\n            ".join(
        [f"'{name}:' || {why}" for name, why in odd.items()]
        # Of what is no value nothing else is said.
        + [
            f"case when {condition} and {odd[column.name]} is null then '{column.name}:{reason}' end"
            for column, (condition, reason) in checks
        ]
    )
    return (
        f"case when {any_wrong}\n        then list_filter([\n            {listed}\n        ], "
        "lambda reason: reason is not null)\n        else [] end::varchar[]"
    )


def parsed_date(expression: str) -> str:
    """SQL of a date read by the formats of the project; null when none fits."""
    formats = ", ".join(text(form) for form in date_formats())
    return f"try_strptime({expression}, [{formats}])"


def upn_check_letter(expression: str) -> str:
    """SQL of the check letter that characters 2 to 13 call for: weights 2 … 13, sum modulo 23; null if malformed."""
    digits = " + ".join(
        f"{position} * try_cast(substr({expression}, {position}, 1) as integer)" for position in range(2, 13)
    )
    last = (
        f"13 * coalesce(try_cast(substr({expression}, 13, 1) as integer), "
        f"nullif(strpos('{UPN_LETTERS}', substr({expression}, 13, 1)), 0) - 1)"
    )
    return f"substr('{UPN_LETTERS}', (({digits} + {last}) % 23)::integer + 1, 1)"


def uln_remainder(expression: str) -> str:
    """SQL of what is left of a learner number's digits, weighted 10 … 1, modulo 11: 10 if its check digit is right.

    A number that stands for "not known yet", 9999999999, has another. Source: HESA, Student record, field ULN.
    """
    digits = " + ".join(f"{11 - place} * substr({expression}, {place}, 1)::integer" for place in range(1, 11))
    return f"(({digits}) % 11)"


def _checks(column: Column) -> list[tuple[str, str]]:
    """(condition true for a wrong value, reason) pairs; a missing value is wrong only if required."""
    name = f'"{column.name}"'
    found = list(_value_checks(column, name))
    if column.type == "text":
        if not column.pattern:
            # What has a type or a pattern is wrong by that.
            found.append((f"({odd_cells.reason(name)} is not null)", "error_cell"))
        # U+FFFD is what a careless conversion leaves of a letter: the value is lost already, so it must not look whole.
        found.append((f"contains({name}, chr(65533))", "text_damaged"))
    if column.required:
        found.insert(0, (f"({name} is null)", "required_missing"))
    return found


def _value_checks(column: Column, name: str) -> list[tuple[str, str]]:
    present = f"{name} is not null"
    # As staging reads it, and not as a double: what a double holds and a decimal does not would be lost on the way.
    number = f"try_cast({name} as decimal(18, 4))"
    in_codes = in_set(column, name) if column.codes else "false"
    if column.type in ("integer", "number"):
        unreadable = "code_unknown" if column.codes else "number_unreadable"
        checks = [(f"({present} and {number} is null and not {in_codes})", unreadable)]
        if column.type == "integer":
            checks.append((f"({number} <> floor({number}))", "number_not_whole"))
            checks.append((f"({number} is not null and try_cast({number} as integer) is null)", "number_out_of_range"))
        limits = [f"{number} < {column.min}"] if column.min is not None else []
        limits += [f"{number} > {column.max}"] if column.max is not None else []
        if limits:
            checks.append((f"(({' or '.join(limits)}) and not {in_codes})", "number_out_of_range"))
        return checks
    if column.type == "date":
        date = parsed_date(name)
        return [
            (f"({present} and {date} is null)", "date_unreadable"),
            (f"(year({date}) < 100)", "year_of_two_digits"),
            (f"(year({date}) between 100 and 1899 or year({date}) > 2100)", "date_out_of_range"),
        ]
    if column.type == "boolean":
        return [
            (
                f"(lower({name}) not in ('true', 'false', '1', '0', 'y', 'n', 'yes', 'no'))",
                "boolean_unreadable",
            )
        ]
    if column.type == "upn":
        upn = f"upper({name})"
        shape = f"regexp_full_match({upn}, '[{UPN_LETTERS}][0-9]{{11}}[0-9{UPN_LETTERS}]')"
        return [
            (f"({present} and not {shape})", "upn_malformed"),
            (f"({shape} and substr({upn}, 1, 1) <> {upn_check_letter(upn)})", "upn_check_letter_wrong"),
        ]
    if column.type == "uln":
        shape = f"regexp_full_match({name}, '[1-9][0-9]{{9}}')"
        return [
            (f"({present} and not {shape})", "uln_malformed"),
            (f"(case when {shape} then {uln_remainder(name)} <> 10 else false end)", "uln_check_digit_wrong"),
        ]
    if column.type == "code":
        return [(f"({present} and not {in_codes})", "code_unknown")]
    if column.pattern:
        return [(f"({present} and not regexp_full_match({name}, {text(column.pattern)}))", "pattern_not_met")]
    return []
