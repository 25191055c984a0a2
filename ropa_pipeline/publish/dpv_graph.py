"""Making statements of a graph: IRIs, literals, terms of our own.

Belongs here: the only code that makes a triple. Does not belong here: what is said about a register (``dpv``) and the
terms (``dpv_terms``). Texts of sources are untrusted: keys are quoted in IRIs, control characters leave literals.
"""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from ropa_pipeline.model.base import is_filled
from ropa_pipeline.publish.dpv_terms import NAMESPACES, NOT_STATED_TERMS, OwnTerm

if TYPE_CHECKING:
    from rdflib import URIRef

_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(?:(\d+)W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?\Z")


class Statements:
    """A graph about one controller. ``add`` and ``say`` make every triple of it."""

    def __init__(self, controller_id: str) -> None:
        from rdflib import Graph  # late: it costs time to load, and few commands need it

        self.graph = Graph(bind_namespaces="none")
        for prefix, namespace in NAMESPACES.items():
            self.graph.bind(prefix, namespace)
        self.base = f"urn:ropa-pipeline:record:{quote(controller_id, safe='')}"

    def iri(self, *parts: str) -> str:
        """The IRI of a thing in this record; its own key may hold any sign."""
        return ":".join([self.base, *(quote(part, safe="") for part in parts)])

    def node(self, name: str) -> "URIRef":
        from rdflib import URIRef

        prefix, colon, local = name.partition(":")
        return URIRef(NAMESPACES[prefix] + local if colon and prefix in NAMESPACES else name)

    def add(self, subject: str, predicate: str, thing: str) -> None:
        self.graph.add((self.node(subject), self.node(predicate), self.node(thing)))

    def say(
        self, subject: str, predicate: str, text: object, datatype: str = "", *, even_unknown: bool = False
    ) -> None:
        """A literal, without control characters; what nobody said is left out."""
        from rdflib import Literal

        if not is_filled(text) and not even_unknown:
            return
        cleaned = "".join(sign for sign in str(text) if sign.isprintable() or sign == "\n")
        literal = Literal(cleaned, datatype=self.node(datatype) if datatype else None)
        self.graph.add((self.node(subject), self.node(predicate), literal))

    def own(self, term: OwnTerm, key: str = "") -> str:
        """Declare a term of our own below its wider terms, and give its name."""
        name = key or f"own:{term.name}"
        self.add(name, "rdf:type", "skos:Concept")
        self.say(name, "skos:prefLabel", term.label, even_unknown=True)
        for wider in term.broader:
            self.add(name, "skos:broader", wider)
        return name

    def unknown(self, wider: str) -> str:
        return self.own(NOT_STATED_TERMS[wider])

    def country(self, node: str, link: str, code: str) -> None:
        """A country by its ISO 3166 code; what is no code is left out."""
        if len(code) == 2 and code.isalpha() and code.isupper():
            self.add(node, link, f"loc:{code}")
            if link == "dpv:hasThirdCountry":
                self.add(f"loc:{code}", "rdf:type", "dpv:ThirdCountry")


def xsd_duration(period: str) -> str:
    """An ISO 8601 period as XML Schema has it, which knows no weeks; empty for what is no period.

    >>> xsd_duration("P10Y"), xsd_duration("P2W"), xsd_duration("OPEN ENDED")
    ('P10Y', 'P14D', '')
    """
    match = _DURATION.match(period)
    if not match:
        return ""
    weeks = match.group(3)
    if weeks is None:
        return period
    days = int(weeks) * 7 + int((match.group(4) or "0D")[:-1])
    return f"P{match.group(1) or ''}{match.group(2) or ''}{days}D{match.group(5) or ''}"
