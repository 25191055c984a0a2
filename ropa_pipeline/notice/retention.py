"""Reads how long data are kept: periods, start events, scope, conditions, open-ended wording.

GDPR Art. 13(2)(a), 30(1)(f).

Belongs here: sentences about keeping and deleting. Does not belong here: cookie tables (``cookies``), the time to
answer a request (``rights``) or to notify a breach (``declarations``). Each period of a sentence is its own statement.
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.notice import RetentionStatement
from ropa_pipeline.model.terms import Qualifier, StartEvent, StatementKind
from ropa_pipeline.notice.cookies import cookie_lifetimes, is_cookie_entry
from ropa_pipeline.notice.passage import Draft, Passage, ordered, purposes_in
from ropa_pipeline.notice.periods import find_periods

OPEN_ENDED = "OPEN ENDED"
_QUALIFIERS = {
    "up to": Qualifier.UP_TO,
    "typically": Qualifier.TYPICALLY,
    "at least": Qualifier.AT_LEAST,
    "as long as": Qualifier.AS_LONG_AS,
}
_CLAUSE = re.compile(r";|\bhowever\b|\bwhile\b|\bwhereas\b|\btaciau\b|, o\b")
_OTHER_PERIODS = re.compile(
    r"\b(?:deliver\w*|ship\w*|dispatch\w*|return (?:goods|products|items)|may return|cancel\w*|refund\w*|respond\w*"
    r"|vouchers?|gift cards?|trial|renew\w*|kupon\w*|uzsaldyti"
    r"|reply|replies|answer\w*|valid|prices?|leave us|working days|business days|notif\w+|in advance|guarantee|warranty"
    r"|withdraw from|pay within"
    r"|pristat\w+|grazin\w+|atsaky\w+|issiun\w+|darbo dien\w+|informuo\w+|pranes\w+|garantij\w+|apmoke\w+)\b"
)
_NOT_OURS = re.compile(
    r"\bkeeps? (?:its|their) own\b|\bneither period\b|\bnothing to do with (?:your |personal )?data\b"
    r"|\bne apie (?:jusu |tavo |asmens )?duomenis\b|\bsaugojimu nesusij|\bnera musu termin"
)
"""The sentence itself says that its periods are somebody else's, or about something else."""
_DATA = re.compile(
    r"\b(?:data|information|records?|recordings?|logs?|documents?|files?|details|copies|images|pictures|photos?|it|them|they|account|footage)\b"
    r"|duomen|informacij|dokument|iras|nuotrauk|vaizd|juos|kopij|failai|failus|saskait|paskyr"
)
_ELSEWHERE = ("rights", "breach", "complaint", "children", "changes", "dated", "automated", "transfers")


def is_retention(passage: Passage) -> bool:
    """Whether the sentence is about keeping or deleting data."""
    if passage.about(*_ELSEWHERE) and not passage.about("retention"):
        return False
    if passage.about("retention") or (passage.block.kind == "cell" and "retention" in passage.block.topics):
        return True
    cues = passage.cues | passage.context_cues
    return "keep" in cues or ("delete" in cues and bool(find_periods(passage.text, passage.words)))


def _is_of_keeping(passage: Passage, place: int) -> bool:
    """Whether a period is one of keeping data: shops also deliver, take back, answer and promise within periods."""
    if passage.block.kind == "cell" and "retention" in passage.block.topics:
        return True
    folded = passage.folded
    start = max(begin for begin in passage.clauses if begin <= place)
    clause = folded[start:]
    keeps = "keep" in passage.context_cues or any(
        any(passage.words.cues[cue].find_folded(clause)) for cue in ("keep", "delete")
    )
    about_data = bool(_DATA.search(folded)) or any(
        passage.words[name].found(passage.text) for name in ("records", "data_categories")
    )
    if _OTHER_PERIODS.search(clause) and not (keeps and about_data):
        return False
    if passage.block.topics == {"security"}:
        return about_data
    return about_data or passage.block.kind in ("item", "cell") or bool(passage.purposes)


def read_retention(passage: Passage) -> Iterator[Draft]:
    """One statement per period, or one for open-ended wording, with what the sentence says of it."""
    if not is_retention(passage) or _NOT_OURS.search(passage.folded):
        return
    periods = [item for item in find_periods(passage.text, passage.words) if _is_of_keeping(passage, item.start)]
    in_section = passage.about("retention")
    if passage.about("cookies") and (cookie_lifetimes(passage.folded) or is_cookie_entry(passage.block)):
        return  # the cookies' own statements hold them
    if periods:
        last = 0
        for position, period in enumerate(periods):
            until = periods[position + 1].start if position + 1 < len(periods) else len(passage.text)
            until = _clause_end(passage.folded, period.end, until) if position + 1 < len(periods) else until
            before, after = passage.text[last : period.start], passage.text[period.end : until]
            statement = RetentionStatement(
                period=period.iso,
                qualifier=_qualifier(passage, before[-45:], after[:25]),
                starts_at=_start(passage, before, after),
                scope=_scope(passage, before, after, position),
                condition=_conditions(passage, after if position else passage.text),
                disposal=ordered(passage.keys("disposals")),
            )
            last = until
            yield Draft(
                StatementKind.RETENTION, _subject(statement.scope), statement.render(), 0.9 if in_section else 0.8
            )
        if passage.keys("open_ended") and passage.words["open_ended"].found(passage.text[: periods[0].start]):
            yield from _open_ended(passage)
        return
    yield from _open_ended(passage)


