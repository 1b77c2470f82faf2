"""What is compared between a person without UPN and a child, and which pairs are compared at all.

Both sides have the columns of `int_people_without_upn` and `int_child_appearances`. A score depends on the two records
and the parameters alone, never on the other records of a build (no term frequencies, no prior): so a pair that has been
scored need not be scored again, and scoring all at once gives what scoring what changed gave.
"""

from dataclasses import dataclass
from typing import Any

SWAPPED_DATE = (
    "day(birth_date_l) <= 12 and birth_date_r = make_date(year(birth_date_l), day(birth_date_l), month(birth_date_l))"
)
EXCHANGED = "forename_compared_l = surname_compared_r and surname_compared_l = forename_compared_r"


def _close(column: str) -> str:
    """One letter wrong, missing or too many, or two neighbours exchanged."""
    return f"damerau_levenshtein({column}_l, {column}_r) <= 1"


@dataclass(frozen=True)
class Comparison:
    """Levels of agreement from the best down, label to SQL; whatever none of them fits is "different"."""

    missing: str
    levels: dict[str, str]


def _missing(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


DIFFERENT = "different"
EXCHANGED_WITH_SURNAME = "exchanged with surname"
COMPARISONS = {
    "forename": Comparison(
        _missing("forename_compared"),
        {
            "the same": "forename_compared_l = forename_compared_r",
            "short form": "list_has_any(forename_forms_l, forename_forms_r)",
            "one letter off": _close("forename_compared"),
            EXCHANGED_WITH_SURNAME: EXCHANGED,
        },
    ),
    "surname": Comparison(
        _missing("surname_compared"),
        {
            "the same": "surname_compared_l = surname_compared_r",
            "part of a double name": "list_has_any(surname_parts_l, surname_parts_r)",
            "one letter off": _close("surname_compared"),
            "exchanged with forename": EXCHANGED,
        },
    ),
    "birth_date": Comparison(
        _missing("birth_date"),
        {
            "the same": "birth_date_l = birth_date_r",
            "day and month exchanged": SWAPPED_DATE,
            "one digit off": "hamming(birth_date_l::varchar, birth_date_r::varchar) = 1",
        },
    ),
    "sex": Comparison(_missing("sex"), {"the same": "sex_l = sex_r"}),
    "address": Comparison(
        _missing("postcode"),
        {
            "the same": "postcode_l = postcode_r and address_compared_l = address_compared_r",
            "the same postcode": "postcode_l = postcode_r",
        },
    ),
    # A brother or sister of the same name and birth date.
    "companions": Comparison(_missing("companions"), {"one in common": "list_has_any(companions_l, companions_r)"}),
}

# Only addresses of the time are compared: where the child may have lived while the person was known there. And of two
# records that have both been compared before, the score is known.
OF_THE_TIME = "l.known_from_date <= r.known_to_date and r.known_from_date <= l.known_to_date and (l.is_new or r.is_new)"

# Each joins on two things that few people share, so that pairs grow with people and not with their square.
BLOCKS = [
    "l.birth_date = r.birth_date and l.surname_compared = r.surname_compared",
    "l.birth_date = r.birth_date and l.forename_compared = r.forename_compared",
    "l.birth_date = r.birth_date and l.postcode = r.postcode",
    "l.birth_date = r.birth_date and l.forename_compared = r.surname_compared",
    "l.postcode = r.postcode and l.forename_compared = r.forename_compared",
    "l.postcode = r.postcode and l.surname_compared = r.surname_compared and year(l.birth_date) = year(r.birth_date)",
    "l.forename_compared = r.forename_compared and l.surname_compared = r.surname_compared "
    "and year(l.birth_date) = year(r.birth_date)",
    "l.forename_compared = r.forename_compared and l.surname_compared = r.surname_compared "
    "and day(l.birth_date) = day(r.birth_date) and month(l.birth_date) = month(r.birth_date)",
]

COMPARED_COLUMNS = (
    "forename_compared",
    "forename_forms",
    "surname_compared",
    "surname_parts",
    "birth_date",
    "sex",
    "postcode",
    "address_compared",
    "companions",
    "known_from_date",
    "known_to_date",
)


def settings(parameters: dict[str, dict[str, dict[str, float]]] | None = None, prior: float = 0.5) -> dict[str, Any]:
    """Splink's settings; with `parameters` (comparison → level → m and u) ready to score, without them to train.

    With the prior at even odds, Splink's match weight is the evidence of the pair and nothing else; how many children a
    person might be is known to the build alone, which adds it.
    """

    def level(comparison: str, label: str, sql: str) -> dict[str, Any]:
        found: dict[str, Any] = {"sql_condition": sql, "label_for_charts": label}
        if parameters:
            known = parameters[comparison][label]
            found |= {"m_probability": known["m"], "u_probability": known["u"]}
        return found

    return {
        "link_type": "link_only",
        "unique_id_column_name": "content_id",
        "probability_two_random_records_match": prior,
        # Splink keeps the levels of agreement only beside what it compared.
        "retain_matching_columns": True,
        "max_iterations": 100,
        "comparisons": [
            {
                "output_column_name": name,
                "comparison_levels": [
                    {"sql_condition": found.missing, "label_for_charts": "missing", "is_null_level": True},
                    *(level(name, label, sql) for label, sql in found.levels.items()),
                    level(name, DIFFERENT, "ELSE"),
                ],
            }
            for name, found in COMPARISONS.items()
        ],
        "blocking_rules_to_generate_predictions": [f"{block} and {OF_THE_TIME}" for block in BLOCKS],
    }
