"""Who is told, and from when on: ``<home>/alerts.yaml``, or the environment, or the log alone.

Belongs here: the typed form of the file, the variables, and the channels made of both. Does not belong here: sending.
A secret is written as ``env:NAME`` or ``file:/path`` (:mod:`ropa_pipeline.secret_reference`).
"""

import os
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pydantic import ConfigDict, Field

from ropa_pipeline.alerts.log_channel import LogChannel
from ropa_pipeline.alerts.mail_channel import MailChannel, Security
from ropa_pipeline.alerts.problem import Channel
from ropa_pipeline.alerts.webhook_channel import WebhookChannel
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.secret_reference import SecretUnavailable, resolve
from ropa_pipeline.yaml_files import MappingError, MappingProblem, read_yaml

FILE_NAME = "alerts.yaml"
_DEFAULT_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


class NewFindings(StrEnum):
    """Which findings about compliance are told when they are new since the last approval."""

    NONE = "none"
    ERROR = "error"
    WARNING = "warning"


class MailSettings(Frozen):
    """An SMTP server. ``port`` 0: the usual one. ``none`` sends in clear: for a server on this machine alone."""

    model_config = ConfigDict(hide_input_in_errors=True)

    host: str
    port: int = Field(default=0, ge=0, le=65535)
    security: Security = Security.STARTTLS
    account: str = Field(default="", repr=False)
    password: str = Field(default="", repr=False)
    sender: str
    recipients: tuple[str, ...] = Field(min_length=1)


class WebhookSettings(Frozen):
    """An address that takes JSON. ``authorization``: the header of that name."""

    model_config = ConfigDict(hide_input_in_errors=True)

    url: str = Field(repr=False)
    authorization: str = Field(default="", repr=False)


class AlertSettings(Frozen):
    """``stale_source_nights``: told from so many nights without a good read; ``stale_register_days``: without a
    verified night."""

    log: bool = True
    mail: MailSettings | None = None
    webhook: WebhookSettings | None = None
    stale_source_nights: int = Field(default=1, ge=1)
    stale_register_days: int = Field(default=2, ge=1)
    new_findings: NewFindings = NewFindings.ERROR
    resolved: bool = False


def load_alert_settings(home: Path) -> AlertSettings:
    """The settings of a home; variables win over the file.

    ``ROPA_ALERTS_WEBHOOK`` is a URL; ``ROPA_ALERTS_SMTP`` is ``smtp://``, ``smtp+starttls://`` or
    ``smtps://[account:password@]host[:port]`` with ``ROPA_ALERTS_FROM`` and ``ROPA_ALERTS_TO`` (several with commas).
    Raises MappingError naming file or variable, and the remedy.
    """
    found: AlertSettings = read_yaml(home / FILE_NAME, AlertSettings, FILE_NAME, missing_ok=AlertSettings())
    webhook = os.environ.get("ROPA_ALERTS_WEBHOOK")
    if webhook:
        found = found.model_copy(update={"webhook": WebhookSettings(url=webhook)})
    if os.environ.get("ROPA_ALERTS_SMTP"):
        found = found.model_copy(update={"mail": _mail_from_environment()})
    return found


def channels(settings: AlertSettings) -> tuple[Channel, ...]:
    """The ways to tell, secrets put in. Raises MappingError for a secret that cannot be had or an unsafe address."""
    made: list[Channel] = [LogChannel()] if settings.log else []
    if settings.mail is not None:
        mail = settings.mail
        channel = MailChannel(
            host=mail.host,
            port=mail.port or _DEFAULT_PORTS[mail.security],
            security=mail.security,
            account=_secret("mail.account", mail.account),
            password=_secret("mail.password", mail.password),
            sender=mail.sender,
            recipients=mail.recipients,
        )
        _must_be_safe("mail", channel.unsafe())
        made.append(channel)
    if settings.webhook is not None:
        hook = WebhookChannel(
            _secret("webhook.url", settings.webhook.url),
            _secret("webhook.authorization", settings.webhook.authorization),
        )
        _must_be_safe("webhook.url", hook.unsafe())
        made.append(hook)
    return tuple(made)


def _secret(key: str, text: str) -> str:
    try:
        return resolve(text)
    except SecretUnavailable as error:
        raise MappingError((MappingProblem(FILE_NAME, 1, key, str(error), error.remedy),)) from None


def _must_be_safe(key: str, reason: str) -> None:
    if reason:
        remedy = "Use encryption, or a server on this machine."
        raise MappingError((MappingProblem(FILE_NAME, 1, key, reason, remedy),))


def _mail_from_environment() -> MailSettings:
    variable = "ROPA_ALERTS_SMTP"
    try:
        parts = urlsplit(resolve(os.environ[variable]))
        security = {"smtp": Security.NONE, "smtp+starttls": Security.STARTTLS, "smtps": Security.TLS}[parts.scheme]
        recipients = tuple(item.strip() for item in os.environ.get("ROPA_ALERTS_TO", "").split(",") if item.strip())
        return MailSettings(
            host=parts.hostname or "",
            port=parts.port or 0,
            security=security,
            account=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            sender=os.environ.get("ROPA_ALERTS_FROM") or recipients[0],
            recipients=recipients,
        )
    except (KeyError, ValueError, IndexError, SecretUnavailable):
        what = "cannot be used, or ROPA_ALERTS_TO is missing"
        remedy = "Write smtps://account:password@host:465 (or smtp+starttls://), and who is told in ROPA_ALERTS_TO."
        raise MappingError((MappingProblem(variable, 1, "", what, remedy),)) from None
