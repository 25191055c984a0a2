"""Reads who the controller is, how to reach it, and the date of the notice. GDPR Art. 13(1)(a), (b).

Belongs here: names with a legal form, codes, addresses, contacts. Does not belong here: recipients that are
companies too (``recipients``) and the authority's contacts (``rights``).
"""

import re
from collections.abc import Iterator

from ropa_pipeline.model.terms import StatementKind
from ropa_pipeline.notice.addresses import find_address
from ropa_pipeline.notice.dates import find_dates
from ropa_pipeline.notice.passage import Draft, Passage, between

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?<![.-])")
_PHONE = re.compile(
    r"(?<![\w/.-])(\+\d[\d\s()./-]{6,18}\d|\(?8[-\s(]\s?\d[\d\s()./-]{5,12}\d|0\d{2,4}[\s-]\d{3,4}[\s-]?\d{3,4})(?!\d)"
)
_SITE = re.compile(
    r"(?<![\w@.-])(?:https?://)?(?:www\.)?((?:[a-z0-9-]{1,40}\.){1,3}[a-z]{2,8})(?:/[\w./?=&%-]*)?(?![\w@])", re.I
)
_PREFIXED = re.compile(
    r"(?<!\w)(?:UAB|MB|AB|IĮ|VšĮ|VŠĮ|SIA|OÜ|AS|TŪB|KŪB|ŽŪB)\s+"
    r"(?:[\"„“”«]\s*[^\"“”„»«]{2,60}[\"“”»]|[A-ZĄČĘĖĮŠŲŪŽ0-9][\w&'.-]*(?:\s+[A-ZĄČĘĖĮŠŲŪŽ0-9&][\w&'.-]*){0,4}(?:(?:\s+[a-ząčęėįšųūž]{2,}){1,3}(?=\s*[(,]))?)"
)
_SUFFIXED = re.compile(
    r"[\"„“”]?(?<![\w&'.-])([A-ZĄČĘĖĮŠŲŪŽ0-9][\w&'.-]*(?:\s+[A-ZĄČĘĖĮŠŲŪŽ0-9&][\w&'.-]*){0,4})[\"“”]?,?\s+"
    r"(?:UAB|MB|AB|IĮ|VšĮ|LLC|Ltd\.?|LTD\.?|LIMITED|Limited|LLP|PLC|plc|GmbH(?: & Co\. KG)?|UG|AG|KG|e\.K\.|Inc\.?"
    r"|Corp\.?|OÜ|SIA|AS|S\.A\.|SAS|SARL|S\.r\.l\.|B\.V\.|BV|Oy|ApS|A/S|s\.r\.o\.|Sp\. z o\.o\.)(?![\w])"
)
_CODE = re.compile(r"\W{0,4}(?:(?:no|nr|number|is|yra)\W{0,3})?([A-Z]{0,3}\s?\d(?:\s?\d){5,12})(?!\d)", re.I)
_ADDRESS_END = re.compile(
    r",?\s+(?:is|are|which|who|e-?mail|tel|phone|telephone|company|hereinafter|hereafter|el\.|įm|yra|toliau|kodas|PVM|VAT"
    r"|registr\w*|contact|website|and the|and is|duomenys|tvarko|mob)(?!\w)"
    r"|,\s+(?-i:[a-ząčęėįšųūž]{5,})|;|\s\(|\.\s+(?=[A-ZĄČĘĖĮŠŲŪŽ])(?<=[a-ząčęėįšųūž]{4}\.\s)|\.$|$",
    re.I,
)
_ICO_TITLE = re.compile(r"^(.{2,60}?)\s+customer privacy notice$", re.I)
_OWN_TITLE = re.compile(
    r"^(.{2,60}?)(?:'s|’s)?\s*[-–—:|]?\s+(?:privacy (?:policy|notice|statement)|privatumo politika)$", re.I
)
_OF_ANOTHER_TEXT = re.compile(
    r"\bas amended (?:on|by)\W*$|\b(?:previous|earlier|old|former) version\b|\breplaces the version\b|\bankstesn\w+"
    r"|\bnext review\b|\bcouncil of (?:\d{1,2} )?$"
)
_OF_A_LAW = re.compile(
    r"^\w+\W+(?:(?:\d+|d|europos|parlamento|ir|tarybos|lietuvos|respublikos|bendr\w+|duomenu|apsaugos|of|the|and|european"
    r"|parliament|council|general|data|protection)\W+){0,9}(?:reglament|direktyv|istatym|regulation|directive)"
)
"""The date of a law: what follows it."""
_IN_EFFECT = re.compile(r"\beffective\b|\bapplies from|\bin force|\btaikom\w+ nuo|\bgalioj\w+ nuo|\bisigalio\w+")
"""Of several dates, the one from which the text applies."""
_COLLECTED_THROUGH = re.compile(
    r"(?:\bcontroller\b[^.]{0,90}\b(?:through|via|on|at|visit)"
    r"|\bvaldytoj[^.]{0,90}\b(?:parduotuve|svetaine|tinklalapi\w*))\s(?=(?:https?://|www\.))"
)
"""The site of which somebody is the controller."""
_ELSEWHERE = re.compile(
    r"contact details (?:at the top|above|below|given)|(?:virsuje|zemiau) nurodyt\w+ kontakt|nurodytais kontaktais"
)
_TOUCHED = re.compile(
    r"\blast \w+(?:ed|t)\b|^(?:\w+ed|version)\b|\bpaskutin\w+ (?:\w+ )?(?:dat|kart|perziur|pakeit|redag)|perziuret"
)
"""Words for the day on which somebody last had the text in hands, whatever was done to it."""
_PERSON = r"([A-ZĄČĘĖĮŠŲŪŽ][\w'’-]+(?:\s(?:&\s|and\s(?=[A-Z])|of\s(?=[A-Z]))?[A-ZĄČĘĖĮŠŲŪŽ][\w'’-]+){0,3})"
_IS_US = (
    re.compile(r"\b(?:[Mm]es esame|[Mm]es [–-]|[Ww]e are|[Ww]e['’]re)\s+[\"„“]([^\"„“”]{2,60})[\"“”]"),
    re.compile(r"^([A-ZĄČĘĖĮŠŲŪŽ][\w-]*(?:\s[\w-]+){0,3}, (?:UAB|MB|AB|IĮ|VšĮ))\b"),
    re.compile(
        rf"\b(?:[Ww]e are|[Ww]e['’]re|I am|I['’]m|[Mm]es esame|[Mm]es [–-])\s+"
        rf"[\"„“]?{_PERSON}[\"”“]?(?=[,(.]|\s(?:–|-|and|ir|\())"
    ),
    re.compile(
        rf"(?:[Cc]ontroller(?: is)?|CONTROLLER|[Vv]aldytoja[s]?(?: yra)?|Pardavėjas)\s*[:–—-]?\s+"
        rf"[\"„“]?{_PERSON}[\"”“]?(?=[,(.]|\s[–(-]|$)"
    ),
    re.compile(
        rf"^[\"„“]?{_PERSON}[\"”“]?,?\s*\("
        r"(?:[\"„“']?(?:we|us|our|the Company|the Shop|the Store|hereinafter|toliau|mes))\b"
    ),
)
"""A controller without a legal form: a shop's or a trader's name where the text says who "we" are."""
_PLACES = ("controller", "contact", "intro")


