"""Users at browsers, for measurements of the dashboard: they sign in, open pages, enter outcomes and hold huddles."""

import gzip
import re
from http.client import HTTPConnection
from urllib.parse import urlencode

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
SCHOOL = re.compile(r'href="(/school/\d+)"')
CHILD = re.compile(r'href="(/school/\d+/child/[0-9a-f]{32})"')
FIRST_AT_HUDDLE = re.compile(r'href="(/school/\d+/huddle/\w+/child/[0-9a-f]{32})" role="button"')
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


class Meeting:
    """A huddle of today, which its author leads through the agenda child by child; `at` is the page of the child."""

    def __init__(self, reader: Reader, at: str) -> None:
        self.reader, self.at = reader, at
        self._read(reader.text(at))

    def decision(self) -> str:
        """What is sent to be saved of the child: nothing needed, and on to the next."""
        return urlencode(self._form | {"decision_code": "no_action", "step": "save"})

    def go_on(self, to: str, page: bytes) -> bool:
        """Be at the next child, whose page came; False after the last."""
        self.at = to
        if "/child/" in to:
            self._read(gzip.decompress(page).decode())
        return "/child/" in to

    def _read(self, page: str) -> None:
        self._form = dict(HIDDEN.findall(page.partition('<form method="post" novalidate>')[2]))


def meet(reader: Reader, school: str, day: str) -> Meeting | None:
    """Begin a school's huddle of a day (ISO), planned first if it is not yet; None where nobody is on its agenda."""
    agenda = f"{school}/huddle"
    first = FIRST_AT_HUDDLE.findall(reader.text(agenda))
    if not first:
        form = dict(HIDDEN.findall(reader.text(f"{agenda}/plan").partition('<form method="post" novalidate>')[2]))
        year, month, number = day.split("-")
        when = {"huddle_date-day": number, "huddle_date-month": month, "huddle_date-year": year}
        reader.ask(f"{agenda}/plan", urlencode(form | when | {"places": "30", "step": "save"}))
        first = FIRST_AT_HUDDLE.findall(reader.text(agenda))
    return Meeting(reader, first[0]) if first else None
