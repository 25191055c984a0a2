"""Which provisions stand where the rules cite Union law: by country and date.

Belongs here: the dated list of national provisions and their sources. Does not belong here: rules, periods
(``mappings/retention``). ePrivacy Directive 2002/58/EC Art. 5(3) and 13 are law only as each state transposed
them; in the United Kingdom the UK GDPR stands for the GDPR, and PECR for the Directive.
A provision is chosen by the day the rule is applied, never by the date of a notice.
"""

from dataclasses import dataclass
from datetime import date

STORING = "Directive 2002/58/EC Art. 5(3)"
MESSAGES = "Directive 2002/58/EC Art. 13"


@dataclass(frozen=True)
class NationalProvision:
    """What one country has for a provision of the Directive, and since when."""

    jurisdiction: str
    instead_of: str
    provision: str
    source: str
    valid_from: date | None = None
    valid_to: date | None = None


PROVISIONS: tuple[NationalProvision, ...] = (
    NationalProvision(
        "lt",
        STORING,
        f"{STORING} with the cookie rule of the Law on Electronic Communications",
        "summaries of the Law on Electronic Communications; the number of its article is not confirmed",
    ),
    NationalProvision(
        "lt",
        MESSAGES,
        f"{MESSAGES} with Law on Electronic Communications Art. 81",
        "summary of Art. 81; its wording was not read",
        valid_to=date(2026, 6, 30),
    ),
    NationalProvision(
        "lt",
        MESSAGES,
        f"{MESSAGES} with Law on Electronic Communications Art. 81",
        "summary of Art. 81 as amended on 2026-04-16 (to legal persons: until they object)",
        valid_from=date(2026, 7, 1),
    ),
    NationalProvision("uk", STORING, "PECR reg. 6", "PECR (SI 2003/2426), reg. 6", valid_to=date(2026, 2, 4)),
    NationalProvision(
        "uk",
        STORING,
        "PECR reg. 6 and Schedule A1",
        "PECR (SI 2003/2426) as amended by the Data (Use and Access) Act 2025, in force under SI 2026/82",
        valid_from=date(2026, 2, 5),
    ),
    NationalProvision("uk", MESSAGES, "PECR reg. 22", "PECR (SI 2003/2426), reg. 22"),
)
_UK_GDPR = "UK GDPR and Data Protection Act 2018, which follow the Regulation's numbers"


def in_force(law: str, source: str, jurisdiction: str, as_of: date) -> tuple[str, str]:
    """The provision and its source as they stand in a country on a day; unchanged where nothing is known.

    >>> in_force("GDPR Art. 7(3); Directive 2002/58/EC Art. 5(3)", "the text", "uk", date(2026, 11, 1))[0]
    'UK GDPR Art. 7(3); PECR reg. 6 and Schedule A1'
    >>> in_force("GDPR Art. 7(3)", "the text", "lt", date(2026, 11, 1))
    ('GDPR Art. 7(3)', 'the text')
    """
    sources = [source]
    for item in PROVISIONS:
        in_time = (item.valid_from is None or item.valid_from <= as_of) and (
            item.valid_to is None or as_of <= item.valid_to
        )
        # "Art. 13" must not be found in "Art. 13(1)": the Directive's articles are cited whole.
        if item.jurisdiction == jurisdiction and in_time and item.instead_of in law:
            law = law.replace(item.instead_of, item.provision)
            sources.append(item.source)
    if jurisdiction == "uk" and "GDPR Art." in law and "UK GDPR Art." not in law:
        law = law.replace("GDPR Art.", "UK GDPR Art.")
        sources.append(_UK_GDPR)
    return law, "; ".join(sources)
