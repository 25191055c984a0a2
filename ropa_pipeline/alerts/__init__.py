"""Tells people when a night went wrong: one message per new problem, none for an old one.

Belongs here: what counts as a problem (``problems``), what was told before (``memory``), and the ways to tell
(``log_channel``, ``mail_channel``, ``webhook_channel``). Does not belong here: when it is asked for (``commands``,
``orchestration``). A register that silently went stale answers an authority wrongly
(GDPR Art. 30(4), 5(2)). A message holds keys, counts and dates; never a value, an exception's text or a person's name.
"""

from ropa_pipeline.alerts.problem import AlertKind, Problem
from ropa_pipeline.alerts.problems import look
from ropa_pipeline.alerts.settings import AlertSettings, load_alert_settings
from ropa_pipeline.alerts.tell import Told, after_run, check, release_held, run_failed, tell

__all__ = [
    "AlertKind",
    "AlertSettings",
    "Problem",
    "Told",
    "after_run",
    "check",
    "load_alert_settings",
    "look",
    "release_held",
    "run_failed",
    "tell",
]
