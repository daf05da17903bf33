"""An SMTP server of our own: it notes what it takes, and refuses what it is told to."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


class MailServer:
    """`answers` are the next answers to DATA's end, or to RCPT where they begin with `rcpt `; then all is taken. With a `context` it
    offers STARTTLS. `cuts` breaks the line instead of the last goodbye."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answers: list[str] = []
        self.taken: list[EmailMessage] = []
        self.heard: list[str] = []
        self.cuts = False
        self._context, self.port = context, 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(text: str) -> None:
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        await say("220 post")
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            self.heard.append(line)
            match line.split(" ")[0].upper():
                case "EHLO":
                    secret = writer.get_extra_info("ssl_object") is not None
                    await say("250-post" + ("\r\n250-STARTTLS" if self._context and not secret else "") + "\r\n250 AUTH PLAIN LOGIN")  # fmt: skip
                case "STARTTLS" if self._context:
                    await say("220 go on")
                    await writer.start_tls(self._context)
                case "RCPT" if self.answers and self.answers[0].startswith("rcpt "):
                    await say(self.answers.pop(0)[5:])
                case "DATA":
                    await say("354 go on")
                    raw = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
                    answer = self.answers.pop(0) if self.answers else "250 taken"
                    if answer.startswith("250"):
                        self.taken.append(message_from_bytes(raw, policy=policy.default))  # type: ignore[arg-type]
                    await say(answer)
                case "AUTH":
                    await say("535 no" if self.answers and self.answers.pop(0) == "auth" else "235 welcome")
                case "QUIT":
                    if not self.cuts:
                        await say("221 bye")
                    break
                case "MAIL" | "RCPT" | "RSET" | "NOOP":
                    await say("250 ok")
                case _:
                    await say("502 what")
        writer.close()


@contextmanager
def mail_server(context: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """On a free port of loopback, in a thread of its own, until the context is left."""
    server, ready, ended = MailServer(context), threading.Event(), asyncio.Event()

    async def run() -> None:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        server.port = listening.sockets[0].getsockname()[1]
        ready.set()
        await ended.wait()
        listening.close()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait(5)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


def contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(a server's for 127.0.0.1, that of who trusts it)."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "post")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)).add_extension(address, False)  # fmt: skip
    signed = made.sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    text = signed.public_bytes(serialization.Encoding.PEM) + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)  # fmt: skip
    (folder / "post.pem").write_bytes(text)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "post.pem")
    return serving, ssl.create_default_context(cafile=str(folder / "post.pem"))
