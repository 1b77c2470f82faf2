"""What a region reads of a council's release, and nothing else: counts by place, in the columns that it knows.

Columns that come beside these are no matter; one that is gone or has another type is another version of the interface.
`tests/unit/test_region_interface.py` holds the columns against the contracts of the models.
"""

OPEN_FILE = "open/early_help_open.duckdb"
BIGINT, BOOLEAN, DATE, INTEGER, VARCHAR = "BIGINT", "BOOLEAN", "DATE", "INTEGER", "VARCHAR"

OPEN = {
    "flag_count": {
        "place_type": VARCHAR,
        "place_code": VARCHAR,
        "place_name": VARCHAR,
        "pyramid_code": VARCHAR,
        "zone_code": VARCHAR,
        "academic_year": VARCHAR,
        "half_term": INTEGER,
        "half_term_label": VARCHAR,
        "as_of_date": DATE,
        "flag_code": VARCHAR,
        "children_count": BIGINT,
        "children_mark": VARCHAR,
        "raised_count": BIGINT,
        "raised_mark": VARCHAR,
        "assessable_count": BIGINT,
        "assessable_mark": VARCHAR,
    },
    "flag": {"flag_code": VARCHAR, "flag_name": VARCHAR, "display_order": INTEGER, "is_summary": BOOLEAN},
    "flag_rule": {
        "flag_code": VARCHAR,
        "measure": VARCHAR,
        "comparator": VARCHAR,
        "threshold": "DECIMAL(18,6)",
        "minimum_sessions": INTEGER,
        "maximum_age_days": INTEGER,
        "age_from": INTEGER,
        "age_to": INTEGER,
        "valid_from_date": DATE,
        "valid_to_date": DATE,
    },
    "suppression_rule": {
        "threshold": INTEGER,
        "minimum_hidden_places": INTEGER,
        "is_insider_withstood": BOOLEAN,
        "rate_decimals": INTEGER,
        "valid_from_date": DATE,
        "valid_to_date": DATE,
    },
    "suppression_mark": {"mark": VARCHAR, "meaning": VARCHAR, "display_order": INTEGER},
    "benefit": {
        "comparison_id": VARCHAR,
        "comparison_name": VARCHAR,
        "basis": VARCHAR,
        "measure_code": VARCHAR,
        "measure_name": VARCHAR,
        "display_order": INTEGER,
        "before_per_year": "DECIMAL(18,2)",
        "after_per_year": "DECIMAL(18,2)",
        "difference_per_year": "DECIMAL(18,2)",
        "gross_gbp": "DECIMAL(18,2)",
        "cost_gbp": "DECIMAL(18,2)",
        "net_gbp": "DECIMAL(18,2)",
        "claim": VARCHAR,
    },
}
"""Tables of `open_data`, in the open file: what anybody may have."""

COUNTS = {
    "core/fct_flag_place": {
        "place_key": VARCHAR,
        "flag_key": VARCHAR,
        "as_of_date": DATE,
        "rule_basis": VARCHAR,
        "children_count": BIGINT,
        "assessable_count": BIGINT,
        "raised_count": BIGINT,
    },
    "core/dim_place": {"place_key": VARCHAR, "place_type": VARCHAR, "place_code": VARCHAR},
    "core/dim_flag": {"flag_key": VARCHAR, "flag_code": VARCHAR},
    "mart/mart_re_referral": {
        "is_county": BOOLEAN,
        "month_date": DATE,
        "academic_year": VARCHAR,
        "is_complete": BOOLEAN,
        "window_days": INTEGER,
        "is_default_window": BOOLEAN,
        "referrals_count": BIGINT,
        "known_count": BIGINT,
        "re_referrals_count": BIGINT,
    },
}
"""Tables of the release's Parquet: counts as they are, small ones too. No table of children is among them."""


def files() -> list[str]:
    """What is read, by its path in a release."""
    return [OPEN_FILE, *(f"parquet/{table}.parquet" for table in COUNTS)]
