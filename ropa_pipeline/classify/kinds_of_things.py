"""Kinds of tables whose rows are things that have names, births, sexes and addresses of their own.

Belongs here: animals, vehicles, equipment, samples and recipes, each known by words that are said of nothing else.
Does not belong here: the controller's own data and lists (:mod:`...kinds_of_nobody`), rows of persons
(:mod:`...kinds_of_people`) and the order in which they are asked (:mod:`...table_kinds`). GDPR Art. 4(1): a cow has a
name and a day of birth, a door an IP address, and neither is a natural person. Whoever owns the thing is one, so a
column that leads to an owner ends every rule. Beginnings of words stand in ten languages, diacritics folded.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache

from ropa_pipeline.classify.table_columns import FLOWS, PEOPLE, Columns, Known
from ropa_pipeline.classify.tokens import MOST_REMEMBERED
from ropa_pipeline.model.lexicon import ConceptKind

_REACHED = frozenset({"email", "phone", "street", "address", "government_id", "last_name", "username", "password",
                      "person_number", "contact_person", "bank_account", "occupation", "pay"})  # fmt: skip
"""How a person is reached or known, and nothing else is: a row with one of these may be an owner's."""
_OWNED = FLOWS - {"reference", "order", "ip", "session", "ticket", "rating", "tracking"} | PEOPLE | {"applicant"}
_ANIMALS = ("veisl", "gyvun", "galvij", "karv", "primilz", "versing", "apsivers", "kaimen", "bandos", "ausies",
            "breed", "herd", "eartag", "calving", "lactation", "milking", "litter", "sire", "dam", "pedigree", "animal",
            "livestock", "cattle", "farrow", "foal", "stallion", "mare", "species",
            "skirne", "dzivniek", "ganampulk", "slaukum", "atnesan", "suga",
            "toug", "loom", "kari", "korvamark", "poegim", "lehm", "liik",
            "rasa", "zwierz", "stado", "kolczyk", "wyciel", "udoj", "gatunek",
            "rasse", "tierart", "herde", "ohrmark", "kalbung", "melk", "abkalb",
            "race", "troupeau", "boucle", "velage", "elevage", "espece", "cheptel",
            "raza", "rebano", "crotal", "ganado", "ordeno", "especie", "camada",
            "razza", "mandria", "bestiame", "allevament", "mungitur", "specie",
            "poroda", "stad", "zhivotn", "otel", "udoj", "birka", "klichk",
            "порода", "стад", "животн", "отел", "удо", "бирк", "кличк")  # fmt: skip
_VEHICLES = ("vin", "valst", "plate", "registration", "rida", "mileage", "odometer", "kuro", "fuel", "mark", "make",
             "model", "transport", "automobil", "masin", "varikl", "engine", "tachograf", "tachograph", "axle",
             "nobrauk", "degviel", "labisoit", "kutus", "soiduk", "przebieg", "paliw", "pojazd", "silnik", "rejestrac",
             "kennzeich", "laufleist", "kraftstoff", "fahrzeug", "fahrgestell", "tuv", "hu",
             "immatricul", "kilometr", "carburant", "vehicul", "chassis", "matricul", "kilometraj", "combustible",
             "bastidor", "vehicul", "targa", "chilometr", "carburant", "veicol", "telaio", "probeg", "toplivo",
             "gosnomer", "avtomobil", "пробег", "топлив", "госномер", "автомоб")  # fmt: skip
_ONLY_VEHICLES = ("vin", "rida", "mileage", "odometer", "tachograf", "tachograph", "nobrauk", "labisoit", "przebieg",
                  "laufleist", "fahrgestell", "kilometraj", "kilometrag", "chilometr", "telaio", "bastidor", "chassis",
                  "probeg", "пробег")  # fmt: skip