def read_notice_date(passage: Passage) -> Iterator[Draft]:
    """The date beside words such as "last updated", or standing alone at the head of the notice."""
    # The date of a law, or of its change, is not that of the notice.
    dates = [
        item
        for item in find_dates(passage.text, passage.words)
        if not _OF_ANOTHER_TEXT.search(passage.folded[: item.start])
        and not _OF_A_LAW.match(passage.folded[item.start : item.start + 150])
    ]
    if not dates:
        return
    is_bare = passage.block.line_from <= 12 and len(passage.text) <= 40
    is_bare = is_bare or (len(passage.text) <= 90 and bool(_TOUCHED.search(passage.folded)))
    if "dated" in passage.cues or passage.about("dated") or is_bare:
        chosen = dates[0]
        cue = next((hit.start for hit in passage.words.cues["dated"].find_folded(passage.folded)), 0)
        chosen = next((item for item in dates if item.start >= cue), chosen)
        effect = _IN_EFFECT.search(passage.folded)
        if effect:
            chosen = next((item for item in dates if item.start >= effect.end()), chosen)
        yield Draft(StatementKind.NOTICE_DATE, "last updated", chosen.text, 0.95 if "dated" in passage.cues else 0.7)


def read_controller(passage: Passage) -> Iterator[Draft]:
    """Name, company code, VAT code, address and country of the controller."""
    is_lead = "lead_controller" in passage.cues
    elsewhere = passage.about("recipients", "cookies", "transfers", "complaint", "rights", "security")
    if passage.keys("authorities") or (elsewhere and not re.search(r"\bcontroller\b|valdytoj", passage.folded)):
        return
    if not (is_lead or passage.about(*_PLACES) or passage.block.line_from <= 8):
        return
    names = _names(passage)
    for name, confidence in names[:1]:
        yield Draft(StatementKind.CONTROLLER, "name", name, confidence)
    # "Company code" and its number on lines of their own.
    is_labelled = any(hit.start == 0 for hit in passage.hits("labels"))
    has_name = bool(names) or is_lead or is_labelled or passage.about("controller", "contact")
    if not has_name:
        return
    yield from _unlabelled_address(passage)
    for hit in passage.hits("labels"):
        rest = passage.text[hit.end : hit.end + 240]
        if hit.key in ("company_code", "vat_code"):
            code = _CODE.match(rest)
            if code:
                subject = "company code" if hit.key == "company_code" else "VAT code"
                yield Draft(StatementKind.CONTROLLER, subject, re.sub(r"\s", "", code[1]), 0.95)
        elif (
            hit.key == "address" and re.match(r"\W{0,4}[\w„\"]", rest) and not re.match(r"\s+(?:bar|of|to|and)\b", rest)
        ):
            rest = re.sub(r"^\W{0,3}(?:is|yra|at)\s+", "", rest)
            end = _ADDRESS_END.search(rest)
            address = between(rest, 0, end.start() if end else len(rest))
            if 8 <= len(address) <= 160 and ("," in address or re.search(r"\d", address)) and "@" not in address:
                yield Draft(StatementKind.CONTROLLER, "address", re.sub(r"^(?:is|yra)\s+", "", address), 0.85)


