"""What to do about a file or a value that keeps no contract, in words of the contract: its headings, names, forms."""

import re
from collections.abc import Iterable
from datetime import datetime

from expectations.contract.model import Column, Contract, File, Table
from expectations.contract.words import word
from expectations.reference import codes, date_formats

CODES_NAMED = 20
"""Of a code set with more codes than this none is named."""

A_DAY = datetime(2012, 9, 1)


def send(contract: Contract, file: File) -> str:
    """How a file of this kind has to look, for whoever makes it."""
    if contract.format == "xml":
        of_authority = contract.covers in ("month", "year")
        written = "the case system writes it" if of_authority else "the school's system writes it for COLLECT"
        return f"Send the return as {written}, without what is not declared"
    if contract.format == "csv":
        wanted = f"the headings {headings(contract, contract.tables[f'{contract.source}__{file.table}'], file)}"
    else:
        sheets = [f"{t.sheet or t.name} ({headings(contract, t, file)})" for t in contract.tables.values()]
        others = "no other sheet" if contract.undeclared == "reject" else "any other sheet"
        wanted = f"the sheets {'; '.join(sheets)}; and {others}"
    return ". ".join([*([contract.take] if contract.take else []), f"Deliver it with {wanted}"])


def headings(contract: Contract, table: Table, file: File) -> str:
    """The headings of a table: those that must be there, and those that may."""
    asked = [column for column in table.columns if column.name not in {*file.values, "census_year", "census_term"}]
    asked = [column for column in asked if not set(column.derive) & {other.name for other in asked} or column.aliases]
    if contract.undeclared == "warn":
        needed, others = [column for column in asked if not column.derive], []
    else:
        needed, others = [c for c in asked if c.required], [c for c in asked if not c.required]
    lists = [", ".join(map(heading, found)) for found in (needed, others) if found]
    return " and, where it has them, ".join(lists)


def heading(column: Column) -> str:
    """What a source calls a column."""
    return column.aliases[0] if column.aliases else word(column.name) or column.name


def names(files: Iterable[File]) -> str:
    """How files of these kinds are called."""
    templates = sorted({template for file in files for template in file.names})
    return " or ".join(re.sub(r"\{(\w+)\}", r"<\1>", template) for template in templates)


def correct(column: Column, reason: str) -> str:
    """What to do about the values of a column that have this reason."""
    match reason:
        case "code_unknown":
            known = codes(column.codes)
            named = f"; known are {', '.join(known)}" if len(known) <= CODES_NAMED else ""
            return f"Correct the code in the source system{named}"
        case "date_unreadable":
            forms = [form for form in date_formats() if "%H" not in form]
            return f"Write dates like {' or '.join(A_DAY.strftime(form) for form in forms)}"
        case "pattern_not_met":
            return f"Write the value like {form_of(column.pattern or '')}"
        case _:
            return REMEDIES[reason]


REMEDIES = {
    "required_missing": "Fill in the value in the source system",
    "date_out_of_range": "Correct the year in the source system",
    "year_of_two_digits": "Write years with four digits, like 01/09/2012: of 12 nobody can tell the century",
    "upn_malformed": "Correct the UPN: a letter, eleven digits, and a digit or letter other than I, O, S",
    "upn_check_letter_wrong": "Correct the UPN: its first letter does not follow from the other characters",
    "uln_malformed": "Correct the learner number: ten digits, the first no 0; leave it empty while there is none",
    "uln_check_digit_wrong": "Correct the learner number: its last digit does not follow from the others",
    "number_unreadable": "Correct the number in the source system",
    "number_not_whole": "Correct the number: a whole one belongs here",
    "number_out_of_range": "Correct the number in the source system",
    "boolean_unreadable": "Write true or false",
    "text_damaged": "Export the file again as UTF-8: a letter was lost in an earlier conversion",
    "error_cell": "Mend the formula, or write the value: the cell holds an error of the spreadsheet",
    "formula_without_value": "Open the workbook in the spreadsheet, let it calculate, and save it again",
    "digits_lost": "Format the column as text and write the number again: a spreadsheet keeps 15 digits of a number",
    "shown_otherwise": "Format the column as text and write what is shown: the cell holds a number or a date in a form",
    "duplicate_key": "Remove the repetition in the source system; the first row was kept",
}
"""What does not depend on the column."""

OURS = {
    "code_unknown": "a new code is added to the code set in seeds/reference",
    "date_unreadable": "other forms are added to date_formats in dbt_project.yml",
    "number_out_of_range": "if it is right, correct the limits in the contract",
}
"""And what can be done here instead."""


def form_of(pattern: str) -> str:
    """A pattern in words: the words that it lists, or an example in which 9 stands for any digit."""
    plain = pattern.removeprefix("(?i)")
    if re.fullmatch(r"[\w|]+", plain):
        return plain.replace("|", " or ")
    return f"{example(pattern)}, where 9 stands for any digit"


def example(pattern: str) -> str:
    """A value of the form that a pattern of a contract states."""
    plain = pattern.removeprefix("(?i)").split("|")[0].replace("?", "")
    plain = re.sub(r"\([^)]*\)\*|\+", "", plain)
    plain = re.sub(r"\[\\[dw][^\]]*\]|\\[dwS]", "9", plain)
    plain = re.sub(r"\[(.)[^\]]*\]", r"\1", plain)
    return re.sub(r"(.)\{(\d+)(?:,\d+)?\}", lambda run: run[1] * int(run[2]), plain)
