"""A visitor of the dashboard: a real client with a jar of cookies, against a real server on the loopback."""

import html
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
TAGS = re.compile(r"<[^>]+>")
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
CAPTION = re.compile(r"<caption.*?</caption>", re.DOTALL)
ROW = re.compile(r"<tr class=\"govuk-table__row[^\"]*\">(.*?)</tr>", re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)


def plain(markup: str) -> str:
    """The text that a reader sees, its spaces evened out."""
    return " ".join(html.unescape(TAGS.sub(" ", markup)).split())


@dataclass(frozen=True)
class Answer:
    """What came back: `text` is the page as it was sent."""

    status: int
    headers: Mapping[str, str]
    text: str
    cookies: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The text that a reader sees, its spaces evened out."""
        return plain(self.text)

    @property
    def title(self) -> str:
        found = re.search(r"<title>(.*?)</title>", self.text)
        return html.unescape(found.group(1)) if found else ""


def table(answer: Answer, caption: str) -> list[list[str]]:
    """The rows of the table whose caption holds these words, each as the texts of its cells, headings left out."""
    (found,) = [body for body in TABLE.findall(answer.text) if caption in plain(CAPTION.search(body).group())]
    return [[plain(cell) for cell in CELL.findall(row)] for row in ROW.findall(found.partition("</thead>")[2])]


@dataclass
class Visitor:
    """Somebody at a browser. Redirects are not followed unless asked for."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: str | None = None,
        host: str | None = None,
        origin: str | None = None,
        **others: str,
    ) -> Answer:
        """One request, as it is put; `others` are headers more, each with _ for -."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": host or f"127.0.0.1:{self.port}"}
        headers |= {name.replace("_", "-"): value for name, value in others.items()}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if origin is not None:
            headers["Origin"] = origin
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            cookies = tuple(value for name, value in response.getheaders() if name.lower() == "set-cookie")
        finally:
            connection.close()
        for cookie in cookies:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
            if not self.cookies[name]:
                del self.cookies[name]
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text, cookies)

    def get(self, path: str) -> Answer:
        """A page, after the redirects that lead to it."""
        answer = self.ask(path)
        while answer.status == 303:
            answer = self.ask(answer.headers["location"])
        return answer

    def post(self, path: str, **fields: str) -> Answer:
        """A form of this site's, sent as a browser does."""
        return self.ask(path, "POST", urlencode(fields), origin=f"http://127.0.0.1:{self.port}")

    def sign_in(self, user_key: str) -> Answer:
        """Be a user of an invented county."""
        return self.post("/sign-in", form_token=self.form_token("/sign-in"), user_key=user_key)

    def sent_back(self, way_in: str) -> str:
        """Go to an identity provider by a link of this site's, say yes there; returns where it sends the browser."""
        there = urlsplit(self.ask(way_in).headers["location"])
        connection = http.client.HTTPConnection(there.netloc, timeout=60)
        try:
            connection.request("GET", f"{there.path}?{there.query}")
            back = urlsplit(connection.getresponse().headers["location"])
        finally:
            connection.close()
        return f"{back.path}?{back.query}"

    def form_token(self, path: str) -> str:
        """The token of the form on a page."""
        found = FORM_TOKEN.search(self.get(path).text)
        assert found, f"no form on {path}"
        return found.group(1)
