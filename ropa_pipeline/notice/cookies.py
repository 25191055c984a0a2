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
from ropa_pipeline.notice.tables import TableRow
from ropa_pipeline.notice.words import Words

_TOKEN = re.compile(r"^[\"'“„`(]?([A-Za-z_][\w.*#<>\[\]-]{1,60})[\"'”“`)]?\s*(?:[,(:–—]|-\s|\s)")
_CLASS = re.compile(r"cookies|technologies|slapuk|technologij")


def read_cookie_row(row: TableRow, words: Words) -> Draft:
    """One row of a cookie table."""
    description = row.cell("purpose")
    # Without a column for it, the description may say that the cookie is necessary or for statistics.
    category = words["cookie_categories"].first(row.cell("category") or description)
    value = CookieStatement(
        category=ConsentCategory(category) if category else ConsentCategory.NOT_STATED,
        provider=row.cell("provider").replace(";", ",") or "NOT STATED",
        lifetime=lifetime_of(row.cell("lifetime"), words),
        purposes=ordered(purposes_in(description, words)),
    )
    return Draft(StatementKind.COOKIE, row.cell("name"), value.render(), 0.95 if row.cell("lifetime") else 0.85)


def read_cookies(passage: Passage) -> Iterator[Draft]:
    """Cookies named in a list, and classes of cookies ("essential cookies: for ...")."""
    if not passage.about("cookies") or passage.index:
        return
    block = passage.block
    named = _TOKEN.match(block.text) if block.kind == "item" else None
    if named and re.search(r"_|\d|[a-z][A-Z]|[*#]|^[A-Z]{5,}$|^(?:IDE|NID|fr|tr)$", named[1]):
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
    if not keys or not (passage.about("cookies", "purposes", "data", "legal_basis") or passage.purposes):
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
