"""What the warehouse says of each child is what is true of the child."""

import re

from benchmarks.truth import COMPARED, EXPLAINED
from expectations import reference
from tests.support.warehouse import PROJECT, Warehouse

FLAGS = set(reference.codes("ref_flag.flag_code[is_on=true]"))


def test_every_flag_of_every_child_equal_the_truth(clean: Warehouse) -> None:
    different = clean.inside(
        f"""
        select flag_code, true_state, assessed_state, true_reason, assessed_reason, count(*), min(child_id)
        from ({COMPARED})
        where
            true_state is distinct from assessed_state
            or true_reason is distinct from assessed_reason
            or abs(true_value - assessed_value) > 0.0001
        group by all
        """
    )
    assert different == []
    ((compared, children),) = clean.inside(f"select count(*), count(distinct child_id) from ({COMPARED})")
    assert compared == len(FLAGS) * children
    assert children > 200


def test_every_state_and_every_flag_occurs(clean: Warehouse) -> None:
    found = clean.inside(f"select distinct flag_code, assessed_state from ({COMPARED})")
    assert {("attendance", "raised"), ("attendance", "not_raised"), ("attendance", "not_assessable")} <= set(found)
    assert {flag for flag, state in found if state == "raised"} == FLAGS


def test_on_the_dirty_county_every_difference_has_a_known_cause(dirty: Warehouse) -> None:
    differences = dirty.inside(EXPLAINED)
    assert differences, "the dirty county is meant to differ somewhere"
    assert not [row for row in differences if row[3] == "unexplained"]


def test_the_public_record_says_how_often_flags_are_wrong(dirty: Warehouse) -> None:
    counted = dirty.inside(
        f"""
        select
            flag_code,
            count(*) as children,
            count(*) filter (where true_state is not distinct from assessed_state) as equal,
            count(*) filter (where assessed_state = 'raised' and true_state is distinct from 'raised') as wrongly,
            count(*) filter (where assessed_state is distinct from 'raised' and true_state = 'raised'
                and assessed_state is distinct from 'not_assessable') as missed,
            count(*) filter (where assessed_state = 'not_assessable' and true_state <> 'not_assessable') as not_known
        from ({COMPARED})
        group by all
        order by all
        """
    )
    page = (PROJECT / "docs" / "governance" / "algorithms.md").read_text(encoding="utf-8")
    printed = re.findall(r"^\| \w+ \| \d.*$", page.split("A hamlet:")[1].split("The demo;")[0], re.MULTILINE)
    assert [f"| {' | '.join(map(str, row))} |" for row in counted] == printed


def test_the_clean_county_needs_no_reviewer(clean: Warehouse) -> None:
    """But for the police, who write down names and addresses as they hear them."""
    waiting = clean.release(
        "select sum(links_count) from core.fct_link_summary "
        "where link_status = 'review' and source <> 'police_notifications'"
    )
    assert waiting == [(None,)]
