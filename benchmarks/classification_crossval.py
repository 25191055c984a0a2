"""What remains of the classifier where something is held out whole: a language, a tenth of all words, the neighbours.

Belongs here: the held-out lexicons and tables and their figures. Does not belong here: reading label files, scoring
(:mod:`benchmarks.classification_score`). Nothing is trained, so what is held out is knowledge: the words of a
language (its columns are then read with the other nine), words chosen by their letters (ten folds), the other tables
of a module or platform (each table, then each module, classified as if the rest were not there).
"""

import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TextIO

from benchmarks.classification_score import Labelled, Score, measure, print_score
from ropa_pipeline.model.inventory import ClassifiedColumn
from ropa_pipeline.model.lexicon import Lexicon

FOLDS = 10
Tags = Sequence[ClassifiedColumn]
Tagger = Callable[[Sequence[Labelled], Lexicon], Tags]


@dataclass(frozen=True)
class Held:
    """A labelled set and how its rows are tagged with a lexicon."""

    title: str
    rows: Sequence[Labelled]
    tagger: Tagger


def without_language(lexicon: Lexicon, language: str) -> Lexicon:
    """The lexicon without one language's words."""
    kept = tuple(file for file in lexicon.languages if file.language != language)
    return lexicon.model_copy(update={"languages": kept})


def without_fold(lexicon: Lexicon, fold: int) -> Lexicon:
    """The lexicon without a tenth of its phrases, chosen by their letters."""
    languages = tuple(
        file.model_copy(
            update={
                "words": {
                    key: tuple(phrase for phrase in phrases if zlib.crc32(phrase.encode()) % FOLDS != fold)
                    for key, phrases in file.words.items()
                }
            }
        )
        for file in lexicon.languages
    )
    return lexicon.model_copy(update={"languages": languages})


def alone(
    rows: Sequence[Labelled], lexicon: Lexicon, tagger: Tagger, by: Callable[[Labelled], object]
) -> list[ClassifiedColumn]:
    """Tags in the order of the rows, each part classified as if the others were not there."""
    parts: dict[object, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        parts[by(row)].append(place)
    tags: dict[int, ClassifiedColumn] = {}
    for places in parts.values():
        tags.update(zip(places, tagger([rows[place] for place in places], lexicon), strict=True))
    return [tags[place] for place in range(len(rows))]


def mean(scores: Sequence[Score]) -> Score:
    """The mean of each figure; rows are those of one fold."""
    count = len(scores)
    return Score(
        scores[0].rows,
        sum(score.direct_f1 for score in scores) / count,
        sum(score.direct_recall for score in scores) / count,
        sum(score.mcc for score in scores) / count,
        sum(score.any_f1 for score in scores) / count,
        sum(score.category for score in scores) / count,
    )


def print_crossval(out: TextIO, sets: Sequence[Held], lexicon: Lexicon) -> None:
    """Per set: whole, each module alone, each table alone, a tenth of the words forgotten; then each language."""
    for held in sets:
        rows, tagger = held.rows, held.tagger
        print_score(out, f"{held.title}, whole", measure(rows, tagger(rows, lexicon)))
        if len({row.language for row in rows}) == 1:
            print_score(
                out, "    each module alone", measure(rows, alone(rows, lexicon, tagger, lambda row: row.group))
            )
        single = alone(rows, lexicon, tagger, lambda row: (row.group, row.table))
        print_score(out, "    each table alone", measure(rows, single))
        folds = [measure(rows, tagger(rows, without_fold(lexicon, fold))) for fold in range(FOLDS)]
        print_score(out, "    a tenth of all words forgotten (mean)", mean(folds))
    spoken = [held for held in sets if len({row.language for row in held.rows}) > 1]
    for language in sorted({row.language for held in spoken for row in held.rows} - {"en"}):
        less = without_language(lexicon, language)
        rows, known, forgotten = [], [], []
        for held in spoken:
            own = [row for row in held.rows if row.language == language]
            rows.extend(own)
            known.extend(held.tagger(own, lexicon))
            forgotten.extend(held.tagger(own, less))
        print_score(out, f"columns in {language}", measure(rows, known))
        print_score(out, f"    the words of {language} held out", measure(rows, forgotten))
