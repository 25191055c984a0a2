"""Tells through Python's logging: standard error, the journal of a service, Dagster's own logs.

Belongs here: one warning per message. Does not belong here: how logs are kept.
"""

import logging

from ropa_pipeline.alerts.problem import Message

_LOG = logging.getLogger("ropa.alerts")


class LogChannel:
    """A warning for a problem, a notice for one that is gone."""

    name = "log"

    def send(self, message: Message) -> None:
        level = logging.INFO if message.state == "resolved" else logging.WARNING
        _LOG.log(level, "%s | %s", message.subject, message.body.replace("\n", " | "))
