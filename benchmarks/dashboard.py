"""How fast the dashboard answers while its users read, with reading put on record: a real server under a steady load.

    python -m benchmarks.dashboard --home data/demo/home --seconds 60 --rate 10 --workers 2
    python -m benchmarks.dashboard --home data/demo/home --seconds 600 --users 400

With `--entries` somebody also opens a response for a child, so many times a second: *entry* is the time of saving it,
and *after it* that of the child's page which then shows it.

With `--users` so many people have signed in, each at a browser of their own (where the lists have fewer, several are
the same user), and each opens one page within the time, at even distances. Ends with 1 if an answer was not as it
should be.

Of an invented county alone: it serves the home with --dev-login, signs in everybody who may see something, and lets
them open their pages in turn, so many a second whether the last was answered or not. Prints how soon it served, the
bytes of a first view as they go over the line, the memory of its processes, and of each page the median and the 95th
percentile. A page's time runs from the moment it was due. EARLYHELP_KEY must be the home's, which is written to.
"""

import argparse
import gzip
import itertools
import os
import re
import socket
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
USER = re.compile(r'name="user_key" value="([0-9a-f]+)"')
SCHOOL = re.compile(r'href="(/school/\d+)"')
CHILD = re.compile(r'href="(/school/\d+/child/[0-9a-f]{32})"')
STYLES = re.compile(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"')
PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
PATIENCE_SECONDS = 120


class Reader:
    """A user at a browser, who has signed in."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookie = ""
        self.paths: list[tuple[str, str]] = []

    def ask(self, path: str, body: str | None = None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and the bytes of an answer as they came."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
        here = f"http://127.0.0.1:{self._port}"
        headers = {"Accept-Encoding": "gzip", "Cookie": self._cookie, "Origin": here}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request("POST" if body is not None else "GET", path, body, headers)
            response = connection.getresponse()
            content = response.read()
            if cookie := response.getheader("set-cookie"):
                self._cookie = cookie.partition(";")[0]
            return response.status, {name.lower(): value for name, value in response.getheaders()}, content
        finally:
            connection.close()

    def text(self, path: str) -> str:
        status, headers, content = self.ask(path)
        while status == 303:
            status, headers, content = self.ask(headers["location"])
        return (gzip.decompress(content) if headers.get("content-encoding") == "gzip" else content).decode()

    def is_author(self, child: str) -> bool:
        """Whether the user may enter something about a child."""
        return f'href="{child}/open"' in self.text(child)

    def enter(self, child: str) -> tuple[str, dict[str, str]]:
        """Fill in the form that opens a response for a child; where it is sent to be saved, and what is sent."""
        path = f"{child}/open"
        form = dict(HIDDEN.findall(self.text(path)))
        day = dict(re.findall(r'name="(event_date-\w+)".*?value="(\d+)"', self.text(path)))
        given = form | day | {"response_code": "one_to_one", "status_code": "new", "step": "check"}
        _, headers, content = self.ask(path, urlencode(given))
        page = gzip.decompress(content) if headers.get("content-encoding") == "gzip" else content
        return path, dict(HIDDEN.findall(page.decode().rpartition("<form")[2])) | {"step": "save"}

    def sign_in(self, user_key: str) -> None:
        """Be a user, and find the pages that there are to open."""
        token = FORM_TOKEN.findall(self.text("/sign-in"))[0]
        self.ask("/sign-in", urlencode({"form_token": token, "user_key": user_key}))
        home = self.text("/")
        schools = SCHOOL.findall(home)
        self.paths = [("county", "/county")] if 'href="/county"' in home else []
        for school in schools[:1]:
            self.paths += [("school", school), ("children", f"{school}/children"), ("huddle", f"{school}/huddle")]
            self.paths += [("child", child) for child in CHILD.findall(self.text(f"{school}/children"))[:3]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="a home of an invented county, which is written to")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=float, default=10, help="pages a second")
    parser.add_argument("--users", type=int, help="so many, each of whom opens one page within the time")
    parser.add_argument("--entries", type=float, default=0, help="entries a second, beside the pages")
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
        times, problems = _under_load(readers, rate, arguments.seconds, arguments.entries)
        print(f"memory: {_memory(server.pid) / 2**20:,.0f} MiB (PSS of {1 + len(_below(server.pid))} processes)")
    finally:
        server.terminate()
        server.wait(timeout=60)
    _print_times(times, problems, arguments.seconds)
    if problems:
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


def _under_load(
    readers: list[Reader], rate: float, seconds: int, entries: float
) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Seconds of each page by its kind, and how many were answered by what they should not be."""
    times: dict[str, list[float]] = defaultdict(list)
    problems: dict[str, int] = defaultdict(int)

    def read(reader: Reader, kind: str, path: str, at: float, body: str | None = None) -> None:
        try:
            status, _, content = reader.ask(path, body)
            if status != (303 if body else 200) or not (content or body):
                problems[f"{kind}: {status}"] += 1
        except (OSError, HTTPException) as problem:
            problems[f"{kind}: {type(problem).__name__}"] += 1
        times[kind].append(time.perf_counter() - at)

    children = [(one, path) for one in readers for kind, path in one.paths if entries and kind == "child"]
    authors = [(one, child) for one, child in children if one.is_author(child)]

    def enter(number: int) -> None:
        author, child = authors[number % len(authors)]
        path, fields = author.enter(child)
        read(author, "entry", path, time.perf_counter(), urlencode(fields))
        read(author, "after it", child, time.perf_counter())

    due = time.perf_counter()
    with ThreadPoolExecutor(64) as pool:
        for number in range(int(rate * seconds)):
            if entries and int(number * entries / rate) != int((number - 1) * entries / rate):
                pool.submit(enter, int(number * entries / rate))
            at = due + number / rate
            time.sleep(max(0.0, at - time.perf_counter()))
            reader = readers[number % len(readers)]
            kind, path = reader.paths[number // len(readers) % len(reader.paths)]
            pool.submit(read, reader, kind, path, at)
    return times, problems


def _below(pid: int) -> set[int]:
    children = {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    return children.union(*(_below(child) for child in children))


def _memory(pid: int) -> int:
    """Bytes that a process and those below it hold, what several share divided among them."""
    found = (Path(f"/proc/{one}/smaps_rollup").read_text() for one in {pid, *_below(pid)})
    return sum(int(PSS.findall(text)[0]) for text in found) * 1024


def _print_times(times: dict[str, list[float]], problems: dict[str, int], seconds: int) -> None:
    everything = [one for found in times.values() for one in found]
    print(f"{len(everything):,} pages in {seconds} s, {sum(problems.values())} not as they should be {dict(problems)}")
    for kind, found in [*sorted(times.items()), ("all", everything)]:
        ordered = sorted(found)
        middle, most = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        print(f"{kind:10} {len(ordered):>6,} pages  median {middle * 1000:6.0f} ms  95 % {most * 1000:6.0f} ms")


if __name__ == "__main__":
    main()
