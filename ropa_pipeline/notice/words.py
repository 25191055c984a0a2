"""The compiled lexicon: every vocabulary of every language, and the names of the systems that may be recipients.

Belongs here: merging and compiling. Does not belong here: phrases themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ropa_pipeline.model.notice import LanguageLexicon, NoticeLexicon
from ropa_pipeline.model.providers import Providers
from ropa_pipeline.model.system import Entity, SystemMapping
from ropa_pipeline.model.taxonomy import Taxonomy
from ropa_pipeline.notice.phrases import Vocabulary

_NOT_PHRASES = frozenset({"language", "function_words", "ordinary"})


@dataclass(frozen=True)
class Words:
    """All vocabularies by name, function words by language, and what is known of systems."""

    vocabularies: Mapping[str, Vocabulary]
    cues: Mapping[str, Vocabulary]
    function_words: Mapping[str, frozenset[str]]
    ordinary: frozenset[str]
    ordinary_stems: tuple[str, ...]
    systems: Mapping[str, SystemMapping]
    providers: Providers

    def __getitem__(self, name: str) -> Vocabulary:
        return self.vocabularies[name]

    def is_ordinary(self, word: str) -> bool:
        """Whether a capitalised word is no brand; an entry that ends with a star is a stem of inflected words."""
        return word in self.ordinary or word.lower().startswith(self.ordinary_stems)

    def cues_in(self, folded: str) -> frozenset[str]:
        """The cues of a folded text. One phrase may be several cues, so each is looked for on its own."""
        return frozenset(name for name, vocabulary in self.cues.items() if any(vocabulary.find_folded(folded)))


def compile_words(
    lexicon: NoticeLexicon,
    systems: Mapping[str, SystemMapping],
    taxonomy: Taxonomy,
    entities: Mapping[str, Entity] | None = None,
) -> Words:
    """Merge the languages: shops mix them, and a phrase of one seldom means something else in another.

    The words of the taxonomy's measures and what the catalogue of providers calls its systems join the lexicon's.
    """
    names = [name for name in LanguageLexicon.model_fields if name not in _NOT_PHRASES]
    merged: dict[str, dict[str, list[str]]] = {name: {} for name in names}
    for language in lexicon.languages:
        for name in names:
            for key, phrases in getattr(language, name).items():
                merged[name].setdefault(key, []).extend(phrases)
    for measure in taxonomy.measures:
        merged["measures"].setdefault(measure.key, []).extend(measure.words)
    providers = Providers(systems, entities)
    merged["systems"] = {key: list(phrases) for key, phrases in providers.phrases().items()}
    return Words(
        vocabularies={name: Vocabulary(phrases) for name, phrases in merged.items()},
        cues={name: Vocabulary({name: phrases}) for name, phrases in merged["cues"].items()},
        function_words={item.language: frozenset(item.function_words) for item in lexicon.languages},
        ordinary=frozenset(word for item in lexicon.languages for word in item.ordinary),
        ordinary_stems=tuple(
            sorted(word[:-1].lower() for item in lexicon.languages for word in item.ordinary if word.endswith("*"))
        ),
        systems=systems,
        providers=providers,
    )


def lexicon_problems(lexicon: NoticeLexicon, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Keys of the lexicon that the taxonomy does not know: one sentence each, empty when all is well."""
    known = {
        # "Contact details" does not say which: the parent of a key is a key too.
        "data_categories": _with_parents(item.key for item in taxonomy.data_categories),
        "special_categories": _with_parents(item.key for item in taxonomy.data_categories),
        "data_subjects": {item.key for item in taxonomy.data_subjects},
        "purposes": {item.key for item in taxonomy.purposes},
        "measures": {item.key for item in taxonomy.measures},
    }
    return tuple(
        f"mappings/lexicon/notice/{language.language}.yaml#{name}.{key}: no such key in mappings/taxonomy/{name}.yaml"
        for language in lexicon.languages
        for name, keys in known.items()
        for key in sorted(getattr(language, name))
        if key not in keys
    )


def _with_parents(keys: Iterable[str]) -> set[str]:
    return {part for key in keys for part in (key, key.partition(".")[0])}
