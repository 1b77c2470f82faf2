"""Films of the dashboard: what a browser is led through, step by step, with the words of each step as captions.

Walk and words are one list, so that no caption tells of another page than the one that is shown. The browser that walks
also compresses the pictures (its VideoEncoder); the file around them is laid by `webm`.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.browser import Tab
from tests.support.webm import Frame, webm

WIDTH, HEIGHT = 1120, 700
SCALE = 0.9
"""Of the picture to the window: letters stay readable, and a film below a megabyte."""
CODEC, CODEC_IN_FILE = "vp09.00.31.08", "V_VP9"
QUANTIZER = 36
"""How coarse a picture may be, of 0 to 63."""
LETTERS_A_SECOND = 14
SHORTEST_SECONDS = 4

POINT = """
    (e => {
        e.scrollIntoView({block: 'center', behavior: 'instant'});
        e.style.outline = '5px solid #d4351c';
        e.style.outlineOffset = '4px';
    })(document.querySelector(%s))
"""
UNPOINT = "(e => { e.style.outline = ''; e.style.outlineOffset = ''; })(document.querySelector(%s))"
ENCODE = """
    (async (pictures, setting, quantizer) => {
        const made = [];
        let problem = null;
        const encoder = new VideoEncoder({
            output: chunk => {
                const bytes = new Uint8Array(chunk.byteLength);
                chunk.copyTo(bytes);
                const letters = Array.from(bytes, byte => String.fromCharCode(byte)).join('');
                made.push([chunk.timestamp / 1000, chunk.type, btoa(letters)]);
            },
            error: one => { problem = one; },
        });
        encoder.configure(setting);
        for (const [at, picture] of pictures) {
            const bytes = Uint8Array.from(atob(picture), c => c.charCodeAt(0));
            const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/png'}));
            const frame = new VideoFrame(bitmap, {timestamp: at * 1000});
            encoder.encode(frame, {keyFrame: true, vp9: {quantizer}});
            frame.close();
        }
        await encoder.flush();
        if (problem) throw problem;
        return made;
    })(%s, %s, %s)
"""


@dataclass(frozen=True)
class Step:
    """What is done in a tab, where the film then points (the first that the selector finds), and what it says."""

    words: str
    does: Callable[[Tab], object] | None = None
    at: str | None = None

    @property
    def milliseconds(self) -> int:
        """How long it stands: as long as it takes to read."""
        return 1000 * max(SHORTEST_SECONDS, -(-len(self.words) // LETTERS_A_SECOND))


def captions(steps: list[Step]) -> str:
    """The words of a film as WebVTT."""
    cues, begins = [], 0
    for step in steps:
        cues.append(f"{_moment(begins)} --> {_moment(begins + step.milliseconds)}\n{step.words}\n")
        begins += step.milliseconds
    return "\n".join(["WEBVTT\n", *cues])


def record(tab: Tab, steps: list[Step], file: Path) -> None:
    """Walk through the steps in a tab, and write the film, with its captions beside it."""
    tab.resize(WIDTH, HEIGHT)
    tab.say("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=SCALE, mobile=False)
    pictures, begins = [], 0
    for step in steps:
        pictures.append((begins, _picture(tab, step)))
        begins += step.milliseconds
    # A player that counts frames alone would end where the last picture begins.
    pictures.append((begins - 100, pictures[-1][1]))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(webm(_compressed(tab, pictures), begins, CODEC_IN_FILE, *_size()))
    file.with_suffix(".vtt").write_text(captions(steps), encoding="utf-8")


def _picture(tab: Tab, step: Step) -> str:
    """What the window shows after a step, as a PNG in base64."""
    if step.does:
        step.does(tab)
    if step.at:
        assert tab.run(f"document.querySelector({json.dumps(step.at)}) !== null"), f"{tab.path} has no {step.at}"
        tab.run(POINT % json.dumps(step.at))
    shot = tab.say("Page.captureScreenshot", format="png")
    if step.at:
        tab.run(UNPOINT % json.dumps(step.at))
    return str(shot["data"])


def _compressed(tab: Tab, pictures: list[tuple[int, str]]) -> list[Frame]:
    width, height = _size()
    setting = {"codec": CODEC, "width": width, "height": height, "bitrateMode": "quantizer", "latencyMode": "quality"}
    made: list[Any] = tab.run(ENCODE % (json.dumps(pictures), json.dumps(setting), QUANTIZER))
    assert [kind for _, kind, _ in made] == ["key"] * len(pictures), "each picture is whole by itself"
    return [Frame(round(at), base64.b64decode(content)) for at, _, content in made]


def _size() -> tuple[int, int]:
    return round(WIDTH * SCALE), round(HEIGHT * SCALE)


def _moment(milliseconds: int) -> str:
    return f"00:{milliseconds // 60_000:02}:{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"
