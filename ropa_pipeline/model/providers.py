"""Who a name, a domain, a cookie, a module or a bank's counterparty is: the one catalogue of providers.

Belongs here: finding the system (and the legal entity behind it) for what notices, cookies, shops, exports and bank
statements call it, and by which kind of trace. Does not belong here: reading those sources, and what a provider's
role is (``register``). GDPR Art. 30(1)(d): recipients have to be named, so nobody is guessed: what fits no entry,
or several that the trace cannot tell apart, is not resolved.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property

from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.law import CatalogueCookie
from ropa_pipeline.model.system import Entity, SystemMapping


class Trace(StrEnum):
    """By what a provider was recognised; evidence rows name it."""

    NAME = "name"
    LEGAL_ENTITY = "legal entity"
    COMPANY_CODE = "company code"
    DOMAIN = "domain"
    COOKIE_NAME = "cookie name"
    MODULE = "module or table name"


class Resolved(Frozen):
    """A system, by which kind of trace, and the catalogue's own word that fitted."""

    system: str
    trace: Trace
    word: str


class KnownParty(Frozen):
    """A legal entity of the catalogue, as a connector may look for it among counterparties."""

    entity_id: str
    names: tuple[str, ...]
    company_code: str = ""


_SHORTEST_NAME = 5
"""Letters of a company's name, without its legal form, below which it is too common to be looked for."""


