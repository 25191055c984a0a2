"""Made-up persons, codes and dates for the samples, all from one seeded source.

Belongs here: values that cannot be anybody's: first names of many people with invented surnames, e-mail
addresses under example.com and example.org (RFC 2606), telephone numbers of a made-up block (+370 600 00xxx)
and of Ofcom's drama range (07700 900xxx), IBANs with a valid checksum on bank code 99999, which is no bank's,
national personal codes with a valid checksum for births in the years 1850 to 1869, wallets of random bytes.
Does not belong here: what a file looks like.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

SEED = 30_2018_679
AS_OF = date(2026, 11, 1)

_LT = (
    (
        "Jonas",
        "Petras",
        "Mantas",
        "Tomas",
        "Lukas",
        "Paulius",
        "Darius",
        "Andrius",
        "Ona",
        "Rūta",
        "Eglė",
        "Jūratė",
        "Živilė",
        "Aušra",
        "Ieva",
        "Greta",
    ),
    (
        "Pavyzdauskas",
        "Bandomaitis",
        "Mėginauskas",
        "Netikraitis",
        "Išgalvotas",
        "Testulis",
        "Modelauskas",
        "Šablonaitis",
        "Mėginienė",
        "Pavyzdaitė",
        "Netikrienė",
        "Bandytė",
        "Šablonytė",
        "Išgalvotienė",
        "Testulytė",
        "Modelaitė",
    ),
)
_UK = (
    ("Alice", "Robert", "Emma", "James", "Olivia", "Harry", "Grace", "Thomas"),
    ("Exampleham", "Testerby", "Samplewick", "Mockton", "Fauxley", "Placehold", "Dummerby", "Fictionham"),
)
_LT_TOWNS = (
    ("Klaipėda", "91234"),
    ("Vilnius", "01100"),
    ("Kaunas", "44200"),
    ("Šiauliai", "76200"),
    ("Panevėžys", "35100"),
)
_UK_TOWNS = (("Sampleton", "ZZ1 1AA"), ("Mockford", "ZZ9 9ZZ"), ("Fauxbridge", "ZZ3 4TT"))
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PLAIN = str.maketrans("ąčęėįšųūžĄČĘĖĮŠŲŪŽ", "aceeisuuzACEEISUUZ")


@dataclass(frozen=True)
class Person:
    """A made-up person."""

    number: int
    first: str
    last: str
    email: str
    phone: str
    street: str
    town: str
    postcode: str
    iban: str
    personal_code: str
    wallet: str

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


class Source:
    """A seeded source of values; the same seed and the same order of calls give the same values."""

    def __init__(self, name: str) -> None:
        self.random = random.Random(f"{SEED}/{name}")

    def people(self, count: int, *, british: bool = False) -> tuple[Person, ...]:
        """``count`` different persons."""
        firsts, lasts = _UK if british else _LT
        return tuple(self._person(number, firsts, lasts, british) for number in range(1, count + 1))

    def _person(self, number: int, firsts: tuple[str, ...], lasts: tuple[str, ...], british: bool) -> Person:
        first, last = self.random.choice(firsts), self.random.choice(lasts)
        town, postcode = self.random.choice(_UK_TOWNS if british else _LT_TOWNS)
        mailbox = f"{first}.{last}{number}".lower().translate(_PLAIN)
        home = self.random.randint(1, 90)
        return Person(
            number=number,
            first=first,
            last=last,
            email=f"{mailbox}@example.{self.random.choice(('com', 'org'))}",
            phone=f"+44 7700 900{number % 1000:03d}" if british else f"+370 600 00{number % 1000:03d}",
            street=f"{home} Sample Street" if british else f"Pavyzdžių g. {home}",
            town=town,
            postcode=postcode,
            iban=self.iban(),
            personal_code=self.personal_code(),
            wallet=self.base58(44),
        )

    def digits(self, count: int) -> str:
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def hexadecimal(self, count: int) -> str:
        return "".join(self.random.choice("0123456789abcdef") for _ in range(count))

    def base58(self, count: int) -> str:
        return "".join(self.random.choice(_BASE58) for _ in range(count))

    def iban(self) -> str:
        """A Lithuanian IBAN with a valid checksum (ISO 13616) on a bank code that no bank has."""
        account = "99999" + self.digits(11)
        return f"LT{98 - int(account + '212900') % 97:02d}{account}"

    def personal_code(self) -> str:
        """Eleven digits with a valid checksum, for a birth in 1850 to 1869: nobody alive has such a code."""
        born = date(1850, 1, 1) + timedelta(days=self.random.randrange(7_000))
        front = f"{self.random.choice('12')}{born:%y%m%d}{self.digits(3)}"
        return front + _check_digit(front)

    def company_code(self) -> str:
        """Nine digits that begin as no company's code does (0), with a valid checksum."""
        front = "09" + self.digits(6)
        for weights in (range(1, 9), (3, 4, 5, 6, 7, 8, 9, 1)):
            check = sum(weight * int(digit) for weight, digit in zip(weights, front, strict=True)) % 11
            if check < 10:
                return f"{front}{check}"
        return f"{front}0"

    def address(self) -> str:
        """An IPv4 address of the documentation ranges (RFC 5737)."""
        return f"{self.random.choice(('192.0.2', '198.51.100', '203.0.113'))}.{self.random.randint(1, 254)}"

    def when(self, oldest: int, newest: int) -> datetime:
        """A moment between that many days before the samples' date."""
        day = AS_OF - timedelta(days=self.random.randint(newest, oldest))
        return datetime(day.year, day.month, day.day, self.random.randint(7, 21), self.random.randint(0, 59))

    def amount(self, least: int = 5, most: int = 240) -> str:
        return f"{self.random.randint(least, most)}.{self.random.choice((0, 49, 90, 99)):02d}"

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)


def _check_digit(front: str) -> str:
    for offset in (0, 2):
        check = sum(((place + offset) % 9 + 1) * int(digit) for place, digit in enumerate(front)) % 11
        if check < 10:
            return str(check)
    return "0"
