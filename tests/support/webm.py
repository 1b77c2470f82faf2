"""A film as a WebM file: frames that a browser compressed, each with its moment, laid into Matroska's elements.

Written by the published format (RFC 8794, RFC 9559): a length before each element, one cluster for each frame, and a
list of where each begins, so that a player can go to any of them.
"""

import struct
from dataclasses import dataclass

MILLISECOND = 1_000_000
"""The unit of a film's moments, in nanoseconds."""
TRACK = 1
VIDEO = 1
KEY_FRAME = 0x80


@dataclass(frozen=True)
class Frame:
    """A picture that stands from a moment on, in milliseconds since the beginning; compressed, and whole by itself."""

    at: int
    content: bytes


def webm(frames: list[Frame], duration: int, codec: str, width: int, height: int) -> bytes:
    """The file of a film that lasts `duration` milliseconds."""
    info = _element(
        0x1549A966,
        _number(0x2AD7B1, MILLISECOND),
        _element(0x4489, _float(duration)),
        _text(0x4D80, "earlyhelp"),
        _text(0x5741, "earlyhelp"),
    )
    video = _element(0xE0, _number(0xB0, width), _number(0xBA, height))
    track = _element(
        0xAE, _number(0xD7, TRACK), _number(0x73C5, TRACK), _number(0x83, VIDEO), _text(0x86, codec), video
    )
    tracks = _element(0x1654AE6B, track)
    clusters = [
        _element(
            0x1F43B675,
            _number(0xE7, frame.at),
            _element(0xA3, bytes([0x80 | TRACK, 0, 0, KEY_FRAME]), frame.content),
        )
        for frame in frames
    ]
    # The list of beginnings stands before the clusters; how long it is depends on none, as each place takes 8 bytes.
    begins = len(info) + len(tracks) + len(_cues(frames, [0] * len(frames)))
    places = [begins + sum(map(len, clusters[:number])) for number in range(len(clusters))]
    return _head() + _element(0x18538067, info, tracks, _cues(frames, places), *clusters)


def _head() -> bytes:
    return _element(
        0x1A45DFA3,
        _number(0x4286, 1),
        _number(0x42F7, 1),
        _number(0x42F2, 4),
        _number(0x42F3, 8),
        _text(0x4282, "webm"),
        _number(0x4287, 4),
        _number(0x4285, 2),
    )


def _cues(frames: list[Frame], places: list[int]) -> bytes:
    points = [
        _element(
            0xBB,
            _element(0xB3, frame.at.to_bytes(8, "big")),
            _element(0xB7, _number(0xF7, TRACK), _element(0xF1, place.to_bytes(8, "big"))),
        )
        for frame, place in zip(frames, places, strict=True)
    ]
    return _element(0x1C53BB6B, *points)


def _element(name: int, *content: bytes) -> bytes:
    body = b"".join(content)
    # A length of eight bytes, the first of which says that there are seven more.
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + b"\x01" + len(body).to_bytes(7, "big") + body


def _number(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _float(value: float) -> bytes:
    return struct.pack(">d", value)


def _text(name: int, value: str) -> bytes:
    return _element(name, value.encode("ascii"))
