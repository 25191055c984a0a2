"""Tells by an HTTP POST of JSON to one address (a chat's incoming hook, an on-call service, a program of your own).

Belongs here: the body, time limits, refusing redirects. Does not belong here: what is told. ``text`` is what chats
show; the other keys are for programs.
"""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from ropa_pipeline.alerts.problem import Message, NotSent

SECONDS = 10


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine by its very name.

    >>> is_this_machine("localhost"), is_this_machine("127.0.0.1"), is_this_machine("mail.example.com")
    (True, True, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class WebhookChannel:
    """One address. Its path is often a secret, so it stands in no message and no repr."""

    url: str = field(repr=False)
    authorization: str = field(default="", repr=False)
    name: str = "webhook"

    def unsafe(self) -> str:
        """Why this may not be used; empty where it may."""
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return "this is no web address"
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return "this is no web address"
        if parts.scheme == "http" and not is_this_machine(parts.hostname):
            return "http sends alerts in clear over the network"
        return ""

    def send(self, message: Message) -> None:
        """Raises NotSent with the status or the kind of failure."""
        problem = message.problem
        body = {
            "text": f"{message.subject}\n{message.body}",
            "state": message.state,
            "kind": problem.kind.value,
            "controller": problem.controller,
            "subject": problem.subject,
            "message": problem.text,
            "remedy": problem.remedy,
        }
        headers = {"Authorization": self.authorization} if self.authorization else {}
        try:
            answer = requests.post(self.url, json=body, headers=headers, timeout=SECONDS, allow_redirects=False)
        except (requests.RequestException, ValueError) as error:
            raise NotSent(f"the webhook's server did not answer ({type(error).__name__})") from None
        if not 200 <= answer.status_code < 300:
            raise NotSent(f"the webhook's server answered with status {answer.status_code}")