def _unlabelled_address(passage: Passage) -> Iterator[Draft]:
    """An address that no word announces, by its form."""
    address = "" if any(hit.key == "address" for hit in passage.hits("labels")) else find_address(passage.text)
    if address:
        yield Draft(StatementKind.CONTROLLER, "address", address, 0.7)


def company_names(text: str) -> list[str]:
    """Names with a legal form, in order: ``Example Shop Ltd``, ``UAB Pavyzdys``.

    >>> company_names('collected by "Example Analytics Ireland Limited" (Dublin)')
    ['Example Analytics Ireland Limited']
    """
    spans = sorted([match.span() for pattern in (_SUFFIXED, _PREFIXED) for match in pattern.finditer(text)])
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return [_unquoted(text[start:end]) for start, end in kept]


def _unquoted(name: str) -> str:
    """Without quotes around all of it; those around a part of it stay."""
    bare = name.strip(" ,") if re.search(r"\b[A-Za-z]\.[A-Za-z]\.$", name.strip(" ,")) else name.strip(" ,.")
    quotes = sum(bare.count(mark) for mark in '"„“”')
    return bare if quotes % 2 == 0 and bare[:1] not in '"„“”' else bare.strip(' ,."„“”')


def _names(passage: Passage) -> list[tuple[str, float]]:
    """Candidates for the controller's name, the surest first."""
    if passage.keys("systems"):
        return []
    text = passage.text
    suffixed = [(match.start(), match.end()) for match in _SUFFIXED.finditer(text)]
    prefixed = [(match.start(), match.end()) for match in _PREFIXED.finditer(text)]
    spans = sorted(suffixed + prefixed)
    if spans:
        start, end = spans[0]
        # "X LLC (UAB X)": one company named in two languages.
        end = max([end, *(stop for first, stop in spans if first - end <= 3 and stop > end)])
        name = _unquoted(text[start:end]) if re.search(r"\.\w\.$", text[start:end]) else text[start:end].strip(" ,.")
        return [(name + ")" if name.count("(") > name.count(")") else name, 0.9)]
    for pattern in _IS_US:
        found = pattern.search(text)
        if found and not all(passage.words.is_ordinary(word) for word in found[1].split()):
            return [(found[1], 0.7)]
    title = _ICO_TITLE.match(text)
    if title:
        return [(title[1].strip(), 0.85)]
    label = next((hit for hit in passage.hits("labels") if hit.key == "name" and hit.start == 0), None)
    if label and re.match(r"\s*:\s*\S", text[label.end :]) and len(text) <= 100:
        return [(between(text, label.end, len(text)), 0.8)]
    return []


