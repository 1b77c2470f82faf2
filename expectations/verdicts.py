"""Great Expectations decides: suites over a small frame of metrics, one row per delivery and rule, or of a release.

Its own SQL route to DuckDB fails every expectation (it reads a cursor after closing the connection), and pulling rows
into pandas would copy children's data. So DuckDB counts, and what reaches Great Expectations is numbers: a row for each
delivery and rule, with what was observed and the rule's two limits. Two expectations then hold whatever the number of
rules; one for each rule took five times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.imports import great_expectations
from expectations.suites.rules import Rule, Suite

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from great_expectations.core.batch_definition import BatchDefinition


@dataclass(frozen=True)
class Counted:
    """What was counted for a suite: a row of `frame` for each delivery, term or build, named in its column `index`."""

    suite: Suite
    frame: "pd.DataFrame"
    index: str


def broken(name: str, counted: Sequence[Counted]) -> list[dict[str, set[str]]]:
    """The rows that break each rule, for each of `counted` in their order: rule name → values of the column `index`.

    All are one validation of this name: one for each of five suites took four times as long. A metric that is null
    was not countable (no delivery before, no register yet) and breaks nothing; a metric that is absent or no number is
    a mistake in the suite and raises RuntimeError.
    """
    import pandas as pd

    gx = great_expectations()
    from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
        ExpectColumnPairValuesAToBeGreaterThanB,
    )

    observed = pd.concat([_observed(part, one) for part, one in enumerate(counted)], ignore_index=True)
    batch = _batches().get_batch({"dataframe": observed})
    within = [("observed", "at_least"), ("at_most", "observed")]
    expectations = [
        ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=greater, column_B=less, or_equal=True, ignore_row_if="either_value_is_missing"
        )
        for greater, less in within
    ]
    validation = batch.validate(
        gx.ExpectationSuite(name=name, expectations=expectations),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["part", "row", "rule"],
            "return_unexpected_index_query": False,
        },
    )
    breaks: list[dict[str, set[str]]] = [{rule.name: set() for rule in one.suite.rules} for one in counted]
    for result in validation.results:
        if "unexpected_index_list" not in result.result:
            # What could not be evaluated must never read as a pass.
            raise RuntimeError(f"{name}: Great Expectations could not evaluate it: {result.exception_info}")
        for row in result.result["unexpected_index_list"]:
            breaks[row["part"]][row["rule"]].add(row["row"])
    return breaks


@cache
def _batches() -> "BatchDefinition[Any]":
    """Where Great Expectations takes its frames from; to set this up for each suite took a third of a validation."""
    gx = great_expectations()
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    # Nothing on disk (no docs site in a temporary folder), nothing on the network, nothing on the screen.
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    batches: BatchDefinition[Any] = (
        gx.get_context(project_config=config, mode="ephemeral")
        .data_sources.add_pandas("metrics")
        .add_dataframe_asset("observed")
        .add_batch_definition_whole_dataframe("all")
    )
    return batches


def _observed(part: int, counted: Counted) -> "pd.DataFrame":
    """A row for each counted row and rule: which part, the row, the rule, what was observed, its limits."""
    import numpy as np
    import pandas as pd

    suite, frame = counted.suite, counted.frame
    rows = len(frame)
    return pd.DataFrame(
        {
            "part": part,
            "row": np.tile(frame[counted.index].to_numpy(), len(suite.rules)),
            "rule": np.repeat([rule.name for rule in suite.rules], rows),
            "observed": np.concatenate([_numbers(suite, rule, frame) for rule in suite.rules]),
            "at_least": np.repeat(np.array([rule.at_least for rule in suite.rules], dtype=float), rows),
            "at_most": np.repeat(np.array([rule.at_most for rule in suite.rules], dtype=float), rows),
        }
    )


def _numbers(suite: Suite, rule: Rule, frame: "pd.DataFrame") -> "np.ndarray":
    try:
        return frame[rule.metric].to_numpy(dtype=float, na_value=float("nan"))
    except (KeyError, TypeError, ValueError) as error:
        raise RuntimeError(
            f"suite {suite.name}, rule {rule.name}: the metric is missing from the frame or is not a number"
        ) from error
