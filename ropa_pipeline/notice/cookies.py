"""Reads cookies and what is said of consent to them. ePrivacy Directive Art. 5(3), GDPR Art. 7(3), 13.

Belongs here: rows of cookie tables, cookies named in lists, classes of cookies, consent and its withdrawal.
Does not belong here: finding tables (``tables``), what cookies are known to be (``mappings/reference``).
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.notice import CookieStatement
from ropa_pipeline.model.terms import ConsentCategory, StatementKind
from ropa_pipeline.notice.passage import Draft, Passage, ordered, purposes_in
from ropa_pipeline.notice.periods import lifetime_of
from ropa_pipeline.notice.structure import Block
from ropa_pipeline.notice.tables import TableRow
from ropa_pipeline.notice.words import Words

_TOKEN = re.compile(r"^[\"'“„`(]?([A-Za-z_][\w.*#<>\[\]-]{1,60})[\"'”“`)]?\s*(?:[,(:–—]|-\s|\s)")
_LASTS = re.compile(
    r"((?:[\w-]+ ){0,3}(?:cookies?|slapuk\w+)) (?:will |is |are |yra )*"
    r"(?:lasts?|expires?|stored|kept|retained|valid|remain\w*|stay\w*|galioja|saugom\w+)"
    r"((?:(?!\bcookies?\b|\bslapuk)[^.;]){1,60}?)(?=[,.;]|$)"
)
_CALLED = re.compile(
    r"\bcookies? (?:called|named) [\"'“„`]?([\w.*-]+\w\*?)"
    r"|\bslapuk\w+ [\"“„]([\w.*-]+)[\"”“]|\b(?:sets?|sets the cookie|uses) [\"'“„`]?(_\w[\w*-]*)",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"[\"'“„`]?[\w.*#-]*[_\dA-Z*#][\w.*#-]*[\"'”“`]?\s*(?:[–—:(,]|-\s)")
_LIVES = re.compile(
    r"\bsession|\bpersistent|\bexpires|\d\s?(?:min|h|d|w|m|y)\w*\b|\bsesij|\bgalioja"
    r"|\b(?:one|two|three|six) (?:d|w|m|y)"
)
_ARTICLE = re.compile(r"^(?:(?:and|the|these|this|our|all|such|ir|sie|visi) )+")
_ONLY = re.compile(r"\b(?:only|just|tik)\s+(?:the |uses? |set |naudoja\w+ )?([\w-]+)\s+(?:ones|cookies|slapuk\w+)")
_ONLY_CLASS = re.compile(r"\btik (?:pacius )?(butin\w+|technin\w+)(?! (?:duomen|inform))")
_NO_COOKIES = re.compile(
    r"\b(?:no|without|neither) (?:[\w-]+ ){0,3}cookies\b|\bslapuk\w+ (?:nera|nenaudo\w+|nededa\w+)"
    r"|\bjokiu (?:\w+ )?slapuk"
)
_CLASS = re.compile(r"cookies|technologies|slapuk|technologij")


def cookie_lifetimes(folded: str) -> list[tuple[str, str]]:
    """Classes of cookies whose life a sentence of prose gives, each with the words that give it.

    >>> cookie_lifetimes("login cookies last for two days, and screen cookies last for a year.")
    [('login cookies', ' for two days'), ('screen cookies', ' for a year')]
    """
    return [(_ARTICLE.sub("", match[1]), match[2]) for match in _LASTS.finditer(folded)]


def read_cookie_row(row: TableRow, words: Words, section: str = "") -> Draft:
    """One row of a cookie table. ``section``: its heading, which may name the category of all rows."""
    description = row.cell("purpose")
    # Without a column for it, the description may say that the cookie is necessary or for statistics.
    category = words["cookie_categories"].first(row.cell("category") or description)
    if not row.cell("category"):
        category = words["cookie_categories"].first(section) or category
    value = CookieStatement(
        category=ConsentCategory(category) if category else ConsentCategory.NOT_STATED,
        provider=row.cell("provider").replace(";", ",") or "NOT STATED",
        lifetime=lifetime_of(row.cell("lifetime"), words),
        purposes=ordered(purposes_in(description, words)),
    )
    return Draft(StatementKind.COOKIE, row.cell("name"), value.render(), 0.95 if row.cell("lifetime") else 0.85)


def read_cookies(passage: Passage) -> Iterator[Draft]:
    """Cookies named in a list, and classes of cookies ("essential cookies: for ...")."""
    if not passage.about("cookies") or (_NO_COOKIES.search(passage.folded) and len(passage.text.split()) <= 20):
        return
    block = passage.block
    named = _TOKEN.match(block.text) if not passage.index and is_cookie_entry(block) else None
    if named:
        rest = block.text[named.end(1) :]
        yield Draft(
            StatementKind.COOKIE,
            named[1],
            CookieStatement(
                category=_category(rest, passage.words),
                provider=_provider(rest, passage.words),
                lifetime=lifetime_of(rest, passage.words),
                purposes=ordered(purposes_in(rest, passage.words)),
            ).render(),
            0.8,
        )
        return
    yield from _in_prose(passage)
    if passage.index or _ONLY.search(passage.folded):
        return
    classes = re.search(
        r"\b(?:uses?|use the following|naudoja\w*)\s+((?:[\w-]+,?\s+(?:and |ir )?){2,10})(?:cookies|slapuk)",
        passage.folded,
    )
    if classes and block.kind != "item":
        for name in dict.fromkeys(hit.key for hit in passage.words["cookie_categories"].find_folded(classes[1])):
            value = CookieStatement(category=ConsentCategory(name)).render()
            yield Draft(StatementKind.COOKIE, f"{name} cookies", value, 0.8)
        return
    label = block.label or passage.text[:60]
    found = _CLASS.search(passage.folded[:70])
    category = passage.words["cookie_categories"].first(label if found else "")
    if (
        found
        and category
        and (block.kind == "item" or re.search(r"\b(?:are used|help|used for|skirti|naudojami)\b", passage.folded))
    ):
        yield Draft(
            StatementKind.COOKIE,
            f"{category} cookies",
            CookieStatement(
                category=ConsentCategory(category),
                provider=_provider(block.text, passage.words),
                lifetime=lifetime_of(block.text, passage.words) if re.search(r"\d", block.text) else "NOT STATED",
                purposes=ordered(purposes_in(block.body, passage.words)),
            ).render(),
            0.85,
        )


def is_cookie_entry(block: Block) -> bool:
    """An item of a list, or a paragraph, that begins with a cookie's name: "_ga - statistics, two years"."""
    named = _TOKEN.match(block.text)
    if named is None:
        return False
    is_entry = block.kind == "item" or bool(_ENTRY.match(block.text))
    if is_entry and re.search(r"_|\d|[a-z][A-Z]|[*#]|^[A-Z]{5,}$|^(?:IDE|NID|fr|tr)$", named[1]):
        return True
    # "cart, unique token, persistent for 2 weeks": a plain word in small letters that is given a life.
    return bool(re.match(r"[a-z_]{2,30}(?:,|\s[–—-])\s", block.text) and _LIVES.search(block.text[:300]))


