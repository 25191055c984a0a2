"""Who the controller is and where, as its notice says (Art. 30(1)(a)).

Belongs here: name, contacts, country, authority, and the jurisdiction that they point at. Does not belong here:
activities. The jurisdiction is an inference: a person confirms it, because it decides which law is looked at.
"""

from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.controller import ControllerFacts, DeclaredParty, Sourced
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import NoticeLexicon
from ropa_pipeline.model.template import Place, Templates
from ropa_pipeline.model.terms import Applicability, Capacity, StatementKind

_EVERYWHERE = Place(jurisdiction="eu", country="", timezone="UTC")


def of_kind(said: tuple[Statement, ...], kind: StatementKind, subject: str = "") -> list[Statement]:
    """The statements of a kind, and of a subject where one is given, in the order of the notice."""
    return [item for item in said if item.kind is kind and subject in ("", item.subject)]


def _fact(found: list[Statement]) -> Sourced | None:
    """The surest, then fullest wording; every statement of the same thing supports it."""
    if not found:
        return None
    best = max(found, key=lambda item: (item.confidence, len(item.value)))
    fold = best.value.casefold()
    same = [item for item in found if item.value.casefold() in fold or fold in item.value.casefold()]
    fullest = max(same, key=lambda item: (len(item.value), item.confidence))
    return Sourced(value=fullest.value, statements=tuple(item.statement_id for item in same))


def facts(
    controller_id: str, said: tuple[Statement, ...], place: Place, language: str, lexicon: NoticeLexicon
) -> ControllerFacts:
    """controller.yaml out of the notice: what it does not say is left out, and its name is then NOT STATED."""
    address = _fact(of_kind(said, StatementKind.CONTROLLER, "address"))
    complaints = [
        item
        for item in of_kind(said, StatementKind.AUTHORITY)
        if item.subject == place.authority and item.value.startswith("part=complaints")
    ]
    country = _country(address, lexicon)
    name = _fact(of_kind(said, StatementKind.CONTROLLER, "name"))
    own = DeclaredParty(capacity=Capacity.CONTROLLER, applicability=Applicability.APPLIES)
    return ControllerFacts(
        controller_id=controller_id,
        timezone=place.timezone,
        jurisdiction=place.jurisdiction,
        language=language,
        name=name or Sourced(value=NOT_STATED),
        company_code=_fact(of_kind(said, StatementKind.CONTROLLER, "company code")),
        address=address,
        email=_fact(of_kind(said, StatementKind.CONTACT, "e-mail")),
        phone=_fact(of_kind(said, StatementKind.CONTACT, "telephone")),
        website=_fact(of_kind(said, StatementKind.CONTACT, "website")),
        country=Sourced(value=country, statements=address.statements) if country and address else None,
        supervisory_authority=Sourced(
            value=place.authority_name, statements=tuple(item.statement_id for item in complaints)
        )
        if complaints
        else None,
        parties=(own.model_copy(update={"statements": name.statements}),) if name else (),
    )


def _country(address: Sourced | None, lexicon: NoticeLexicon) -> str:
    """The country that an address names in words; a town alone names none."""
    if address is None:
        return ""
    last = address.value.casefold().rpartition(",")[2].strip(" .")
    for language in lexicon.languages:
        for country, names in language.countries.items():
            if last in {country.casefold(), *(name.casefold() for name in names)}:
                return country
    return ""


GIVEN = "given with --jurisdiction"


def chosen_place(text: str, templates: Templates) -> Place | None:
    """The place that a user names: a country ("LT", "GB") or, where it has one country alone, a jurisdiction ("uk").

    None for what is neither; "eu" is the Union's law alone.
    """
    wanted = text.strip().casefold()
    for place in templates.places:
        if wanted == place.country.casefold():
            return place
    if wanted == _EVERYWHERE.jurisdiction:
        return _EVERYWHERE
    return next((place for place in templates.places if place.jurisdiction == wanted), None)


def place_of(said: tuple[Statement, ...], templates: Templates, lexicon: NoticeLexicon) -> tuple[Place, str]:
    """Where the controller is, by its address, the authority for complaints, or a national law it names."""
    places = templates.places
    country = _country(_fact(of_kind(said, StatementKind.CONTROLLER, "address")), lexicon)
    for place in places:
        if country == place.country:
            return place, "the address in the notice"
    for place in places:
        for item in of_kind(said, StatementKind.AUTHORITY, place.authority or "-"):
            return place, f"the authority named in the notice (line {item.line_from})"
    for place in places:
        for item in of_kind(said, StatementKind.LAW):
            if item.subject in place.laws:
                return place, f"the law named in the notice (line {item.line_from})"
    return _EVERYWHERE, "nothing points at a country"
