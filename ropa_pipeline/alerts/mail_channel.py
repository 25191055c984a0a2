"""Tells by e-mail through an SMTP server.

Belongs here: one plain message per problem, TLS with verification, a time limit. Does not belong here: what is told.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum

from ropa_pipeline.alerts.problem import Message, NotSent
from ropa_pipeline.alerts.webhook_channel import is_this_machine

SECONDS = 10


class Security(StrEnum):
    """How the connection is encrypted: not at all, from the second word on, or from the first."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True)
class MailChannel:
    """An SMTP server and who is told."""

    host: str
    port: int
    security: Security
    sender: str
    recipients: tuple[str, ...]
    account: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    name: str = "mail"

    def unsafe(self) -> str:
        """Why this may not be used; empty where it may."""
        if self.security is Security.NONE and not is_this_machine(self.host):
            return "security: none sends mail in clear over the network"
        return ""

    def send(self, message: Message) -> None:
        """Raises NotSent with the kind of failure: a server's own words may hold addresses."""
        mail = EmailMessage()
        mail["Subject"] = " ".join(message.subject.split())
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.recipients)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body + "\n")
        try:
            with self._connect() as server:
                if self.account:
                    server.login(self.account, self.password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotSent(f"the mail server did not take the message ({type(error).__name__})") from None

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security is Security.TLS:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        if self.security is Security.STARTTLS:
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server
