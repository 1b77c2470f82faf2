"""How large a county is: its children, its school years and the schools of each pyramid."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pyramid:
    """Schools that feed one another; without a secondary of its own, children go on to the first that has one."""

    zone: int
    first: int = 0
    middle: int = 0
    upper: int = 0
    primary: int = 0
    infant_and_junior: int = 0
    secondary: int = 0
    special: int = 0
    pru: int = 0


@dataclass(frozen=True)
class Size:
    """`children` are on roll on the as-of date, roughly; returns begin in the autumn of `first_year`."""

    name: str
    children: int
    first_year: int
    areas_of_pyramid: int
    special_share: float
    pyramids: tuple[Pyramid, ...]


HAMLET = Size(
    name="hamlet",
    children=300,
    first_year=2024,
    areas_of_pyramid=2,
    special_share=0.03,  # twice the usual, so that the one special school is a school
    pyramids=(
        Pyramid(zone=1, first=1, middle=1, upper=1),
        Pyramid(zone=2, primary=1, secondary=1),
        Pyramid(zone=3, infant_and_junior=1),
        Pyramid(zone=4, primary=1),
        Pyramid(zone=5, primary=1),
        Pyramid(zone=6, special=1),
        Pyramid(zone=7, primary=1, pru=1),
    ),
)

DEMO = Size(
    name="demo",
    children=8_000,
    first_year=2023,
    areas_of_pyramid=6,
    special_share=0.016,
    pyramids=(
        Pyramid(zone=1, first=4, middle=2, upper=1),
        Pyramid(zone=2, primary=3, secondary=1, special=1),
        Pyramid(zone=3, primary=2, infant_and_junior=1, secondary=1),
        Pyramid(zone=4, first=3, middle=1, upper=1),
        Pyramid(zone=5, primary=3, secondary=1, pru=1),
        Pyramid(zone=6, primary=2, infant_and_junior=1, secondary=1, special=1),
        Pyramid(zone=7, primary=3, secondary=1),
        Pyramid(zone=1, primary=3, secondary=1),
    ),
)


def _county_pyramids() -> tuple[Pyramid, ...]:
    """Twenty-four pyramids with 174 schools; every fourth has three tiers."""
    pyramids = []
    for number in range(24):
        place = {"zone": number % 7 + 1, "special": int(number < 6), "pru": int(6 <= number < 10)}
        if number % 4 == 0:
            pyramids.append(Pyramid(**place, first=5, middle=2, upper=1))
        elif number < 11:
            pyramids.append(Pyramid(**place, primary=4, infant_and_junior=1, secondary=1))
        else:
            pyramids.append(Pyramid(**place, primary=5, secondary=1))
    return tuple(pyramids)


COUNTY = Size(
    name="county",
    children=60_000,
    first_year=2021,
    areas_of_pyramid=9,
    special_share=0.016,
    pyramids=_county_pyramids(),
)

SIZES = {size.name: size for size in (HAMLET, DEMO, COUNTY)}
