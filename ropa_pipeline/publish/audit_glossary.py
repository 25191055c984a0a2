"""The glossary and data dictionary of the audit file: no code or abbreviation stays unexplained.

Belongs here: every published column with its meaning, every fixed choice with its values, every key with its word.
Does not belong here: the meanings themselves (``model``). They are written in English, as the database's comments are.
"""

from enum import StrEnum

from ropa_pipeline.model.tables import TABLES
from ropa_pipeline.publish.audit_parts import AuditParts
from ropa_pipeline.publish.words import NOTHING
from ropa_pipeline.publish.workbook import Block, Sheet, Shown


def glossary_sheet(parts: AuditParts) -> Sheet:
    words, language, say = parts.words, parts.language, parts.language.phrase
    columns: list[tuple[Shown, ...]] = []
    choices: dict[tuple[str, type[StrEnum]], str] = {}
    for spec in TABLES:
        table = language.sheet(spec.title)
        for column in spec.columns:
            heading = language.heading(spec.name, column.name)
            columns.append(
                (
                    Shown(table, "strong"),
                    Shown(heading),
                    Shown(f"{spec.name}.{column.name}"),
                    Shown(column.description),
                    Shown(language.article(column.article) if column.article else NOTHING),
                )
            )
            if issubclass(column.python_type, StrEnum):
                choices.setdefault((heading, column.python_type), table)
    terms = [
        (
            Shown(heading, "strong"),
            Shown(table),
            Shown(member.value),
            Shown(language.term(member)),
            Shown(NOTHING),
        )
        for (heading, choice), table in choices.items()
        for member in choice
    ]
    labels = sorted(parts.facts.labels.items(), key=lambda item: language.sort_key(item[1]))
    keys = [(Shown(word, "strong"), Shown(NOTHING), Shown(key), Shown(word), Shown(NOTHING)) for key, word in labels]
    headings = (
        words.said("word", widest=36),
        words.said("part", widest=36),
        words.said("in the database", widest=44),
        words.said("meaning", widest=80),
        words.said("provision", widest=26),
    )
    blocks = (
        Block(headings, columns, title=say("columns of the tables")),
        Block(headings, terms, title=say("terms")),
        Block(headings, keys, title=say("keys and their words"), empty=say("nothing")),
    )
    about = say("about glossary")
    note = "" if language.code == "en" else f" {say('texts in english')}"
    return Sheet(language.sheet("Glossary and dictionary"), about + note, blocks)
