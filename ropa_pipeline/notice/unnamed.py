"""What a list or table says in words that no lexicon knows: "loyalty bracelet number" among the data collected.

Belongs here: when the place alone tells what kind of thing an item is, and how its own words become a subject. Does not
belong here: words that are known (the readers). What is said stays on the record in its own words, at low confidence,
for a person to name; nothing is guessed. GDPR Art. 13(1)(c), (e), 14(1)(d).
"""

import re

from ropa_pipeline.notice.passage import Passage

OTHER = "other: "
CONFIDENCE = 0.5
_MOST_WORDS = 12
_LONGEST = 60
_CONDITION = re.compile(
    r"(?:if|when|where|while|unless|until|please|see|for more|we|you|this|these|the following|none|n/?a|no|not|yes|only"
    r"|kai|jei|jeigu|mes|jus|si|sie|nera|ne|visi|toliau)\b|https?:|www\."
)
"""How a sentence about the list begins; an item of it does not."""
_SPEAKS = re.compile(
    r"\b(?:is|are|was|were|will|may|can|must|have|has|do|does|don't|isn't|aren't|we|us|our|yra|nera|gali|buvo|bus)\b"
)
_TAIL = re.compile(r"\s*(?:[(;–—|]|\s-\s|:\s|,?\s(?:and|ir|or|arba)$).*$")


def own_words(passage: Passage, *, is_sentence_fine: bool = False) -> str:
    """The item's own words as a subject; empty where it is no item, a sentence, or speaks of the list itself."""
    text = passage.text.strip(' .;,*_-–—"“”„')
    words = text.split()
    if (
        passage.index
        or not 1 <= len(words) <= _MOST_WORDS
        or len(text) < 3
        or passage.text.rstrip().endswith((":", "?"))
    ):
        return ""
    if passage.block.kind not in ("item", "cell") or _CONDITION.match(passage.folded) or passage.is_negated:
        return ""
    if not is_sentence_fine and _SPEAKS.search(passage.folded.partition("(")[0]):
        return ""
    if passage.block.label and text == passage.block.label.strip(" *_") and len(passage.block.text) > len(text) + 3:
        return ""  # the label of what follows
    if re.search(r"@|\d{3}", text) or not re.search(r"[^\W\d]{3}", text):
        return ""
    shown = _TAIL.sub("", text).strip() or text
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST].rpartition(" ")[0]
