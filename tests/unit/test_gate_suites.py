"""Every table of a contract has a suite, every tolerance a rule, and nobody pays for an import before a gate runs."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from expectations.contract.model import Contract, load_contracts, sources
from expectations.metrics.catalogue import metric
from expectations.suites.delivery import SUITE as DELIVERY
from expectations.suites.release import SUITE as RELEASE
from expectations.suites.rules import Suite


def suites(source: str) -> tuple[Suite, ...]:
    return import_module(f"expectations.suites.{source}").SUITES


@pytest.mark.parametrize("source", sources())
def test_every_table_of_a_contract_has_a_suite_and_every_suite_a_table(source: str) -> None:
    tables = {table for contract in load_contracts() if contract.source == source for table in contract.tables}
    assert {f"{source}__{suite.table}" for suite in suites(source)} == tables


@pytest.mark.parametrize("contract", load_contracts(), ids=lambda contract: contract.name)
def test_every_tolerance_of_a_contract_is_that_of_a_rule(contract: Contract) -> None:
    known = {rule.tolerance for suite in suites(contract.source) for rule in suite.rules}
    assert set(contract.tolerances) <= known


@pytest.mark.parametrize("contract", load_contracts(), ids=lambda contract: contract.name)
def test_every_contract_states_the_tolerances_that_its_rules_need(contract: Contract) -> None:
    for suite in suites(contract.source):
        if f"{contract.source}__{suite.table}" in contract.tables:
            suite.within(contract.tolerances)


def test_a_rule_whose_tolerance_no_contract_states_is_no_rule() -> None:
    with pytest.raises(LookupError, match="rejected_row_rate"):
        suites("synergy")[0].within({"volume_low": 0.5})


@pytest.mark.parametrize("source", sources())
def test_no_suite_states_a_number_that_a_contract_states(source: str) -> None:
    tree = ast.parse(Path(import_module(f"expectations.suites.{source}").__file__).read_text())
    numbers = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and not isinstance(node.value, str)
    ]
    assert numbers == []


def test_a_tolerance_replaces_the_limit_of_its_rule_and_no_other() -> None:
    pupils, own = suites("synergy")[0], next(c.tolerances for c in load_contracts() if c.source == "synergy")
    changed = {rule.name: rule for rule in pupils.within(own | {"volume_low": 0.5}).rules}
    same = {rule.name: rule for rule in pupils.within(own).rules}
    assert changed.pop("volume_low").at_least == 0.5
    same.pop("volume_low")
    assert changed == same


def test_every_rule_says_what_it_is_about_and_what_to_do_when_it_breaks() -> None:
    rules = [rule for source in sources() for suite in (*suites(source), DELIVERY, RELEASE) for rule in suite.rules]
    for rule in rules:
        assert metric(rule.metric).wording in rule.description
        assert len(metric(rule.metric).remedy) > 20


def test_great_expectations_and_pandas_are_imported_by_the_first_gate_and_not_before() -> None:
    script = "import sys, expectations.gate as g; print({'great_expectations', 'pandas'} & set(sys.modules) or 'none')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "none"


def test_what_no_rule_asks_for_is_imported_by_whoever_uses_it() -> None:
    """Distributions of scipy take Great Expectations a third of its import: not before, and whole then."""
    script = (
        "import sys; from expectations.imports import great_expectations as g; g(); "
        "print('scipy.stats._continuous_distns' in sys.modules, end=' '); "
        "from scipy import stats; print(stats.norm.cdf(0), 'scipy.stats._continuous_distns' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "0.5", "True"]
