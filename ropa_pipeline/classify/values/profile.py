"""Turns cell values into counts of recognised patterns.

Belongs here: the ordered tuple of detectors and the counting. Does not belong here: single shapes. A cell may have
several shapes (a ten-digit number can be an NHS number and an integer IP): each is counted, the classifier weighs.
Memory: values are told apart within one call and forgotten with it.
"""

from collections.abc import Callable, Iterable

from ropa_pipeline.classify.values import codes, contact, online, person
from ropa_pipeline.classify.values.likely import likely
from ropa_pipeline.classify.values.structured import leaves, open_cell
from ropa_pipeline.model.observation import NestedKey, PatternShare, ValueProfile

MAX_KEYS = 200
_ZERO = frozenset({"", "0000-00-00", "0000-00-00 00:00:00", "null", "none", "nan", "nat", "-", "n/a"})

Detector = tuple[str, Callable[[str], bool]]

DETECTORS: tuple[Detector, ...] = (
    ("email", contact.is_email),
    ("phone", contact.is_phone),
    ("iban", codes.is_iban),
    ("card", codes.is_card),
    ("card_masked", codes.is_card_masked),
    ("personal_code_lt_ee", codes.is_personal_code_lt_ee),
    ("personal_code_lv", codes.is_personal_code_lv),
    ("personal_code_pl", codes.is_personal_code_pl),
    ("nino_uk", codes.is_nino_uk),
    ("nhs_uk", codes.is_nhs_uk),
    ("vat_code", codes.is_vat_code),
    ("company_code", codes.is_company_code),
    ("ip", online.is_ip),
    ("ip_integer", online.is_ip_integer),
    ("mac", online.is_mac),
    ("user_agent", online.is_user_agent),
    ("uuid", online.is_uuid),
    ("password_hash", online.is_password_hash),
    ("hex_token", online.is_hex_token),
    ("jwt", online.is_jwt),
    ("wallet_address", online.is_wallet_address),
    ("signature", online.is_signature),
    ("gps_pair", person.is_gps_pair),
    ("birth_date", person.is_birth_date),
    ("person_name", person.is_person_name),
    ("number_small", lambda text: text.isdigit() and len(text) <= 6),
)
"""Pattern name and detector, strict shapes first; which of them a cell is asked for: :mod:`...values.likely`."""
_BY_NAME = dict(DETECTORS)


def profile_values(values: Iterable[object]) -> ValueProfile:
    """What a column's values look like: one profile per call, nothing of a value in it.

    Empty cells, zero dates and blanks are counted as empty. Structured cells are opened, and their keys profiled
    (``nested``). Never raises for a value.

    >>> profile_values(["a@example.com", "b@example.org", None]).patterns
    (PatternShare(pattern='email', matched=2),)
    """
    looked_at = empty = 0
    counts: dict[str, int] = {}
    distinct: set[int] = set()
    inner: dict[str, list[object]] = {}
    seen: dict[str, tuple[str, ...]] = {}
    for value in values:
        text = _text(value)
        if text.lower() in _ZERO:
            empty += 1
            continue
        looked_at += 1
        distinct.add(hash(text))
        structure = value if isinstance(value, dict | list) else open_cell(text)
        if structure is not None:
            counts["structured"] = counts.get("structured", 0) + 1
            for path, leaf in leaves(structure):
                if path in inner or len(inner) < MAX_KEYS:
                    inner.setdefault(path, []).append(leaf)
        if len(text) <= 512:
            names = seen.get(text)
            if names is None:
                names = seen[text] = tuple(name for name in likely(text) if _BY_NAME[name](text))
            for name in names:
                counts[name] = counts.get(name, 0) + 1
    nested = tuple(NestedKey(path=path, profile=profile_values(inner[path])) for path in sorted(inner))
    return ValueProfile(
        looked_at=looked_at,
        distinct=len(distinct),
        empty=empty,
        patterns=tuple(PatternShare(pattern=name, matched=counts[name]) for name in sorted(counts)),
        nested=nested,
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace").strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
