"""Draws the star as one SVG, without a layout program: the dimensions in the middle, the facts on either side."""

from html import escape
from itertools import cycle

from orchestration.documentation.manifest import Project, Table

BOX, GAP, ROW, COLUMN, MARGIN = 190, 14, 13, 250, 20
PALETTE = ("#1b6ca8", "#b5541c", "#2f7d4f", "#8a3b8f", "#a3262a", "#4f6d7a", "#8c6d1f", "#3b4cc0", "#5a7d2a", "#7a4b3a")
STYLE = """
.star text { font: 11px sans-serif; fill: #222 }
.star text.name { font-weight: bold }
.star rect { fill: #fff; stroke: #777; rx: 4 }
.star path { fill: none; stroke-width: 1.3; opacity: .55 }
.star:hover path { opacity: .12 }
.star g:hover path { opacity: 1; stroke-width: 2.2 }
"""
"""Scoped to the drawing, since the site puts it into a page."""


def star(project: Project) -> str:
    """The SVG: a fact's lines stand out while the pointer is on it."""
    facts = [fact for fact in project.of_kind("fct_", "brg_") if _parents(fact)]
    dimensions = [of for of in project.of_kind("dim_") if any(of.name in _parents(fact) for fact in facts)]
    colours = {of.name: colour for of, colour in zip(dimensions, cycle(PALETTE), strict=False)}
    sides = (facts[::2], facts[1::2])
    heights = {
        **{of.name: 30 + ROW * sum(of.name in _parents(fact) for fact in facts) // 2 for of in dimensions},
        **{fact.name: 24 + ROW * len(_parents(fact)) for fact in facts},
    }
    total = max(sum(heights[of.name] + GAP for of in column) for column in (*sides, dimensions)) + MARGIN
    tops: dict[str, float] = {}
    for column in (*sides, dimensions):
        spare = (total - sum(heights[of.name] + GAP for of in column)) / (len(column) + 1)
        y = MARGIN / 2 + spare
        for of in column:
            tops[of.name] = y
            y += heights[of.name] + GAP + spare
    middle = MARGIN + BOX + COLUMN
    ports = {of.name: [0, 0] for of in dimensions}
    parts = []
    for side, column in enumerate(sides):
        x = MARGIN + side * 2 * (BOX + COLUMN)
        of_side = {of.name: sum(of.name in _parents(fact) for fact in column) for of in dimensions}
        for fact in column:
            lines = []
            for i, parent in enumerate(_parents(fact)):
                ports[parent][side] += 1
                start = (x + (BOX if side == 0 else 0), tops[fact.name] + 26 + ROW * i)
                end = (
                    middle + (0 if side == 0 else BOX),
                    tops[parent] + heights[parent] * ports[parent][side] / (of_side[parent] + 1),
                )
                lines.append(_curve(start, end, colours[parent]))
            parts.append(f"<g>{''.join(lines)}{_box(x, tops[fact.name], heights[fact.name], fact)}</g>")
    parts += [_box(middle, tops[of.name], heights[of.name], of, colours[of.name]) for of in dimensions]
    width = 2 * MARGIN + 3 * BOX + 2 * COLUMN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="star" viewBox="0 0 {width} {total:.0f}" role="img" '
        f'aria-label="The star: facts and the dimensions they join"><style>{STYLE}</style>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _parents(fact: Table) -> list[str]:
    return sorted(parent for parent in {**fact.leads_to, **fact.may_lead_to} if parent.startswith("dim_"))


def _box(x: float, y: float, height: float, of: Table, colour: str = "#777") -> str:
    rows = [of.name] if colour != "#777" else [of.name, *(name.removeprefix("dim_") for name in _parents(of))]
    text = "".join(
        f'<text x="{x + 8:.0f}" y="{y + 17 + ROW * i:.1f}" class="{"line" if i else "name"}">{escape(row)}</text>'
        for i, row in enumerate(rows)
    )
    return f'<rect x="{x:.0f}" y="{y:.1f}" width="{BOX}" height="{height:.0f}" style="stroke:{colour}"/>{text}'


def _curve(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    bend = (start[0] + end[0]) / 2
    return (
        f'<path stroke="{colour}" d="M{start[0]:.0f} {start[1]:.1f} '
        f'C{bend:.0f} {start[1]:.1f} {bend:.0f} {end[1]:.1f} {end[0]:.0f} {end[1]:.1f}"/>'
    )