def read_contacts(passage: Passage) -> Iterator[Draft]:
    """E-mail, telephone and website that the controller declares; those of the data protection officer apart."""
    if passage.keys("authorities"):
        return
    addresses = [match.span() for match in _EMAIL.finditer(passage.text)]
    # "dpo@..." alone says nothing of an officer.
    is_officer = any(
        hit.key == "dpo" and not any(first <= hit.start < last for first, last in addresses)
        for hit in passage.hits("labels")
    )
    prefix = "data protection officer " if is_officer else ""
    if _ELSEWHERE.search(passage.folded) and not _EMAIL.search(passage.text):
        yield Draft(StatementKind.CONTACT, "as given elsewhere in the notice", "see the contact details", 0.7)
    for match in _EMAIL.finditer(passage.text):
        yield Draft(StatementKind.CONTACT, f"{prefix}e-mail", match[0].lower(), 0.95)
    if passage.about("recipients", "cookies", "transfers"):
        return
    has_label = any(hit.key == "phone" for hit in passage.hits("labels"))
    for match in _PHONE.finditer(passage.text):
        if passage.words["authorities"].first(passage.context):
            return  # the telephone of the authority, below "The authority's address:"
        if has_label or (
            match[1].startswith("+") and (passage.about("contact", "controller") or "lead_controller" in passage.cues)
        ):
            yield Draft(StatementKind.CONTACT, f"{prefix}telephone", " ".join(match[1].split()), 0.9)
    yield from _websites(passage)


def _websites(passage: Passage) -> Iterator[Draft]:
    labels = [hit for hit in passage.hits("labels") if hit.key == "website"]
    of_controller = _COLLECTED_THROUGH.search(passage.folded)
    if (
        not (labels or of_controller)
        or passage.keys("systems")
        or not (passage.about(*_PLACES, "changes") or passage.block.line_from <= 12)
    ):
        return
    text = _EMAIL.sub(lambda match: " " * len(match[0]), passage.text)
    for match in _SITE.finditer(text):
        near = any(abs(match.start() - hit.end) <= 20 or abs(hit.start - match.end()) <= 20 for hit in labels)
        near = near or (of_controller is not None and of_controller.end() == match.start())
        if near and not match[1].lower().endswith((".pdf", ".g")):
            yield Draft(StatementKind.CONTACT, "website", match[0].rstrip("/.").lower(), 0.9)
            return
