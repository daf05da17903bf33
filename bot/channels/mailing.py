"""The way out by e-mail: plain texts to colleagues over SMTP, one at a time, some with a page attached."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256
from typing import Literal

from bot.mail import Delivered, Draft, Later, Outcome, Outgoing, Refused
from bot.people.alert import CHANNEL
from bot.types import Turn

WITHIN_S = 10.0
"""For each of a server's answers."""
_SET_UP_S = 60.0
"""Until it is tried again where the server or our settings have to change first."""


@dataclass(frozen=True, slots=True)
class Server:
    """`tls` is how the line is kept secret; without it nothing is sent that was asked to be."""

    host: str
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None
    """The system's where None."""


class MailDoor:
    """SMTP has no key for sends: a kill between a send and its note doubles one, whose `Message-ID` is the same."""

    channel = CHANNEL
    at_once = 1

    def __init__(self, server: Server, sender: str) -> None:
        self._server, self._sender = server, sender
        self._under_way: dict[str, asyncio.Task[Outcome]] = {}

    def told(self, turn: Turn, address: str) -> Sequence[Draft]:
        return ()

    async def send(self, outgoing: Outgoing) -> Outcome:
        """A send that was given up waiting for goes on in its thread; asked for again, it is waited for and not begun anew."""
        task = self._under_way.get(outgoing.key)
        if task is None:
            task = asyncio.create_task(asyncio.to_thread(_send, self._server, self._sender, outgoing))
            self._under_way[outgoing.key] = task
        try:
            return await asyncio.shield(task)
        finally:
            if task.done():
                self._under_way.pop(outgoing.key, None)


def _send(server: Server, sender: str, outgoing: Outgoing) -> Outcome:
    try:
        line = _line(server)
        try:
            line.send_message(_mail(sender, outgoing), sender, [outgoing.address])
            with suppress(smtplib.SMTPException, OSError):  # it was taken; how the line ends is all the same
                line.quit()
        finally:
            line.close()
    except smtplib.SMTPRecipientsRefused as error:
        code, told = next(iter(error.recipients.values()))
        return _of_code(code, told)
    except smtplib.SMTPAuthenticationError as error:
        return Later(f"SHOPCLERK_SMTP_USER isn't taken: {error.smtp_code}", _SET_UP_S, whole_door=True)
    except smtplib.SMTPResponseException as error:
        return _of_code(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
        reason = f"no secret line to {server.host} ({error}); SHOPCLERK_SMTP_TLS says which"
        return Later(reason, _SET_UP_S, whole_door=True)
    except (smtplib.SMTPException, OSError) as error:
        return Later(f"{type(error).__name__}: {error}", whole_door=True)
    return Delivered()


def _line(server: Server) -> smtplib.SMTP:
    """Open, secret where it is asked for, signed in. Never goes on in the open where a secret line can't be had."""
    context = server.context or ssl.create_default_context()
    if server.tls == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=WITHIN_S, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=WITHIN_S)
    try:
        if server.tls == "starttls":
            line.starttls(context=context)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def wrong_with(server: Server) -> str:
    """What keeps mails from leaving, and what to do; empty where the line opens as it is asked for and the server takes our name. Nothing is sent."""
    try:
        line = _line(server)
        try:
            line.ehlo_or_helo_if_needed()
            with suppress(smtplib.SMTPException, OSError):
                line.quit()
        finally:
            line.close()
    except (smtplib.SMTPException, OSError) as error:
        advice = next(advice for kinds, advice in _ADVICE if isinstance(error, kinds))
        return f"{advice} ({_told(error)})"
    return ""


_ADVICE: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (smtplib.SMTPAuthenticationError, "the server doesn't take SHOPCLERK_SMTP_USER with SHOPCLERK_SMTP_PASSWORD; many want a password made for programs"),
    (ssl.SSLCertVerificationError, "the server's certificate isn't trusted; SHOPCLERK_SMTP_HOST should be the name that stands in it"),
    ((smtplib.SMTPNotSupportedError, ssl.SSLError), "no secret line; SHOPCLERK_SMTP_TLS should be starttls (port 587) or tls (SHOPCLERK_SMTP_PORT=465), as the server offers it"),
    (socket.gaierror, "SHOPCLERK_SMTP_HOST isn't a name that is known here; look at how it is spelt"),
    ((smtplib.SMTPServerDisconnected, TimeoutError), "it says nothing that SMTP would; SHOPCLERK_SMTP_PORT is 587 for SHOPCLERK_SMTP_TLS=starttls and 465 for tls"),
    (smtplib.SMTPException, "the server refuses us"),
    (OSError, "nothing answers there; look at SHOPCLERK_SMTP_HOST and SHOPCLERK_SMTP_PORT, and at the firewall"),
)  # fmt: skip
"""The first kind that fits."""


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__


def _mail(sender: str, outgoing: Outgoing) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, outgoing.address
    mail["Subject"] = " ".join(str(outgoing.body["subject"]).split())
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{sha256(outgoing.key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(str(outgoing.body["text"]), cte="quoted-printable")  # not every server takes eight bits
    if file := outgoing.body.get("file"):
        assert isinstance(file, Mapping)
        mail.add_attachment(str(file["content"]).encode(), maintype="text", subtype="html", filename=str(file["name"]), params={"charset": "utf-8"})  # fmt: skip
    return mail


def _of_code(code: int, told: bytes | str) -> Outcome:
    """4xx is for now, 5xx for good."""
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    said = f"{code} {' '.join(text.split())[:200]}"
    return Refused(said) if code >= 500 else Later(said)