def _open_ended(passage: Passage) -> Iterator[Draft]:
    text = passage.text
    wordings = passage.keys("open_ended")
    in_list = passage.words["open_ended"].found(passage.block.lead) or "as long as" in passage.words[
        "qualifiers"
    ].found(passage.block.lead)
    disposals = ordered(passage.keys("disposals"))
    conditions = ordered((*wordings, *_conditions(passage, text)))
    kept = {"keep", "delete"} & (passage.cues | passage.context_cues)
    if (passage.block.is_lead and not wordings) or (_OTHER_PERIODS.search(passage.folded) and not kept):
        return
    scope = _scope(passage, text, "", 0)
    says_so = passage.about("retention") and kept and (disposals or conditions or scope)
    if not (wordings or (in_list and conditions) or says_so):
        return
    if "possibly" in passage.cues and not passage.about("retention"):
        return
    statement = RetentionStatement(
        period=OPEN_ENDED if wordings or in_list else "NOT STATED",
        qualifier=Qualifier.AS_LONG_AS if wordings or in_list else Qualifier.NOT_STATED,
        starts_at=_event(passage, text),
        scope=scope,
        condition=conditions,
        disposal=disposals,
    )
    yield Draft(StatementKind.RETENTION, _subject(statement.scope), statement.render(), 0.8)


def _subject(scope: tuple[str, ...]) -> str:
    return scope[0] if scope else "NOT STATED"


def _clause_end(folded: str, start: int, end: int) -> int:
    match = _CLAUSE.search(folded, start, end)
    if match:
        return match.start()
    comma = folded.find(",", start, end)
    return comma if comma >= 0 else min(start + 40, end)


def _without_start(passage: Passage, text: str) -> str:
    """Without the event from which the period runs: the purchase of "10 years from the purchase" is no scope."""
    for hit in passage.words["start_events"].find(text):
        text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
    return text


def _qualifier(passage: Passage, before: str, after: str) -> Qualifier:
    """The firmest word near the period: "typically up to" is typical, not a maximum."""
    keys = set(passage.words["qualifiers"].found(before))
    if re.match(r"\s*(?:or|arba|ar)\s+(?:longer|more|ilgiau|daugiau)|\s*or until", after.lower()):
        return Qualifier.AT_LEAST
    for key in ("typically", "at least", "up to"):
        if key in keys:
            return _QUALIFIERS[key]
    return Qualifier.EXACTLY


def _event(passage: Passage, text: str) -> StartEvent:
    keys = passage.words["start_events"].found(text)
    return StartEvent(keys[0]) if keys else StartEvent.NOT_STATED


def _start(passage: Passage, before: str, after: str) -> StartEvent:
    event = _event(passage, after)
    return event if event is not StartEvent.NOT_STATED else _event(passage, before[-90:])


def _scope(passage: Passage, before: str, after: str, position: int) -> tuple[str, ...]:
    """What the period is for: the nearest words before it, the label, the lead-in, else what follows."""
    words = passage.words
    if passage.block.kind == "cell":
        # The row's data, where the table has a column of them, else its purposes.
        row = passage.block.lead
        keys = [*words["records"].found(row), *words["data_categories"].found(row)]
        keys += words["special_categories"].found(row)
        if keys or passage.block.purposes:
            return ordered(keys) or passage.block.purposes
    # "(up to 5 years for accounting)": what follows says it more closely than what the sentence began with.
    candidates = [after] if re.match(r"\s*(?:for|del)\s(?!as long|the purposes?\b)", after) else []
    if candidates and purposes_in(after, words):
        # "order data for 6 years for accounting": the data stand before the period, what it serves after it.
        data = [*words["records"].found(before[-60:]), *words["data_categories"].found(before[-60:])]
        if data:
            return ordered((*data, *purposes_in(after, words)))
    candidates.append(before)
    after = _without_start(passage, after)
    if position == 0 or passage.block.kind in ("item", "cell"):
        candidates.append(passage.block.label if passage.block.kind == "item" else "")
    candidates += [after, passage.context, passage.block.section]
    for text in candidates:
        keys = [*words["records"].found(text), *words["data_categories"].found(text), *purposes_in(text, words)]
        if keys:
            return ordered(keys)
    return ()


def _conditions(passage: Passage, text: str) -> tuple[str, ...]:
    return ordered(passage.words["conditions"].found(text))