_EQUIPMENT = ("firmware", "mac", "serial", "serij", "model", "baterij", "battery", "vlan", "rack", "gateway", "port",
              "protokol", "protocol", "sensor", "jutikl", "daviklis", "valdikl", "controller", "irengin", "uptime",
              "heartbeat", "poll", "calibrat", "kalibr", "kontrolier", "iekart", "andur", "seade", "kontroller",
              "czujnik", "urzadzen", "sterownik", "geraet", "serien", "steuer", "zaehler", "capteur", "appareil",
              "automate", "dispositivo", "equipo", "sonda", "apparecch", "centralina", "datchik", "pribor", "ustrojstv",
              "датчик", "прибор", "устройств", "прошивк", "mgmt", "snmp", "ssh", "uplink",
              "switch", "router", "zona", "zone", "rysys", "rysi")  # fmt: skip
_ONLY_EQUIPMENT = ("firmware", "sensor", "jutikl", "daviklis", "valdikl", "controller", "kontrolier", "andur",
                   "kontroller", "czujnik", "sterownik", "steuer", "capteur", "centralina", "datchik", "датчик",
                   "прошивк", "vlan", "rack", "calibrat", "kalibr", "gateway", "snmp", "uplink")  # fmt: skip
_SAMPLES = ("megin", "sample", "paraug", "proov", "probk", "probe", "echantillon", "muestra", "campion", "prob",
            "проб")  # fmt: skip
_MEASURED = ("mg", "ug", "ph", "koncentrac", "concentrat", "konzentrat", "stezeni", "nitrat", "gelez", "drumst", "lks",
             "vandenviet", "water", "soil", "dirvozem", "wasser", "boden", "eau", "agua", "acqua", "voda",
             "vody", "wody", "azotan", "udens", "vesi", "woda", "ksv", "cfu", "coli", "turbid")  # fmt: skip
_RECIPES = ("recept", "rezept", "recipe", "recette", "receta", "ricett", "рецепт")
_COOKED = ("kalorij", "calor", "kalori", "kcal", "alergen", "allergen", "kepim", "baking", "back", "cuisson", "coccion",
           "cottura", "iseig", "yield", "savikain", "ingredient", "zutat", "skladnik", "sudetin", "gamin",
           "sastavdal", "koostis", "porcij", "portion", "выход", "аллерген", "калор")  # fmt: skip

_OFFERED = ("prekes", "product", "sku", "ean", "gtin", "upc", "stock", "barcode", "msrp", "rarity", "likut", "artikul",
            "price", "kaina", "size", "colour", "color", "weight", "dydis", "spalva", "cena", "preis", "prix", "precio",
            "prezzo", "hind", "tsena", "lager", "magazyn", "rozmiar", "groesse", "taille", "talla", "taglia", "licence",
            "license", "edition", "material", "team", "season")  # fmt: skip
_ONLY_OFFERED = ("prek", "artikel", "article", "articul", "produkt", "product", "tovar", "toot", "prece", "sku", "ean",
                 "gtin", "upc", "stock", "barcode", "msrp", "rarity", "likut", "artikul", "lagerbestand",
                 "magazyn")  # fmt: skip
_FAMOUS = ("player", "players", "artist", "artists", "author", "authors", "poster", "posters", "star", "designer",
           "band", "composer", "hero", "character", "zaidej", "autor", "atlikej", "spieler", "joueur", "jugador",
           "giocator")  # fmt: skip
"""Who is named on goods: known to everybody, and nobody of whom the shop holds data."""
_BOUGHT = frozenset({"order", "reference", "date", "payer", "rating", "user_content", "message_text", "email", "phone"})
"""A row with one of these tells what somebody bought or said, not what is offered."""
_HELD = _REACHED | _OWNED - {"reviewer"}

_TURNED = (ConceptKind.HEAD, ConceptKind.FLAG, ConceptKind.QUANTITY)
_SEVERAL, _MOST = 2, 3
_SAFE = 4
"""A beginning of fewer letters must be the whole word ("dam" begins "damaged")."""

Told = Mapping[str, int]
"""How many columns, the table's name counted as one, have a word of each of these lists."""


_LISTS: Mapping[str, tuple[str, ...]] = {
    "animal": _ANIMALS,
    "vehicle": _VEHICLES,
    "vehicle alone": _ONLY_VEHICLES,
    "equipment": _EQUIPMENT,
    "equipment alone": _ONLY_EQUIPMENT,
    "sample": _SAMPLES,
    "measured": _MEASURED,
    "recipe": _RECIPES,
    "cooked": _COOKED,
    "offered": _OFFERED,
    "offered alone": _ONLY_OFFERED,
    "famous": _FAMOUS,
}


