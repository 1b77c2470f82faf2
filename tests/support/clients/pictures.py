"""Pictures of Superset's dashboards: `python -m tests.support.clients.pictures RELEASE_FILE FOLDER`.

The bundle is imported into a Superset made for it (`make clients` sets that up), a browser signs in and looks at each
dashboard. The release must be one of an invented county: its pictures are for the pages.
"""

import asyncio
import base64
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websockets

from orchestration.bi import superset as bundles
from orchestration.bi.screens import screens
from tests.support.clients.superset import started

PORT, DEBUGGING = 18088, 19222
WIDTH, HEIGHT = 1400, 1500
PATIENCE = 180
"""Seconds in which a dashboard has drawn its charts."""
IS_DRAWN = """
!!document.querySelector('.dashboard-grid')
&& !document.body.innerText.includes('Waiting on')
&& ![...document.querySelectorAll('[data-test="loading-indicator"], .loading')].some(each => {
    const place = each.getBoundingClientRect();
    return place.height > 0 && place.bottom > 0 && place.top < innerHeight;
})
"""
"""A chart below what is in sight loads when it is scrolled to, so it may go on loading."""


class Browser:
    """A page of a Chromium, told what to do over its debugging protocol."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.asked = socket, 0

    async def do(self, method: str, **parameters: Any) -> Any:
        self.asked += 1
        await self.socket.send(json.dumps({"id": self.asked, "method": method, "params": parameters}))
        while (said := json.loads(await self.socket.recv())).get("id") != self.asked:
            pass
        return said.get("result", said)

    async def look_at(self, address: str, seconds: float) -> None:
        await self.do("Page.navigate", url=address)
        await asyncio.sleep(seconds)

    async def type_into(self, selector: str, text: str) -> None:
        await self.do("Runtime.evaluate", expression=f"document.querySelector('{selector}').focus()")
        await self.do("Input.insertText", text=text)

    async def wait_until_drawn(self) -> None:
        """Until nothing has been loading for some seconds. Raises TimeoutError."""
        still = 0
        for _ in range(PATIENCE):
            await asyncio.sleep(1)
            said = await self.do("Runtime.evaluate", expression=IS_DRAWN, returnByValue=True)
            still = still + 1 if said["result"].get("value") else 0
            if still == 5:
                return
        raise TimeoutError(f"A dashboard was not drawn in {PATIENCE} seconds.")

    async def picture(self) -> bytes:
        return base64.b64decode((await self.do("Page.captureScreenshot", format="png"))["data"])


async def taken(served: dict[str, str], folder: Path) -> None:
    """A picture of every dashboard, named after its screen."""
    with urllib.request.urlopen(f"http://127.0.0.1:{DEBUGGING}/json") as answer:
        (page,) = (each for each in json.load(answer) if each["type"] == "page")
    async with websockets.connect(page["webSocketDebuggerUrl"], max_size=None) as socket:
        browser = Browser(socket)
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        await browser.do("Emulation.setDeviceMetricsOverride", **size)
        await browser.look_at(f"{served['address']}/login/", 10)
        await browser.type_into("#username", served["username"])
        await browser.type_into("#password", served["password"])
        await browser.do("Runtime.evaluate", expression="document.querySelector('button[type=submit]').click()")
        await asyncio.sleep(20)
        for screen in screens():
            slug = f"early-help-{screen.name.replace('_', '-')}"
            await browser.look_at(f"{served['address']}/superset/dashboard/{slug}/?standalone=1", 5)
            await browser.wait_until_drawn()
            (folder / f"superset_{screen.name}.png").write_bytes(await browser.picture())


@contextmanager
def chromium(profile: Path) -> Iterator[None]:
    """A browser without a window, at work until this ends."""
    command = [
        shutil.which("chromium"),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={profile}",
    ]
    told = [f"--remote-debugging-port={DEBUGGING}", "about:blank"]
    process = subprocess.Popen([*command, *told], stderr=subprocess.DEVNULL)
    try:
        time.sleep(5)
        yield
    finally:
        process.kill()
        process.wait()


def main(release: Path, folder: Path) -> None:
    """Picture every dashboard of a release, each into a file of `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, started(Path(place)) as superset:
        bundle = Path(place) / "bundle.zip"
        bundles.write(bundle, release.absolute())
        superset.do("import", bundle=str(bundle))
        served = superset.do("serve", port=PORT)
        with chromium(Path(place) / "profile"):
            asyncio.run(taken(served, folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
