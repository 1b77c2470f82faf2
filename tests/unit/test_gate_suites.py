"""Every table of a contract has a suite, every tolerance a rule, and nobody pays for an import before a gate runs."""

import subprocess
import sys
from importlib import import_module

import pytest

from expectations.contract import load_contracts, sources
from expectations.metrics import metric
from expectations.suites.delivery import SUITE as DELIVERY
from expectations.suites.release import SUITE as RELEASE


def suites(source: str):
    return import_module(f"expectations.suites.{source}").SUITES


@pytest.mark.parametrize("source", sources())
def test_every_table_of_a_contract_has_a_suite_and_every_suite_a_table(source: str) -> None:
    tables = {table for contract in load_contracts() if contract.source == source for table in contract.tables}
    assert {f"{source}__{suite.table}" for suite in suites(source)} == tables


@pytest.mark.parametrize("contract", load_contracts(), ids=lambda contract: contract.name)
def test_every_tolerance_of_a_contract_is_that_of_a_rule(contract) -> None:
    known = {rule.tolerance for suite in suites(contract.source) for rule in suite.rules}
    assert set(contract.tolerances) <= known


def test_a_tolerance_replaces_the_limit_of_its_rule_and_no_other() -> None:
    pupils = suites("synergy")[0]
    changed = {rule.name: rule for rule in pupils.within({"volume_low": 0.5}).rules}
    same = {rule.name: rule for rule in pupils.rules}
    assert changed.pop("volume_low").at_least == 0.5
    same.pop("volume_low")
    assert changed == same


def test_every_rule_says_what_it_is_about_and_what_to_do_when_it_breaks() -> None:
    rules = [rule for source in sources() for suite in (*suites(source), DELIVERY, RELEASE) for rule in suite.rules]
    for rule in rules:
        assert rule.expected in rule.description
        assert len(metric(rule.metric).remedy) > 20


def test_great_expectations_and_pandas_are_imported_by_the_first_gate_and_not_before() -> None:
    script = "import sys, expectations.gate as g; print({'great_expectations', 'pandas'} & set(sys.modules) or 'none')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "none"
