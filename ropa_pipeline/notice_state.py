"""The notice tonight: the statements that were declared of it, and the reading of its text where one was supplied.

Belongs here: reading the supplied text once a night, comparing its hash with the declared one, and keeping the reading
of the declared text, so that another text is compared with it as the same reader read it. Does not belong here: how a
text is read (:mod:`ropa_pipeline.notice`), what its statements mean (``register``, ``policy``). GDPR Art. 13, 14.
What is kept are statements, in ``data/build/<controller>/notice_reading.json``; the text itself is not.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ropa_pipeline import __version__
from ropa_pipeline.from_catalogue import notice_of
from ropa_pipeline.model.base import Frozen
from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.observation import SourceProblem
from ropa_pipeline.model.providers import Providers
from ropa_pipeline.model.terms import About, Severity
from ropa_pipeline.night import Night
from ropa_pipeline.notice import NoticeUnreadable
from ropa_pipeline.store import write_bytes


@dataclass(frozen=True)
class NoticeState:
    """The notice tonight: what was declared of it, and the reading of the text where one was supplied.

    ``as_declared``: what the same reader found in the declared text, if it was supplied once; only with another text.
    """

    supplied: bool
    same_text: bool
    reading: NoticeReading | None
    problem: SourceProblem | None
    as_declared: NoticeReading | None = None


class KeptReading(Frozen):
    """A reading with what it was made by: one by another reader cannot be compared with tonight's."""

    reader: str
    reading: NoticeReading


def notice_state(night: Night) -> NoticeState:
    """Read the supplied text, if any, and compare its hash with the one that was declared.

    A text that cannot be read is a problem about the record, and the declared statements stand.
    """
    return night.once(_read)


def _read(night: Night) -> NoticeState:
    path = night.notice_file
    if path is None:
        return NoticeState(False, False, None, None)
    try:
        reading = notice_of(path, night.catalogue)
    except NoticeUnreadable as error:
        problem = SourceProblem(
            rule_id="notice.unreadable",
            subject=path.name,
            message=str(error),
            remedy="Supply the notice as text, HTML, Markdown, PDF with text, or DOCX.",
            severity=Severity.ERROR,
            about=About.RECORD,
        )
        return NoticeState(False, False, None, problem)
    declared = night.folder.notice
    same = declared is not None and declared.notice.sha256 == reading.sha256
    if same:
        kept = KeptReading(reader=_reader(night), reading=reading)
        write_bytes(_kept_path(night), kept.model_dump_json(indent=1).encode() + b"\n")
        return NoticeState(True, True, reading, None)
    return NoticeState(True, False, reading, None, _kept(night, declared.notice.sha256) if declared else None)


def _kept_path(night: Night) -> Path:
    return night.settings.build / night.controller_id / "notice_reading.json"


def _kept(night: Night, sha256: str) -> NoticeReading | None:
    """The kept reading of the declared text; None where there is none that tonight's reader would have made."""
    try:
        kept = KeptReading.model_validate_json(_kept_path(night).read_bytes())
    except (OSError, ValueError):
        return None  # never supplied, or left by another version: the declared statements are compared instead
    return kept.reading if kept.reader == _reader(night) and kept.reading.sha256 == sha256 else None


def _reader(night: Night) -> str:
    """What a reading depends on besides its text: this version, the lexicon, the taxonomy's words, the providers."""
    catalogue = night.catalogue
    digest = hashlib.sha256(__version__.encode())
    digest.update(catalogue.notice_lexicon.model_dump_json().encode())
    digest.update(catalogue.taxonomy.model_dump_json().encode())
    for key, phrases in Providers(catalogue.systems, catalogue.entities).phrases().items():
        digest.update(f"{key}:{catalogue.systems[key].is_recipient}:{phrases}".encode())
    return digest.hexdigest()


def declared_statements(folder: ControllerFolder) -> tuple[Statement, ...]:
    """notice.yaml as rows: what a person checked has confidence 1, what ``ropa init`` drafted has the reader's."""
    return tuple(
        Statement(
            statement_id=item.id,
            kind=item.kind,
            section=item.section,
            line_from=item.lines[0],
            line_to=item.lines[1],
            subject=item.subject,
            value=item.value,
            confidence=item.confidence,
        )
        for item in (folder.notice.statements if folder.notice else ())
    )
