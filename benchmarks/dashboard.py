"""How fast the dashboard answers while its users read, with reading put on record: a real server under a steady load.

    python -m benchmarks.dashboard --home data/demo/home --seconds 60 --rate 10 --workers 2
    python -m benchmarks.dashboard --home data/demo/home --seconds 600 --users 400
    python -m benchmarks.dashboard --home data/demo/home --seconds 60 --rate 10 --entries 0.5 --decisions 0.5
    python -m benchmarks.dashboard --home data/demo/home --seconds 60 --rate 0 --decisions 1

With `--entries` somebody also opens a response for a child, so many times a second: *entry* is the time of saving it,
and *after it* that of the child's page which then shows it. With `--decisions` schools hold their huddles, `--huddles`
of them at once, and so many times a second one of these that waits for no answer decides on a child: *decision* is the
time of saving that, and *next child* that of the page to which it leads. With `--rate 0` nobody reads beside.

With `--users` so many people have signed in, each at a browser of their own (where the lists have fewer, several are
the same user), and each opens one page within the time, at even distances. Ends with 1 if an answer was not as it
should be.

Of an invented county alone: it serves the home with --dev-login, signs in everybody who may see something, and lets
them open their pages in turn, so many a second whether the last was answered or not. Prints how soon it served, the
bytes of a first view as they go over the line, the memory of its processes and the processor time that they took under
the load, and of each page the median, the 95th and the 99th percentile. A page's time runs from the moment it was due,
that of what is written and of the page after it from when it was asked for. EARLYHELP_KEY must be the home's, which is
written to.
"""

import argparse
import itertools
import json
import os
import queue
import re
import socket
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.browsers import Meeting, Reader, meet

USER = re.compile(r'name="user_key" value="([0-9a-f]+)"')
STYLES = re.compile(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"')
PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass
class Load:
    """What was asked for: seconds of each answer by its kind, and how many were not as they should be."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    problems: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def ask(self, reader: Reader, kind: str, path: str, at: float, body: str | None = None) -> tuple[str, bytes]:
        """Open a page, or send a form; where it leads to, and the bytes that came."""
        leads_to, content = "", b""
        try:
            status, headers, content = reader.ask(path, body)
            leads_to = headers.get("location", "")
            if status != (303 if body else 200) or not (content or body):
                self.problems[f"{kind}: {status}"] += 1
        except (OSError, HTTPException) as problem:
            self.problems[f"{kind}: {type(problem).__name__}"] += 1
        self.times[kind].append(time.perf_counter() - at)
        return leads_to, content

    def enter(self, author: Reader, child: str) -> None:
        """Open a response for a child, and look at the child's page."""
        path, fields = author.enter(child)
        self.ask(author, "entry", path, time.perf_counter(), urlencode(fields))
        self.ask(author, "after it", child, time.perf_counter())

    def decide(self, meetings: "queue.SimpleQueue[Meeting]", later: list[Meeting]) -> None:
        """Decide on a child at the huddle that was longest left alone, and go on to the next child; after the last
        another huddle begins, of those that are held later. Nothing while all wait for answers."""
        try:
            meeting = meetings.get_nowait()
        except queue.Empty:
            return
        to, _ = self.ask(meeting.reader, "decision", meeting.at, time.perf_counter(), meeting.decision())
        if to:
            _, page = self.ask(meeting.reader, "next child", to, time.perf_counter())
            if meeting.go_on(to, page):
                meetings.put(meeting)
            elif later:
                meetings.put(later.pop())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home of an invented county, which is written to")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=float, default=10, help="pages a second; 0 for none")
    parser.add_argument("--users", type=int, help="so many, each of whom opens one page within the time")
    parser.add_argument("--entries", type=float, default=0, help="entries a second, beside the pages")
    parser.add_argument("--decisions", type=float, default=0, help="decisions of huddles a second, beside the pages")
    parser.add_argument("--huddles", type=int, default=3, help="how many are held at once")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--dev-login", "--port", str(port), "--workers", str(arguments.workers)]
    begun = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "serve-dashboard", *options],
        env={**os.environ, "EARLYHELP_HOME": str(arguments.home)},
        stdout=subprocess.DEVNULL,
    )
    try:
        _served(server, port)
        print(f"serving after {time.perf_counter() - begun:.1f} s")
        readers = _signed_in(port, arguments.users)
        rate = arguments.users / arguments.seconds if arguments.users else arguments.rate
        _first_view(port)
        day = json.loads((arguments.home / "current" / "manifest.json").read_text())["as_of_date"]
        # What writes is begun before time runs.
        authors = _authors(readers) if arguments.entries else []
        meetings = _meetings(readers, day) if arguments.decisions else []
        before = _processor_seconds(server.pid)
        load = _under_load(readers, rate, arguments, authors, meetings)
        took = _processor_seconds(server.pid) - before
        print(f"memory: {_memory(server.pid) / 2**20:,.0f} MiB (PSS of {1 + len(_below(server.pid))} processes)")
    finally:
        server.terminate()
        server.wait(timeout=60)
    answers = sum(map(len, load.times.values()))
    print(f"processor: {took:.1f} s, {took / max(1, answers) * 1000:.0f} ms an answer")
    _print_times(load, arguments.seconds)
    if load.problems:
        raise SystemExit(1)