def _by_beginning() -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for key, words in _LISTS.items():
        for word in words:
            found.setdefault(word[:_SAFE], []).append((word, key))
    return {start: tuple(pairs) for start, pairs in found.items()}


_STARTS = _by_beginning()
"""The words by their first letters: a name is looked up once, not once a list."""


@lru_cache(maxsize=MOST_REMEMBERED)
def _lists_with(word: str) -> frozenset[str]:
    """The lists that a word is in, or begins like a word of."""
    return frozenset(
        key
        for start, key in _STARTS.get(word[:_SAFE], ())
        if word == start or (len(start) >= _SAFE and word.startswith(start))
    )


def _lists_of(words: tuple[str, ...]) -> frozenset[str]:
    """The lists that one of these words is in."""
    return frozenset().union(*map(_lists_with, words))


def thing(known: Known, columns: Columns) -> Known | None:
    """A thing by the first rule of ``THINGS`` that knows it, unless it is somebody's."""
    named = [lists for said in columns.readings if (lists := _lists_of(said.tokens))]
    if not named:
        return None
    told = Counter([key for lists in named for key in lists])
    own = _lists_of(columns.words)
    told.update(own)
    told["named equipment"] = int("equipment" in own)
    return ("thing", "none", True, 0.9) if any(rule(columns, told) for rule in THINGS) else None


def _owned(columns: Columns, reached: frozenset[str] = _REACHED) -> bool:
    """Whether a row says whose the thing is, or how that person is reached. A limit or length holds neither."""
    if columns.has_person_key or (columns.name.party is not None and columns.name.party.concept.key in PEOPLE):
        return True
    told = reached | _OWNED
    return columns.count(lambda said: bool(said.keys & told) and not said.has(*_TURNED)) > 0


def animals(columns: Columns, told: Told) -> bool:
    """Animals of a farm: a breed, a herd, a tag, who the mother was; their names and sexes are no person's."""
    return told["animal"] >= _SEVERAL and not _owned(columns)


def vehicles(columns: Columns, told: Told) -> bool:
    """Vehicles that a controller drives: a chassis number or mileage beside make, plate, fuel."""
    if not told["vehicle alone"] or told["vehicle"] < _MOST or columns.keys & {"order", "amount"}:
        return False
    return not _owned(columns, _REACHED - {"government_id"})  # so plates are read


def equipment(columns: Columns, told: Told) -> bool:
    """Doors, sensors, printers: a model, firmware or controller beside an address in a network."""
    if not (told["equipment alone"] or told["named equipment"]) or told["equipment"] < _MOST:
        return False
    visited = columns.keys & {"user_agent", "browser", "click_id", "cookie", "browsing"}
    answers = {"email", "contact_person"} if told["equipment"] > _MOST else set()  # who is told when it fails
    return not visited and not _owned(columns, _REACHED - {"password", "username", "phone"} - answers)


def samples(columns: Columns, told: Told) -> bool:
    """What was taken from water, soil or goods and measured: the health it speaks of is nobody's."""
    if not told["sample"] or told["measured"] < _SEVERAL:
        return False
    return not _owned(columns, _REACHED - {"phone"})  # so "ph" is read


def recipes(columns: Columns, told: Told) -> bool:
    """How goods are made: calories, allergens, what one costs; no medicine and no patient."""
    cooked = told["cooked"]
    return (cooked >= _MOST or (cooked >= _SEVERAL and told["recipe"] > 0)) and not _owned(columns)


def goods(columns: Columns, told: Told) -> bool:
    """What is offered with a name on it: an article's number, a stock or a price, and neither buyer nor order."""
    if not told["famous"] or not told["offered alone"] or told["offered"] < _SEVERAL or columns.has_person_key:
        return False
    if columns.keys & _BOUGHT:
        return False
    return columns.count(lambda said: bool(said.keys & _HELD) and "famous" not in _lists_of(said.tokens)) == 0


THINGS: tuple[Callable[[Columns, Told], bool], ...] = (animals, vehicles, equipment, samples, recipes, goods)
"""In this order; the first that says yes decides."""
