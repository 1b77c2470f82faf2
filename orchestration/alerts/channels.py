"""How a message leaves: by SMTP to a person, by HTTP POST to a webhook, or both, as the council set."""

import json
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from urllib.error import URLError
from urllib.request import Request, urlopen

from orchestration.alerts.message import Message
from orchestration.settings import Settings

TIMEOUT = 30
"""Seconds; a server that does not answer must not hold up a night."""


class AlertError(RuntimeError):
    """A message could not be sent."""


def channels(settings: Settings) -> dict[str, Callable[[Message], None]]:
    """The ways that are set, by what they are called in a sentence."""
    ways: dict[str, Callable[[Message], None]] = {}
    if settings.alert_mail_to:
        ways[f"mail to {settings.alert_mail_to}"] = partial(_mail, settings, settings.alert_mail_to)
    if settings.alert_webhook:
        ways["the webhook"] = partial(_post, settings.alert_webhook)
    return ways


def send(settings: Settings, message: Message) -> list[str]:
    """Send a message every way that is set; returns them. Each is tried, whatever became of the others.

    Raises AlertError naming the ways that failed, or saying that none is set. A webhook's address is a secret and is
    never repeated.
    """
    ways = channels(settings)
    if not ways:
        raise AlertError(
            "Nobody is told: set EARLYHELP_ALERT_MAIL_TO with EARLYHELP_ALERT_SMTP, or EARLYHELP_ALERT_WEBHOOK."
        )
    failed = []
    for name, way in ways.items():
        try:
            way(message)
        except (OSError, smtplib.SMTPException, ValueError) as problem:
            failed.append(f"{name} ({type(problem).__name__})")
    if failed:
        raise AlertError(f"An alert could not be sent by {' and '.join(failed)}. Try: earlyhelp alert --trial")
    return list(ways)


def _mail(settings: Settings, receiver: str, message: Message) -> None:
    host, _, port = settings.alert_smtp.partition(":")
    letter = EmailMessage()
    letter["From"] = settings.alert_mail_from or receiver
    letter["To"] = receiver
    letter["Subject"] = message.subject
    letter.set_content(message.text)
    with smtplib.SMTP(host, int(port or smtplib.SMTP_PORT), timeout=TIMEOUT) as server:
        if settings.alert_smtp_user:
            # A password goes over an encrypted connection or not at all.
            server.starttls(context=ssl.create_default_context())
            server.login(settings.alert_smtp_user, settings.alert_smtp_password or "")
        server.send_message(letter)


def _post(address: str, message: Message) -> None:
    body = json.dumps({"title": message.subject, "text": message.text}).encode()
    request = Request(address, body, {"Content-Type": "application/json"}, method="POST")
    if request.type not in ("http", "https"):
        raise URLError("an address of a webhook begins with https")
    with urlopen(request, timeout=TIMEOUT):
        pass
