"""Splits names of columns and tables into plain lower-case tokens.

Belongs here: folding of diacritics and Cyrillic, splitting at case, digits and separators. Does not belong here:
what a token means (:mod:`ropa_pipeline.classify.matcher`).
"""

import re
import unicodedata
from functools import lru_cache

MAX_NAME = 256
"""Characters of a name that are read; no database allows longer ones, and it bounds the work per column."""

MOST_REMEMBERED = 10_000
"""Names and words whose reading is kept: five shops' worth, some 30 MB. With more a worker grows with every shop."""
_LETTERS = str.maketrans(
    {
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "AE",
        "œ": "oe", "Œ": "OE", "þ": "th", "ð": "d",
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
        "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "",
        "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "i", "є": "e", "ґ": "g",
        "’": "'", "`": "'",
    }
)  # fmt: skip
_NUMBER_SIGN = re.compile(r"(?<![^\W_])(?:№|nº|n°|n\.º|n\.°|#)", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SMS_LIKE = re.compile(r"(?<=[a-z])(?<!\bip)-(?=mail|post|adres|postadres|past)", re.IGNORECASE)
_LAST_FOUR = re.compile(r"last[ _-]?4(?!\d)", re.IGNORECASE)
_LETTER = re.compile(r"(?<![^\W_])[^\W\d_](?![^\W_])")
_TYPE_PREFIXES = frozenset(
    {"str", "txt", "int", "lng", "bln", "dt", "dte", "fld", "col", "chr", "vch", "tx", "sz", "c"}
)
_OF_A_TRANSACTION = frozenset({"hash", "id", "ref", "date", "amount", "fee", "type", "status", "time", "reference"})
"""After "tx" these make a transaction of it, not a mark of a type."""


@lru_cache(maxsize=MOST_REMEMBERED)
def fold(text: str) -> str:
    """The text in plain Latin letters, without diacritics; case is kept where it parts words.

    >>> fold("Gavėjo el. paštas"), fold("Телефон")
    ('Gavejo el. pastas', 'telefon')
    """
    if text.isascii():
        return _NUMBER_SIGN.sub(" nr ", text) if "#" in text else text
    lowered = "".join(char.lower() if "\u0400" <= char <= "\u04ff" else char for char in text[:MAX_NAME])
    decomposed = unicodedata.normalize("NFKD", _NUMBER_SIGN.sub(" nr ", lowered).translate(_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_LETTERS)


@lru_cache(maxsize=MOST_REMEMBERED)
def tokenise(name: str) -> tuple[str, ...]:
    """The words of a name, in order; digits, single letters and type prefixes are left out.

    >>> tokenise("strBillingFirstName"), tokenise("SMSOptIn_2"), tokenise("E-mail (work)")
    (('billing', 'first', 'name'), ('sms', 'opt', 'in'), ('email', 'work'))
    >>> tokenise("HTTPReferer"), tokenise("id"), tokenise("")
    (('http', 'referer'), ('id',), ())
    """
    plain = fold(name[:MAX_NAME])
    if "-" in plain:
        plain = _SMS_LIKE.sub("", plain)
    if "4" in plain:
        plain = _LAST_FOUR.sub("last four", plain)
    words = [match.lower() for match in _WORD.findall(plain)]
    if len(words) > 1 and words[0] in _TYPE_PREFIXES and (words[0] != "tx" or words[1] not in _OF_A_TRANSACTION):
        words = words[1:]
    return tuple([word for word in words if len(word) > 1]) or tuple(words)


@lru_cache(maxsize=MOST_REMEMBERED)
def abbreviated(name: str) -> tuple[str, ...]:
    """The words of a name with its single letters, where it has some between separators; else nothing.

    Headings are shortened to letters ("A. k.", "El. p.", "k_nr"); which neighbours a letter belongs to is for the
    lexicon to say.

    >>> abbreviated("A. k."), abbreviated("k_nr"), abbreviated("kKunde"), abbreviated("email")
    (('a', 'k'), ('k', 'nr'), (), ())
    """
    if len(name) > 40 or _LETTER.search(name) is None:
        return ()
    return tuple(match.lower() for match in _WORD.findall(fold(name)))


def letters_of(name: str) -> tuple[str, ...]:
    """The words of the last part of a name, single letters kept: what stands around its numbers.

    >>> letters_of("form.attr_12"), letters_of("u1"), letters_of("Доп. поле 1")
    (('attr',), ('u',), ('pole',))
    """
    return tuple(match.lower() for match in _WORD.findall(fold(name[:MAX_NAME].rpartition(".")[2])))


def shared_start(one: str, other: str) -> str:
    """What two names begin with; of the first and the last of many in order, what all begin with."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return one[:length]


def singular(token: str) -> str:
    """A table's word in the singular.

    >>> singular("orders"), singular("entries"), singular("address")
    ('order', 'entry', 'address')
    """
    if token.endswith("ies") and len(token) > 4:
        return token[:-3] + "y"
    return token[:-1] if len(token) > 3 and token.endswith("s") and not token.endswith("ss") else token
