"""Great Expectations decides: a suite over a small frame of metrics, one row per delivery, or one of a release.

Its own SQL route to DuckDB fails every expectation (it reads a cursor after closing the connection), and pulling rows
into pandas would copy children's data. So DuckDB counts, and what reaches Great Expectations is numbers.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from expectations.suites.rules import Suite

if TYPE_CHECKING:
    import pandas as pd


def broken(suite: Suite, frame: "pd.DataFrame", index: str) -> dict[str, set[str]]:
    """The rows of `frame` that break each rule: rule name → values of the column `index`.

    One validation, however many rows. A metric that is null was not countable (no delivery before, no register yet) and
    breaks nothing; a metric that is absent is a mistake in the suite and raises.
    """
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.expectations.core.expect_column_values_to_be_between import (
        ExpectColumnValuesToBeBetween,
    )
    from great_expectations.expectations.metadata_types import FailureSeverity

    # Nothing on disk (no docs site in a temporary folder), nothing on the network, nothing on the screen.
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    batch = (
        gx.get_context(project_config=config, mode="ephemeral")
        .data_sources.add_pandas("metrics")
        .add_dataframe_asset(suite.name)
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    expectations = [
        ExpectColumnValuesToBeBetween(
            column=rule.metric,
            min_value=rule.at_least,
            max_value=rule.at_most,
            severity=FailureSeverity(rule.severity),
            meta={"rule": rule.name},
        )
        for rule in suite.rules
    ]
    validation = batch.validate(
        gx.ExpectationSuite(name=suite.name, expectations=expectations),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": [index],
            "return_unexpected_index_query": False,
        },
    )
    found: dict[str, set[str]] = {}
    for result in validation.results:
        assert result.expectation_config and result.expectation_config.meta, "each expectation names its rule"
        rule = result.expectation_config.meta["rule"]
        found[rule] = _indices(result.result, rule, index, suite.name)
    return found


def _indices(result: Mapping[str, Any], rule: str, index: str, suite: str) -> set[str]:
    """Which rows broke the expectation; an expectation that could not be evaluated must never read as a pass."""
    if "unexpected_index_list" not in result:
        raise RuntimeError(f"suite {suite}, rule {rule}: the metric is missing from the frame or is not a number")
    return {row[index] for row in result["unexpected_index_list"]}