def _in_prose(passage: Passage) -> Iterator[Draft]:
    """Cookies that sentences name, classes whose life they give, and "only necessary cookies"."""
    for match in _CALLED.finditer(passage.text):
        rest = passage.text[match.end() :]
        until = re.search(r"\bcookie\b", rest)
        yield _prose_cookie(match[1] or match[2] or match[3], rest[: until.start()] if until else rest, passage)
    for subject, text in cookie_lifetimes(passage.folded):
        lifetime = lifetime_of(text, passage.words)
        if lifetime != "NOT STATED":
            value = CookieStatement(category=_category(subject, passage.words), lifetime=lifetime).render()
            yield Draft(StatementKind.COOKIE, subject, value, 0.75)
    only = _ONLY.search(passage.folded) or _ONLY_CLASS.search(passage.folded)
    name = passage.words["cookie_categories"].first(only[1]) if only and not passage.index else ""
    if name:
        value = CookieStatement(category=ConsentCategory(name)).render()
        yield Draft(StatementKind.COOKIE, f"{name} cookies", value, 0.75)


def _prose_cookie(name: str, rest: str, passage: Passage) -> Draft:
    value = CookieStatement(
        category=_category(rest, passage.words),
        lifetime=lifetime_of(rest, passage.words),
        purposes=ordered(purposes_in(rest, passage.words)),
    )
    return Draft(StatementKind.COOKIE, name, value.render(), 0.75)


def _category(text: str, words: Words) -> ConsentCategory:
    found = words["cookie_categories"].first(text)
    return ConsentCategory(found) if found else ConsentCategory.NOT_STATED


def _provider(text: str, words: Words) -> str:
    systems = words["systems"].found(text)
    return ",".join(systems) if systems else "NOT STATED"


def read_consent(passage: Passage) -> Iterator[Draft]:
    """When consent is asked, how it is refused, and how it is withdrawn."""
    if passage.about("rights", "legal_basis") and not passage.about("cookies", "purposes"):
        return
    keys = passage.keys("consent")
    if not passage.block.topics:
        keys = tuple(key for key in keys if key.startswith("withdraw"))
    elif not (passage.about("cookies", "purposes", "data", "legal_basis") or passage.purposes):
        return
    subject = _consent_subject(passage)
    for key in keys:
        yield Draft(StatementKind.CONSENT, subject, key, 0.8)


def _consent_subject(passage: Passage) -> str:
    if passage.about("cookies"):
        match = re.search(r"(\w+)\s+(?:cookies|slapuk\w+)", passage.folded)
        near = passage.words["cookie_categories"].first(passage.text[:80] if match else "")
        return f"{near} cookies" if near else "cookies"
    return passage.purposes[0] if passage.purposes else "NOT STATED"
