"""What the columns of a table about processing or recipients are about, by their headings.

Belongs here: headings and their topics. Does not belong here: finding tables and their rows (``tables``).
"""

import re
from collections.abc import Sequence

from ropa_pipeline.notice.phrases import fold
from ropa_pipeline.notice.words import Words

_TOPIC_OF_COLUMN = {"provider": "recipients", "lifetime": "retention", "purpose": "purposes", "data": "data"}


def topics_of(cells: Sequence[str], words: Words) -> tuple[str, ...]:
    """The topic of each column of a table about processing or about recipients; empty where it is neither."""
    topics = [topic_of(cell, words) for cell in cells]
    known = {topic for topic in topics if topic}
    # "Why | What | Lawful basis | How long", "Who | Where | What for": short questions, clear beside each other.
    asked = [topic or ASKED.get(fold(cell).strip(" ?:.*"), "") for topic, cell in zip(topics, cells, strict=True)]
    if "recipients" not in asked and {"transfers", "role"} & {*asked}:
        asked = [
            "recipients" if not topic and NAMES.match(fold(cell)) else topic
            for topic, cell in zip(asked, cells, strict=True)
        ]
    if len({topic for topic in asked if topic}) >= 2 and (
        {"purposes", "data"} & {*asked} or ("recipients" in asked and {"transfers", "role"} & {*asked})
    ):
        return tuple("" if topic == "role" else topic for topic in asked)
    return tuple(topics) if len(known) >= 2 and {"purposes", "data"} & known else ()


ASKED = {
    "what": "data",
    "why": "purposes",
    "what for": "purposes",
    "service": "purposes",
    "task": "purposes",
    "what they do": "purposes",
    "what it does": "purposes",
    "who": "recipients",
    "whom": "recipients",
    "company": "recipients",
    "provider": "recipients",
    "partner": "recipients",
    "vendor": "recipients",
    "supplier": "recipients",
    "where": "transfers",
    "location": "transfers",
    "seat": "transfers",
    "based in": "transfers",
    "safeguard": "transfers",
    "safeguards": "transfers",
    "transfer": "transfers",
    "role": "role",
    "capacity": "role",
    "in what capacity": "role",
    "how long": "retention",
    "until when": "retention",
    "ka": "data",
    "kokie duomenys": "data",
    "kodel": "purposes",
    "kam": "purposes",
    "ka daro": "purposes",
    "paslauga": "purposes",
    "kas": "recipients",
    "imone": "recipients",
    "partneris": "recipients",
    "kur": "transfers",
    "salis": "transfers",
    "valstybe": "transfers",
    "vieta": "transfers",
    "apsaugos priemone": "transfers",
    "vaidmuo": "role",
    "statusas": "role",
    "kiek laiko": "retention",
}
NAMES = re.compile(r"(?:name|pavadinimas|sub-?processors?|service provider|paslaugos teikejas|teikejas)\W*$")


_ARTICLE = re.compile(r"\b6 ?\(1\)|\bart\w*\.? 6\b|\b6 str|^(?:on what )?grounds?$|\bgdpr ground")


def topic_of(cell: str, words: Words) -> str:
    found = words["sections"].found(cell)
    for topic in ("legal_basis", "retention", "recipients", "transfers", "data", "purposes"):
        if topic in found:
            return topic
    if _ARTICLE.search(fold(cell)):
        return "legal_basis"
    if words["labels"].is_whole(cell) == "country":
        return "transfers"
    column = words["cookie_columns"].is_whole(cell)
    return _TOPIC_OF_COLUMN.get(column, "")
