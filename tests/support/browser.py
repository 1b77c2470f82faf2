"""A Chromium of this machine without a window, spoken to by its own protocol: what a person sees, hears and types."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

# As the Makefile looks for it.
NAMES = ("chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).with_name("axe") / "axe.min.js"
PATIENCE_SECONDS = 30
KEYS = {
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Space": {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32, "text": " "},
    "Down": {"key": "ArrowDown", "code": "ArrowDown", "windowsVirtualKeyCode": 40},
}

Message = dict[str, Any]


def program() -> str:
    """Chromium's path. Raises LookupError where there is none: a test that is about a browser cannot do without."""
    for name in filter(None, (os.environ.get("EARLYHELP_CHROMIUM"), *NAMES)):
        found = shutil.which(name)
        if found:
            return found
    raise LookupError("There is no Chromium on this machine: `make browser` installs it where it may.")


@dataclass
class Browser:
    """A running Chromium. Tabs share nothing: each has cookies of its own."""

    _line: ClientConnection
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _heard: list[Message] = field(default_factory=list)

    def tab(self, address: str) -> "Tab":
        """A tab of somebody new, to whom `address` is the site."""
        context = self.say("Target.createBrowserContext")["browserContextId"]
        target = self.say("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.say("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session, address)
        for domain in ("Page", "Runtime", "Network", "Accessibility", "DOM"):
            tab.say(f"{domain}.enable")
        tab.resize(1280, 900)
        return tab

    def say(self, method: str, session: str | None = None, **parameters: Any) -> Message:
        """The answer to a command; what happens meanwhile is heard and kept."""
        number = next(self._numbers)
        said = {"id": number, "method": method, "params": parameters}
        self._line.send(json.dumps({**said, "sessionId": session} if session else said))
        while True:
            message = json.loads(self._line.recv(timeout=PATIENCE_SECONDS))
            if message.get("id") == number:
                assert "error" not in message, (method, message["error"])
                return dict(message["result"])
            self._heard.append(message)

    def wait(self, method: str, session: str) -> Message:
        """The first event of a kind in a tab that was not waited for before."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            for message in self._heard:
                if message.get("method") == method and message.get("sessionId") == session:
                    self._heard.remove(message)
                    return dict(message["params"])
            self._heard.append(json.loads(self._line.recv(timeout=max(0.1, until - time.monotonic()))))

    def forget(self, session: str) -> list[Message]:
        """What was heard of a tab, to be waited for no more."""
        gone = [message for message in self._heard if message.get("sessionId") == session]
        self._heard = [message for message in self._heard if message.get("sessionId") != session]
        return gone


@dataclass
class Tab:
    """A page, as it is on the screen."""

    browser: Browser
    session: str
    address: str

    def say(self, method: str, **parameters: Any) -> Message:
        return self.browser.say(method, self.session, **parameters)

    def open(self, path: str) -> int:
        """Go to a path of the site; the status of the page that it ends at."""
        self.browser.forget(self.session)
        self.say("Page.navigate", url=f"{self.address}{path}")
        return self._loaded()

    def press(self, key: str, then_loads: bool = False) -> None:
        """A key, pressed and let go; with `then_loads` another page comes of it."""
        self.browser.forget(self.session)
        self.say("Input.dispatchKeyEvent", type="keyDown", **KEYS[key])
        self.say("Input.dispatchKeyEvent", type="keyUp", **{k: v for k, v in KEYS[key].items() if k != "text"})
        if then_loads:
            self._loaded()

    def click(self, selector: str) -> int:
        """Activate what a selector finds first, and wait for the page that comes of it; its status."""
        self.browser.forget(self.session)
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        return self._loaded()

    def back(self) -> None:
        """What the browser's own button does: it may have kept the page, and then loads nothing."""
        self.browser.forget(self.session)
        history = self.say("Page.getNavigationHistory")
        entry = history["entries"][history["currentIndex"] - 1]
        self.say("Page.navigateToHistoryEntry", entryId=entry["id"])
        if self.browser.wait("Page.frameNavigated", self.session)["type"] != "BackForwardCacheRestore":
            self.browser.wait("Page.loadEventFired", self.session)

    def _loaded(self) -> int:
        self.browser.wait("Page.loadEventFired", self.session)
        documents = [
            message["params"]["response"]["status"]
            for message in self.browser.forget(self.session)
            if message.get("method") == "Network.responseReceived" and message["params"]["type"] == "Document"
        ]
        return documents[-1] if documents else 0

    def run(self, script: str) -> Any:
        """The value of an expression, in the page."""
        answer = self.say("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    @property
    def path(self) -> str:
        return str(self.run("location.pathname + location.search"))

    def resize(self, width: int, height: int, zoom: float = 1) -> None:
        """A window of so many points, in which a page is zoomed: of a zoomed one there is less."""
        self.say(
            "Emulation.setDeviceMetricsOverride",
            width=round(width / zoom),
            height=round(height / zoom),
            deviceScaleFactor=zoom,
            mobile=False,
        )

    def without_scripts(self) -> None:
        self.say("Emulation.setScriptExecutionDisabled", value=True)

    def on(self, media: str) -> None:
        """See the page as on `screen` or in `print`."""
        self.say("Emulation.setEmulatedMedia", media=media)

    def pages_printed(self) -> int:
        """How many sheets the page is printed on."""
        printed = base64.b64decode(self.say("Page.printToPDF", preferCSSPageSize=False)["data"])
        return printed.count(b"/Type /Page\n") or printed.count(b"/Type /Page ") or printed.count(b"/Type/Page/")

    def tree(self) -> list[Message]:
        """What assistive technology is told: the nodes that it does not pass over."""
        nodes = self.say("Accessibility.getFullAXTree")["nodes"]
        return [node for node in nodes if not node["ignored"]]

    def axe(self) -> Message:
        """What axe says of the page by WCAG 2.2 AA and its own best practices: how many rules looked at something and
        found nothing against it (`passed`), `violations`, each with the first place, and the rules that it leaves to a
        person (`incomplete`)."""
        self.run(AXE.read_text(encoding="utf-8"))
        return dict(
            self.run("""
                axe.run(document).then(r => ({
                    passed: r.passes.length,
                    violations: r.violations.map(
                        v => `${v.id}, ${v.nodes.length}×: ${v.nodes[0].html.slice(0, 200)}`
                    ),
                    incomplete: r.incomplete.map(i => i.id).sort(),
                }))
            """)
        )

    def violations(self) -> list[str]:
        """What axe finds against the page."""
        return list(self.axe()["violations"])

    def checks_passed(self) -> int:
        """How many of axe's rules looked at something here and found nothing against it."""
        return int(self.axe()["passed"])

    def picture(self, file: Path, height: int, scale: float = 0.75) -> tuple[int, int]:
        """A picture of the page as a PNG, down to `height` points and smaller by `scale`; its width and height."""
        width, tall = self.run("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, tall), "scale": scale}
        shot = self.say("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(shot["data"]))
        return round(width * scale), round(min(height, tall) * scale)


@contextmanager
def started() -> Iterator[Browser]:
    """A browser of its own profile, gone with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}", "--no-first-run"]
        options += ["--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb"]
        # Chromium's own sandbox does not work for root.
        options += ["--no-sandbox"] if os.geteuid() == 0 else []
        process = subprocess.Popen(
            [program(), *options, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            with connect(_address(Path(profile), process), max_size=None) as line:
                yield Browser(line)
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)


def _address(profile: Path, process: "subprocess.Popen[bytes]") -> str:
    file = profile / "DevToolsActivePort"
    until = time.monotonic() + PATIENCE_SECONDS
    while not file.exists() or len(file.read_text().splitlines()) < 2:
        assert process.poll() is None and time.monotonic() < until, "Chromium did not start"
        time.sleep(0.05)
    port, path = file.read_text().splitlines()
    return f"ws://127.0.0.1:{port}{path}"
