"""What there is to learn the dashboard by, who has done which, and the films with their words."""

import re
from dataclasses import dataclass

import duckdb
from starlette.responses import RedirectResponse, Response

from dashboard.access import Scope
from dashboard.entries import Fields
from dashboard.published import Row
from dashboard.site import TOUR, NotFound, Page, Visit
from orchestration.settings import PROJECT

FILMS = PROJECT / "docs" / "films"
"""Films are made by the browser tests (tests/browser/test_films.py), each with its captions beside it."""

TRAININGS = """
    select trainings.*, list(roles.role_code order by roles.role_code) as roles
    from reference.ref_training as trainings
    inner join reference.ref_training_role as roles using (training_code)
    group by all
    order by trainings.display_order
"""
CUE = re.compile(r"^(\S+) --> \S+.*\n((?:.+\n?)+)", re.MULTILINE)
"""A caption in WebVTT: its beginning, and its words."""


def training(visit: Visit) -> Page:
    """The trainings of the user's role, and which of them they have done."""
    done = {one.training_code: one.done_date for one in visit.site.trainings.done() if one.user_key == visit.user_key}
    return Page(
        "training.html",
        "Training",
        {
            "trainings": [
                one | {"done_date": done.get(one["training_code"]), "address": _address(one)} for one in _own(visit)
            ],
            "may_see_everybody": _may_see_everybody(visit),
        },
    )


def mark(visit: Visit, fields: Fields) -> Response:
    """Note that the user has done a training, or take that back. Raises NotFound for one that is not theirs."""
    code = fields.get("training_code", "")
    if code not in {one["training_code"] for one in _own(visit)}:
        raise NotFound
    if fields.get("step") == "forget":
        visit.site.trainings.forget(visit.user_key, code)
    else:
        visit.site.trainings.mark(visit.user_key, code)
    return RedirectResponse("/training", 303)


def film(visit: Visit) -> Page:
    """A film with its captions and the same in words. Raises NotFound for one that there is not."""
    code = visit.request.path_params["training"]
    one = next((one for one in trainings(visit) if one["training_code"] == code and one["film_file"]), None)
    if one is None or not (FILMS / one["film_file"]).exists():
        raise NotFound
    captions = (FILMS / one["film_file"]).with_suffix(".vtt")
    return Page(
        "training_film.html",
        one["training_name"],
        {"training": one, "captions": captions.name, "cues": CUE.findall(captions.read_text(encoding="utf-8"))},
    )


@dataclass(frozen=True)
class Learned:
    """How many users of a role, who have access today, have done a training."""

    training_name: str
    role_name: str
    users_count: int
    done_count: int


def everybody(visit: Visit) -> Page:
    """Who has done which training: for those who run the tool and for the county's managers. Else raises NotFound."""
    if not _may_see_everybody(visit):
        raise NotFound
    known = trainings(visit)
    names = {one["training_code"]: one["training_name"] for one in known}
    done = visit.site.trainings.done()
    return Page(
        "training_done.html",
        "Who has done which training",
        {
            "learned": _learned(visit, known, {(one.user_key, one.training_code) for one in done}),
            "done": [
                (_user(visit, one.user_key), names[one.training_code], one.done_date)
                for one in done
                if one.training_code in names
            ],
        },
    )


def trainings(visit: Visit) -> list[Row]:
    """What there is, in order, each with the roles that it is for; none in a release of before there was any."""
    try:
        return visit.analysts.rows(TRAININGS)
    except duckdb.CatalogException:
        return []


def _own(visit: Visit) -> list[Row]:
    roles = {scope.role_code for scope in visit.scopes}
    return [one for one in trainings(visit) if roles & set(one["roles"])]


def _address(one: Row) -> str | None:
    if one["training_code"] == TOUR:
        return "/tour"
    has_film = one["film_file"] and (FILMS / one["film_file"]).exists()
    return f"/training/film/{one['training_code']}" if has_film else None


def _may_see_everybody(visit: Visit) -> bool:
    return visit.sees_whole_county or visit.is_administrator


def _learned(visit: Visit, known: list[Row], done: set[tuple[str, str]]) -> list[Learned]:
    holding = [scope for scopes in visit.access.values() for scope in scopes if _is_let_in(scope)]
    found = []
    for one in known:
        users: dict[str, set[str]] = {}
        for scope in holding:
            if scope.role_code in one["roles"]:
                users.setdefault(scope.role_name, set()).add(scope.user_key)
        for role, keys in sorted(users.items()):
            count = sum((key, one["training_code"]) in done for key in keys)
            found.append(Learned(one["training_name"], role, len(keys), count))
    return found


def _is_let_in(scope: Scope) -> bool:
    return scope.has_access or scope.is_administrator


def _user(visit: Visit, user_key: str) -> tuple[str, str, str]:
    """A user as those are shown them who run the tool: the beginning of their key, role and places."""
    scopes = visit.access.get(user_key, [])
    role = scopes[0].role_name if scopes else "On the lists no longer"
    return user_key[:8], role, ", ".join(sorted({scope.place_name for scope in scopes}))