def _served(server: "subprocess.Popen[bytes]", port: int) -> None:
    while True:
        try:
            if Reader(port).ask("/healthz")[0] == 200:
                return
        except (OSError, HTTPException):
            if server.poll() is not None:
                raise SystemExit("The dashboard did not start; what it printed stands above.") from None
        time.sleep(0.05)


def _signed_in(port: int, wanted: int | None) -> list[Reader]:
    """Everybody who may see something, or as many readers as are wanted."""
    readers: list[Reader] = []
    users = itertools.cycle(list(dict.fromkeys(USER.findall(Reader(port).text("/sign-in")))))
    seen: set[str] = set()
    for user in users:
        if len(readers) == wanted or (user in seen and not (wanted and readers)):
            break
        seen.add(user)
        reader = Reader(port)
        reader.sign_in(user)
        if reader.paths:
            # Not everybody opens the same page at once, nor who is the same user as another the same pages.
            shift = len(readers) % len(reader.paths)
            reader.paths = reader.paths[shift:] + reader.paths[:shift]
            readers.append(reader)
    print(f"{len(readers)} users who may see something, {sum(len(reader.paths) for reader in readers)} pages")
    return readers


def _first_view(port: int) -> None:
    """A browser that was never here: the page that asks who it is, its styles and its picture."""
    visitor = Reader(port)
    _, _, page = visitor.ask("/sign-in")
    paths = STYLES.findall(visitor.text("/sign-in"))
    total = len(page) + sum(len(visitor.ask(path)[2]) for path in paths)
    print(f"first view: {total / 1000:.1f} kB in {1 + len(paths)} files, as they go over the line")


def _authors(readers: list[Reader]) -> list[tuple[Reader, str]]:
    """Who may enter something, each with a child about whom."""
    children = [(one, path) for one in readers for kind, path in one.paths if kind == "child"]
    return [(one, child) for one, child in children if one.is_author(child)]


def _meetings(readers: list[Reader], day: str) -> list[Meeting]:
    """A huddle of the day for each school where a reader may hold one and somebody is on the agenda."""
    schools = {path: one for one in readers for kind, path in one.paths if kind == "school"}
    found = [meeting for school, one in schools.items() if (meeting := meet(one, school, day))]
    print(f"{len(found)} huddles of {len(schools)} schools")
    return found


def _under_load(
    readers: list[Reader],
    rate: float,
    arguments: argparse.Namespace,
    authors: list[tuple[Reader, str]],
    meetings: list[Meeting],
) -> Load:
    """Pages, entries and decisions, each at even distances for as long as is asked for."""
    load, waiting = Load(), queue.SimpleQueue[Meeting]()
    for meeting in meetings[: arguments.huddles]:
        waiting.put(meeting)
    later = meetings[arguments.huddles :]
    due = [("page", number, number / rate) for number in range(int(rate * arguments.seconds))]
    due += [
        ("entry", number, number / arguments.entries) for number in range(int(arguments.entries * arguments.seconds))
    ]
    due += [
        ("decision", number, number / arguments.decisions)
        for number in range(int(arguments.decisions * arguments.seconds))
    ]
    begun = time.perf_counter()
    with ThreadPoolExecutor(64) as pool:
        for what, number, after in sorted(due, key=lambda one: one[2]):
            at = begun + after
            time.sleep(max(0.0, at - time.perf_counter()))
            if what == "page":
                reader = readers[number % len(readers)]
                kind, path = reader.paths[number // len(readers) % len(reader.paths)]
                pool.submit(load.ask, reader, kind, path, at)
            elif what == "entry":
                pool.submit(load.enter, *authors[number % len(authors)])
            else:
                pool.submit(load.decide, waiting, later)
    return load


def _below(pid: int) -> set[int]:
    children = {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    return children.union(*(_below(child) for child in children))


def _memory(pid: int) -> int:
    """Bytes that a process and those below it hold, what several share divided among them."""
    found = (Path(f"/proc/{one}/smaps_rollup").read_text() for one in {pid, *_below(pid)})
    return sum(int(PSS.findall(text)[0]) for text in found) * 1024


def _processor_seconds(pid: int) -> float:
    """What a process and those below it took of a processor so far."""
    fields = (Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in {pid, *_below(pid)})
    return sum(int(found[11]) + int(found[12]) for found in fields) / os.sysconf("SC_CLK_TCK")


def _print_times(load: Load, seconds: int) -> None:
    written = ("entry", "decision")
    pages = [one for kind, found in load.times.items() for one in found if kind not in written]
    wrong = sum(load.problems.values())
    print(f"{len(pages):,} pages in {seconds} s, {wrong} answers not as they should be {dict(load.problems)}")
    for kind, found in [*sorted(load.times.items()), *([("all pages", pages)] if pages else [])]:
        ordered = sorted(found)
        shares = {share: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99)}
        words = "  ".join(f"{share:.0%} {value * 1000:6.0f} ms" for share, value in shares.items())
        print(f"{kind:10} {len(ordered):>6,}  {words}")


if __name__ == "__main__":
    main()
