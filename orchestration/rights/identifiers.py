"""How a row tells of a child: a text for each kind of identifier in it, and the keyed hash by which it is known.

Hashes are made like pseudonyms, under the same key, of a text that begins with its kind: `upn|…`, `pupil|…`. So a list
of them names nobody, and no hash of it is a pseudonym.
"""

import duckdb

from expectations.contract.model import raw_columns
from expectations.contract.row_checks import parsed_date
from orchestration.home import macros

NUMBERED = {
    "person_id": "sen2_person",
    "request_id": "sen2_request",
    "assessment_id": "sen2_assessment",
    "plan_id": "sen2_plan",
    "active_plan_id": "sen2_active_plan",
}
"""The numbers by which a row of a SEN2 export names the one it belongs to; of that export alone."""

DERIVED = ("pupil", "return", "person", "former", "name", *NUMBERED.values())
"""What a row that is the child's teaches: further references of the child, as the sources write them."""

NEW_UPN_BY = ("former", "name")
"""Rows known by these may bring a UPN that is not known to be the child's yet."""


def pseudonym(text: str) -> str:
    """SQL of the keyed hash of an SQL text; the session must hold the key: see `workspace`."""
    return str(macros.rendered("keys").default__pseudonym(text))


def delivery_key(delivery_id: str) -> str:
    """SQL of the key that facts carry of a delivery."""
    return str(macros.rendered("keys").surrogate_key([delivery_id]))


def texts(table_name: str, columns: list[str]) -> dict[str, str]:
    """SQL of the identifiers in a row of a raw table, by kind; null where a part of one is missing.

    `columns` are those that the relation at hand has.
    """
    source = table_name.split("__")[0]
    held = set(columns)
    found: dict[str, str] = {}
    if "upn" in held:
        upn = _upn('"upn"')
        found["upn"] = _text("upn", upn)
        if "birth_date" in held:
            found["upn_birth"] = _text("upn_birth", upn, _date())
        if "school_id" in held:
            found["upn_school"] = _text("upn_school", upn, _school())
    if {"former_upn", "birth_date", "forename"} <= held:
        # A former UPN alone may be a slip, and a twin's is the likeliest: birth date and forename must agree.
        found["former"] = _text("former", _upn('"former_upn"'), _date(), name('"forename"'))
    if "uln" in held:
        found["uln"] = _text("uln", _trimmed('"uln"'))
    if source == "synergy" and "pupil_id" in held:
        found["pupil"] = _text("pupil", _trimmed('"pupil_id"'))
    if "pupil_return_id" in held:
        found["return"] = _text(
            "return", '"census_year"', '"census_term"', _school(), '"roll"', _trimmed('"pupil_return_id"')
        )
    if source in ("nccis", "cin_census") and "record_id" in held:
        # A record of another month or year is another one; its id begins with its delivery's.
        found["return"] = _text("return", _trimmed('"record_id"'))
    if source == "sen2":
        for column, kind in NUMBERED.items():
            if column in held:
                found[kind] = _text(kind, _trimmed('"export_date"'), _trimmed(f'"{column}"'))
    if {"household_id", "member_id"} <= held:
        found["person"] = _text(
            "person", f"'{source}'", _trimmed('"household_id"'), _trimmed('"member_id"'), joined_by="/"
        )
    elif source in ("front_door", "nccis", "not_in_school") and "person_id" in held:
        found["person"] = _text("person", f"'{source}'", _trimmed('"person_id"'), joined_by="/")
    elif source == "cin_census" and "child_ref" in held:
        found["person"] = _text("person", f"'{source}'", _trimmed('"child_ref"'), joined_by="/")
    elif source == "police_notifications" and {"kind_code", "notification_ref", "person_number"} <= held:
        # as macros/police.sql writes it; whoever has no number in a notification is its first
        found["person"] = _text(
            "person",
            f"'{source}'",
            "lower(" + _trimmed('"kind_code"') + ")",
            _trimmed('"notification_ref"'),
            "coalesce(" + _trimmed('"person_number"') + ", '1')",
            joined_by="/",
        )
    elif source == "early_years_census" and {"forename", "surname", "birth_date", "postcode"} <= held:
        # as macros/early_years.sql writes it
        parts = (name('"forename"'), name('"surname"'), f"cast({_date()} as varchar)", postcode())
        described = " || '|' || ".join(f"coalesce({part}, '?')" for part in parts)
        found["person"] = _text("person", f"'{source}'", pseudonym(f"'early_years|' || {described}"), joined_by="/")
    if {"forename", "surname", "birth_date", "postcode"} <= held:
        found["name"] = _text("name", name_of_child(), postcode())
    return found


def identifiers_in(table_name: str, columns: list[str]) -> dict[str, str]:
    """SQL of what a row that is the child's teaches, by kind: like `texts`, with the child's UPN as a former one."""
    found = {kind: text for kind, text in texts(table_name, columns).items() if kind in DERIVED and kind != "former"}
    if {"upn", "birth_date", "forename"} <= set(columns):
        found["former"] = _text("former", _upn('"upn"'), _date(), name('"forename"'))
    return found


def name_of_child() -> str:
    """SQL of forename, surname and birth date of a row."""
    return f"""({name('"forename"')} || '|' || {name('"surname"')} || '|' || {_date()})"""


def postcode() -> str:
    """SQL of the postcode of a row."""
    return str(macros.rendered("cleaning").default__clean_postcode('"postcode"'))


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """The columns of a relation, in order."""
    return [name for name, *_ in connection.execute(f"describe select * from {relation}").fetchall()]


def raw_tables() -> list[str]:
    """The raw tables that may tell of a child: those with an identifier in them, and what belongs to a household."""
    household = {"family_matters__households", "family_matters__needs"}
    return [name for name, columns in raw_columns().items() if name in household or texts(name, columns)]


def _text(kind: str, *parts: str, joined_by: str = "|") -> str:
    """Null where a part is missing: `||` passes it on."""
    return f"'{kind}|' || " + f" || '{joined_by}' || ".join(f"({part})" for part in parts)


def _upn(column: str) -> str:
    return str(macros.rendered("cleaning").clean_upn(column))


def name(column: str) -> str:
    """SQL of a name in the form that is compared."""
    return str(macros.rendered("cleaning").default__clean_name(column))


def _trimmed(column: str) -> str:
    return str(macros.rendered("cleaning").clean_text(column))


def _school() -> str:
    return str(macros.rendered("cleaning").clean_school_id('"school_id"'))


def _date() -> str:
    return f"""cast({parsed_date('"birth_date"')} as date)"""
