"""The evaluation as a page of Markdown."""

from orchestration.linkage import parameters
from orchestration.linkage.evaluate import Case, Evaluation

HEAD = """\
# How right the linkage is

Made by `earlyhelp linkage evaluate --size {size} --seeds {seeds}`: members of Family Matters (no UPN) linked to
children in {number} invented counties with the errors of real extracts. No parameter was tuned on these counties: the
model is that of {parameters}, trained on {trained_on}.

A member may be hard in several ways. *Wrongly*: linked to another child, or though the member is no child of the
county's schools. In brackets: 95 % intervals (Wilson).

"""

CASES = """\
| case | children | linked | wrongly | precision of links | recall | recall with review | up for review |
|---|---:|---:|---:|---|---|---|---:|
"""

FLAG = """
## What it does to the family flag

Children in scope by the state of their family flag, in truth and as told; *exact links alone* is how it was before.

| truth | told | exact links alone | all links |
|---|---|---:|---:|
"""


def markdown(found: Evaluation, size: str, seeds: list[int]) -> str:
    """Cases, precision and recall with their intervals, and the family flag before and after."""
    trained = parameters.about()
    head = HEAD.format(
        size=size,
        seeds=",".join(map(str, seeds)),
        number=len(seeds),
        parameters=trained["trained_at"],
        trained_on=trained["trained_on"],
    )
    rows = [_row(name, found.cases[name]) for name in sorted(found.cases, key=lambda name: (name != "all", name))]
    return head + CASES + "\n".join(rows) + "\n" + FLAG + "\n".join(_flags(found)) + "\n\n" + CHARTS


def _row(name: str, case: Case) -> str:
    cells = [
        name.replace("_", " "),
        f"{case.children:,}",
        f"{case.right + case.wrong:,}",
        f"{case.wrong:,}",
        *map(_interval, (case.precision, case.recall, case.recall_with_review)),
        f"{case.reviews:,}",
    ]
    return f"| {' | '.join(cells)} |"


def _interval(found: tuple[float, float, float] | None) -> str:
    return "–" if found is None else "{:.5f} ({:.4f} to {:.4f})".format(*found)


def _flags(found: Evaluation) -> list[str]:
    states = ("raised", "not_raised", "not_assessable")
    rows = []
    for true_state in states:
        for state in states:
            before = sum(n for (true, exact, _), n in found.flags.items() if (true, exact) == (true_state, state))
            after = sum(n for (true, _, built), n in found.flags.items() if (true, built) == (true_state, state))
            if before or after:
                cells = [true_state.replace("_", " "), state.replace("_", " "), f"{before:,}", f"{after:,}"]
                rows.append(f"| {' | '.join(cells)} |")
    return rows


CHARTS = """\
## What each agreement weighs

In bits: one more bit doubles the odds that two records are of one child.

![Match weights](match_weights.png)

## Records that say too little

The share of records that could not be linked even with themselves, by the weight that is asked for.

![Unlinkables](unlinkables.png)
"""
