"""Staff who enter what comes to their minds: random sequences of entries, made by what the dashboard's forms call."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from dashboard import entries, huddles
from dashboard.entries import Author, Case, Choices, Fields, Subject
from dashboard.published import ANALYSTS, Published, Row, Tables
from orchestration.home.entries import Events, HuddleKind, Journal, Kind, ResponseEvent
from orchestration.releases.store import Release
from orchestration.settings import Settings

CHILDREN = """
    select distinct list.child_durable_key, list.school_id
    from mart.mart_child_list as list
    inner join core.dim_child_identity as identity using (child_durable_key)
    where identity.upn is not null
    order by all
"""
EARLIER = """
    select child_durable_key, earlier_child_durable_key from core.brg_earlier_child__child
    where earlier_child_durable_key not in (select child_durable_key from core.dim_child)
    order by all
"""
NOTE = "Grandmother collects her on Zyxwednesdays"
"""What a third of the entries say beside their codes."""


@dataclass
class Authors:
    """Everybody who may enter something. `sequences` counts the entries about each response that was entered on."""

    settings: Settings
    random: Random
    today: date
    sequences: dict[str, int] = field(default_factory=dict)
    decided: int = 0

    def enter(self, rounds: int, share: float = 1.0) -> int:
        """Enter something about a share of all children, so many times over; how many entries."""
        made = 0
        for _ in range(rounds):
            made += sum(1 for _ in self._round(share))
        return made

    def _round(self, share: float) -> Iterator[ResponseEvent]:
        published, journal = Published(self.settings), Journal(self.settings)
        try:
            release = published.in_force()
            with published.tables(release, ANALYSTS) as analysts:
                choices = entries.choices(analysts)
                earlier: dict[str, str] = {}
                for row in analysts.rows(EARLIER):
                    earlier[row["child_durable_key"]] = row["earlier_child_durable_key"]
            before = journal.events
            for audience in zones(release):
                with published.tables_today(release, audience, before, self.today) as tables:
                    for child in tables.rows(CHILDREN):
                        if self.random.random() < share:
                            yield self._entry(tables, journal, before, release, choices, child, earlier)
        finally:
            published.close()

    def meet(self, share: float = 1.0) -> int:
        """Plan, move, hold and cancel huddles of a share of the schools, and decide there on children; how many
        things were said."""
        published, journal = Published(self.settings), Journal(self.settings)
        made = 0
        try:
            release = published.in_force()
            with published.tables(release, ANALYSTS) as analysts:
                offered, choices = huddles.decisions(analysts), entries.choices(analysts)
            before = journal.events
            for audience in zones(release):
                with published.tables_today(release, audience, before, self.today) as tables:
                    children: dict[str, list[str]] = {}
                    for row in tables.rows(CHILDREN):
                        children.setdefault(row["school_id"], []).append(row["child_durable_key"])
                    for school_id, own in children.items():
                        if self.random.random() < share:
                            made += self._meeting(tables, journal, release, offered, choices, school_id, own)
        finally:
            published.close()
        return made

    def _meeting(
        self,
        tables: Tables,
        journal: Journal,
        release: Release,
        offered: huddles.Decisions,
        choices: Choices,
        school_id: str,
        children: list[str],
    ) -> int:
        known = tables.rows(huddles.HUDDLES, place=school_id)
        possible = [one for one in known if one["huddle_state"] != "cancelled"][-3:]
        user, pick, made = f"user-{self.random.randrange(3)}", self.random, 0

        def say(kind: HuddleKind, huddle: Row | None, child: str = "", **values: object) -> Row:
            nonlocal made
            made += 1
            author = Author(user, child, school_id, release.release_id)
            form_id = f"{pick.getrandbits(64):x}"
            event = huddles.say(self.settings, journal, author, kind, huddle, values, form_id, self.today)
            return {"huddle_key": event.huddle_key, "huddle_date": huddle and huddle["huddle_date"]}

        if not possible or pick.random() < 0.3:
            day = self.today + timedelta(days=pick.randrange(60))
            huddle = say("planned", None, huddle_date=day, places=pick.randrange(1, 9)) | {"huddle_date": day}
        else:
            huddle = pick.choice(possible)
            if huddle["huddle_state"] in ("planned", "not_recorded") and pick.random() < 0.6:
                day = self.today + timedelta(days=pick.choice([0, 0, 0, 9, 30]))
                say("planned", huddle, huddle_date=day, places=pick.choice([None, 3, 20]))
                huddle = huddle | {"huddle_date": day}
        for child in pick.sample(children, min(len(children), 6)):
            say(pick.choice(["added", "postponed", "unlisted"]), huddle, child)
        if huddle["huddle_date"] <= self.today:
            for child in pick.sample(children, min(len(children), 6)):
                self.decided += 1
                if pick.random() < 0.2:
                    say("undecided", huddle, child)
                    continue
                responses = tables.rows(entries.RESPONSES, child=child)
                say(
                    "decided",
                    huddle,
                    child,
                    decision_code=pick.choice(list(offered.names)),
                    response_key=pick.choice(responses)["response_key"] if responses else None,
                    agency_code=pick.choice([None, *choices.agencies]),
                    due_date=pick.choice([None, huddle["huddle_date"] + timedelta(days=pick.randrange(1, 99))]),
                )
            if pick.random() < 0.5:
                there = " ".join(pick.sample(list(choices.agencies), 2))
                say("held", huddle, huddle_date=huddle["huddle_date"], agency_codes=there)
        if pick.random() < 0.1:
            say("cancelled", huddle, huddle_date=huddle["huddle_date"])
        return made

    def _entry(
        self,
        tables: Tables,
        journal: Journal,
        before: Events,
        release: Release,
        choices: Choices,
        child: Row,
        earlier: dict[str, str],
    ) -> ResponseEvent:
        case = entries.case(tables, before, child["child_durable_key"])
        subject = self._subject(case)
        user = f"user-{self.random.randrange(3)}"
        entry = entries.read(subject, self._fields(subject, choices), choices, user, self.today)
        assert not entry.problems, entry.problems
        if len(before) % 3 == 0:
            entry.values.update(note=NOTE, note_class="ordinary")
        key = child["child_durable_key"]
        if self.random.random() < 0.2:
            # Somebody who looked at a release of before two children were found to be one.
            key = earlier.get(key, key)
        author = Author(user, key, child["school_id"], release.release_id)
        form_id = f"{self.random.getrandbits(64):x}"
        event = entries.save(self.settings, journal, author, subject, entry, case, form_id)
        self.sequences[event.response_key] = self.sequences.get(event.response_key, 0) + 1
        return event

    def _subject(self, case: Case) -> Subject:
        standing = [event for event in case.events if event["is_standing"]]
        open_ones = [row for row in case.responses.values() if row["is_open"]]
        ways = ["open"] + ["review"] * 3 * bool(case.responses) + ["close"] * bool(open_ones)
        ways += (["correct"] * 2 + ["withdraw"]) * bool(standing)
        match self.random.choice(ways):
            case "review":
                return Subject("reviewed", self.random.choice(list(case.responses.values())))
            case "close":
                return Subject("closed", self.random.choice(open_ones))
            case "correct" | "withdraw" as way:
                event = self.random.choice(standing)
                kind: Kind = event["event_kind"] if way == "correct" else "withdrawn"
                return Subject(kind, case.responses[event["response_key"]], event)
        return Subject("opened")

    def _fields(self, subject: Subject, choices: Choices) -> Fields:
        response, day = subject.response or {}, self.today
        if subject.corrects:
            # Near what it corrects, and not before the opening.
            day = max(response["opened_date"], min(self.today, subject.corrects["event_date"] + timedelta(days=7)))
        elif subject.kind != "opened":
            longest = (self.today - (response["last_reviewed_date"] or response["opened_date"])).days
            day -= timedelta(days=self.random.randrange(min(longest, 60) + 1))
        else:
            day -= timedelta(days=self.random.randrange(200))
        due = day + timedelta(days=self.random.randrange(1, 100))
        statuses = choices.final_statuses if subject.kind == "closed" else choices.statuses
        given = {
            "response_code": self.random.choice(list(choices.responses)),
            "status_code": self.random.choice(list(statuses)),
            "current_progress": self.random.choice(list(choices.current_progress)),
            "overall_progress": self.random.choice(list(choices.overall_progress)),
            "agency_code": self.random.choice(["", *choices.agencies]),
            "is_lead": self.random.choice(["", "yes"]),
        }
        given |= _parts("event_date", day)
        return given | (_parts("review_due_date", due) if self.random.random() < 0.5 else {})


def zones(release: Release) -> list[str]:
    """The audiences of a release that see children of a zone by name."""
    return sorted(
        entry["audience"]
        for path, entry in release.manifest["files"].items()
        if entry["audience"].startswith("zone/") and path.endswith(".duckdb")
    )


def _parts(name: str, day: date) -> Fields:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
