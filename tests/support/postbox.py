"""A mail server on this machine, and what it received."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@dataclass
class Postbox:
    """A mail server's address, and the letters that it received."""

    address: str
    letters: list[EmailMessage] = field(default_factory=list)

    # aiosmtpd calls it by this name.
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.letters.append(message_from_bytes(envelope.original_content, policy=policy.default))
        return "250 OK"


@contextmanager
def opened() -> Iterator[Postbox]:
    port = free_port()
    postbox = Postbox(f"127.0.0.1:{port}")
    server = Controller(postbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield postbox
    finally:
        server.stop()