def plain(text: str) -> str:
    """Letters and digits alone, lower case, without accents: how names are compared.

    >>> plain("„NEO Finance“, AB"), plain("AB Lietuvos paštas")
    ('neofinanceab', 'ablietuvospastas')
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", "", bare.encode("ascii", "ignore").decode())


_LEGAL_FORM = re.compile(
    r"\b(?:UAB|MB|AB|AS|OÜ|SIA|VšĮ|LLC|Ltd|Limited|GmbH|Inc|B\.?V|N\.?V|SAS|SARL|S\.?E|plc|LLP|Oy|A/S|SA)\b\.?|\(publ\)"
)


def entity_name(text: str) -> str:
    """A company's name without its legal form, for comparison; it may stand before or after it.

    >>> entity_name('UAB "OPAY solutions"') == entity_name("OPAY solutions, UAB")
    True
    """
    return plain(_LEGAL_FORM.sub(" ", text))


def readable_name(text: str) -> str:
    """A company's name without its legal form and quotes, as running text gives it.

    >>> readable_name('UAB "OPAY solutions"')
    'OPAY solutions'
    """
    return " ".join(re.sub(r"[\"'„“”,]", " ", _LEGAL_FORM.sub(" ", text.partition("(")[0])).split()).strip(" .")


def code_of(text: str) -> str:
    """The digits of a company code, without what registers add in brackets."""
    return re.sub(r"\D", "", text.partition("(")[0])


def known_parties(entities: Mapping[str, Entity]) -> tuple[KnownParty, ...]:
    """The entities of the catalogue as a connector is told them."""
    return tuple(
        KnownParty(entity_id=key, names=(name,), company_code=code_of(item.company_code))
        for key, item in sorted(entities.items())
        if len(name := entity_name(item.legal_entity)) >= _SHORTEST_NAME
    )


class Providers:
    """The catalogue's index. All lookups give None (or nothing) for what is not known beyond doubt."""

    def __init__(
        self,
        systems: Mapping[str, SystemMapping],
        entities: Mapping[str, Entity] | None = None,
        cookies: Iterable[CatalogueCookie] = (),
    ) -> None:
        self._systems = systems
        self._entities = entities or {}
        self._cookies = tuple(cookies)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {plain(word): key for key, item in sorted(self._systems.items()) for word in _words(key, item)}

    @cached_property
    def _hosts(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for key, item in self._systems.items():
            for domain in item.domains:
                found.setdefault(domain.removeprefix("*.").partition("/")[0], set()).add(key)
        return {host: frozenset(keys) for host, keys in found.items()}

    def by_name(self, name: str) -> Resolved | None:
        """By key, name or alias, else by the legal entity where it runs one system alone."""
        key = self._names.get(plain(name))
        if key is not None:
            return Resolved(system=key, trace=Trace.NAME, word=name)
        wanted = entity_name(name)
        for entity_id, entity in sorted(self._entities.items()):
            if wanted and wanted == entity_name(entity.legal_entity):
                return self.of_entity(entity_id, Trace.LEGAL_ENTITY)
        return None

    def phrases(self) -> Mapping[str, tuple[str, ...]]:
        """What running text calls each system: names, aliases, domains, and the entity that runs it alone."""
        found = {key: [item.name, *item.aliases, *item.domains] for key, item in sorted(self._systems.items())}
        for entity_id, entity in sorted(self._entities.items()):
            run = self.of_entity(entity_id, Trace.LEGAL_ENTITY)
            name = readable_name(entity.legal_entity)
            if run is not None and len(plain(name)) >= _SHORTEST_NAME and plain(name) not in self._names:
                found[run.system].append(name)
        return {key: tuple(words) for key, words in found.items()}

    def begins(self, text: str) -> Resolved | None:
        """The system whose key, name or alias a text begins with (a file's name); the longest wins."""
        given = plain(text)
        fitting = [word for word in self._names if len(word) > 2 and given.startswith(word)]
        best = max(fitting, key=len, default="")
        return Resolved(system=self._names[best], trace=Trace.NAME, word=best) if best else None

    def of_entity(self, entity_id: str, trace: Trace) -> Resolved | None:
        """The system that a legal entity runs; None where it runs several: an entity's name cannot tell them apart."""
        run = [key for key, item in sorted(self._systems.items()) if item.operator == entity_id and item.is_recipient]
        return Resolved(system=run[0], trace=trace, word=entity_id) if len(run) == 1 else None

    def by_domain(self, host: str) -> Resolved | None:
        """By the domain itself or the nearest one above it; None where several systems share the domain."""
        labels = host.casefold().strip(".").split(".")
        for start in range(len(labels) - 1):
            domain = ".".join(labels[start:])
            keys = self._hosts.get(domain, frozenset())
            if keys:
                return Resolved(system=min(keys), trace=Trace.DOMAIN, word=domain) if len(keys) == 1 else None
        return None

    def by_cookie(self, name: str, domain: str = "") -> Resolved | None:
        """By domain, else by name. Of several systems of one company the cookie's name is the finer word."""
        named = self._by_cookie_name(name)
        placed = self.by_domain(domain) if domain else None
        if placed is None:
            return named
        if named is not None and self._operator(named.system) == self._operator(placed.system):
            return named
        return placed

    def by_cookie_row(self, name: str, provider: str = "") -> Resolved | None:
        """A row of a declared cookie table: by its name where the provider beside it is no other, else by the provider.

        ``provider`` is the cell as written: a name, a domain, a legal entity, or several words with them.
        """
        named = self._by_cookie_name(re.sub(r"[#<{\[].*$", "*", name))
        if not provider:
            return named
        placed = self.in_words(provider)
        if named is not None and (
            self._is_beside(named.system, provider)
            or (placed is not None and self._operator(placed.system) == self._operator(named.system))
        ):
            return named
        return placed

    def in_words(self, text: str) -> Resolved | None:
        """The system that a short text names as a whole or by a domain in it."""
        whole = self.by_name(text)
        if whole is not None:
            return whole
        hosts = (self.by_domain(host.partition("/")[0]) for host in re.findall(r"[\w-]+(?:\.[\w/-]+)+", text))
        return next((found for found in hosts if found is not None), None)

    def _is_beside(self, system: str, provider: str) -> bool:
        """Whether a provider's cell may mean a system: one of its words, its company, or a shop's own software."""
        mapping, text = self._systems[system], provider.casefold()
        entity = self._entities.get(mapping.operator)
        words = {mapping.name, mapping.name.split()[0], *mapping.aliases, *mapping.domains}
        words |= {readable_name(entity.legal_entity)} if entity else set()
        return not mapping.is_recipient or any(word and word.casefold() in text for word in words)

    def by_module(self, name: str) -> Resolved | None:
        """By a PrestaShop module's name."""
        wanted = name.casefold()
        for key, item in sorted(self._systems.items()):
            if wanted in item.modules:
                return Resolved(system=key, trace=Trace.MODULE, word=wanted)
        return None

    def by_table(self, stem: str) -> Resolved | None:
        """By the words that a table of a shop's database begins with ("dpd_shipment"); the longest name wins.

        What no domain and no module could show either is no provider's name ("bank statement").
        """
        words = _spelt(stem)
        for count in range(len(words), 0, -1):
            key = self._leading.get(words[:count])
            if key is not None:
                return Resolved(system=key, trace=Trace.MODULE, word="_".join(words[:count]))
        return None

    @cached_property
    def _leading(self) -> dict[tuple[str, ...], str]:
        """Names by their words, and run together: modules write both ("lp_express", "lpexpress")."""
        found: dict[tuple[str, ...], str] = {}
        for key, item in sorted(self._systems.items()):
            if item.is_recipient and (item.domains or item.modules):
                for name in _words(key, item):
                    found.setdefault(_spelt(name), key)
                    found.setdefault((plain(name),), key)
        return found

    def _by_cookie_name(self, name: str) -> Resolved | None:
        for entry in self._cookies:
            for pattern in (entry.name, *entry.also_named):
                if name == pattern or fnmatchcase(name, pattern) or name == re.sub(r"[#<{\[].*$", "*", pattern):
                    known = entry.system in self._systems
                    return Resolved(system=entry.system, trace=Trace.COOKIE_NAME, word=entry.name) if known else None
        return None

    def _operator(self, system: str) -> str:
        mapping = self._systems.get(system)
        return (mapping.operator if mapping else "") or system


def _spelt(name: str) -> tuple[str, ...]:
    """The words of a name, whatever stands between them."""
    return tuple(word for word in re.split(r"[^a-z0-9]+", name.casefold()) if word)


def _words(key: str, item: SystemMapping) -> tuple[str, ...]:
    return key, item.name, *item.aliases
