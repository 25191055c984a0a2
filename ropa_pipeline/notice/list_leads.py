"""What a list is about, by the sentence that introduces it.

Belongs here: the lead-ins of lists, English and Lithuanian. Does not belong here: finding lists and their items
(``structure``). GDPR Art. 13(1): purposes, recipients and periods often stand in lists under a heading about more.
"""

import re

from ropa_pipeline.notice.phrases import fold
from ropa_pipeline.notice.words import Words

_LIST_OF: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("rights", re.compile(r"\bright to\b|\brights\b|\bteise\b|\bteises\b")),
    (
        "recipients",
        re.compile(
            r"\b(?:shar\w+|disclos\w+|pass(?:es|ed)?|transfer\w*|sen[dt])\b.{0,80}\b(?:with|to|recipients)\b"
            r"|perduo\w+|teikia\w+|atskleid\w+|dalij\w+"
        ),
    ),
    (
        "retention",
        re.compile(r"\b(?:retain\w*|kept|keep|store[ds]?)\b.{0,60}(?:for|as follows|until|as long)|\bsaug\w+"),
    ),
    (
        "purposes",
        re.compile(
            r"(?:purposes|reasons)(?:,? such as,?| below)?(?:,? to)?:$"
            r"|\bso (?:that )?(?:we|you) (?:can|may|could)( also)?:$"
            r"|\bdata (?:\w+ ){0,3}to:$|\bkad(?: galetume)?:$|\bsiais tikslais\b.*:$"
            r"|\b(?:in order|reasons|purposes)\b.{0,20}:$"
            r"|\b(?:in order|such as,?|used?|need it) to:$|tikslai[s]?:$"
        ),
    ),
)
"""What the items of a list are about, by the sentence that introduces it: it counts for more than the heading."""


def list_topics(lead: str, topics: frozenset[str], words: Words) -> frozenset[str]:
    """The topics of a list's items: those its lead-in names, else those of its section (``topics``)."""
    folded = fold(lead)
    for topic, pattern in _LIST_OF:
        if pattern.search(folded):
            if topic == "recipients":
                return (topics - {"purposes", "data", "intro"}) | {topic}
            return topics if topic in topics else frozenset({topic})
    own = topics & {"legal_basis", "cookies", "sources", "data"}
    return topics | {"data"} if not own and "collect" in words.cues_in(folded) else topics
