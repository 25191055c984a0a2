"""The notice tonight: the statements that were declared of it, and the reading of its text where one was supplied.

Belongs here: reading the supplied text once a night, comparing its hash with the declared one. Does not belong here:
how a text is read (:mod:`ropa_pipeline.notice`), what its statements mean (``register``, ``policy``). GDPR Art. 13, 14.
"""

from dataclasses import dataclass

from ropa_pipeline.model.controller import ControllerFolder
from ropa_pipeline.model.finding import Statement
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.model.observation import SourceProblem
from ropa_pipeline.model.terms import About, Severity
from ropa_pipeline.night import Night
from ropa_pipeline.notice import NoticeUnreadable, read_notice


@dataclass(frozen=True)
class NoticeState:
    """The notice tonight: what was declared of it, and the reading of the text where one was supplied."""

    supplied: bool
    same_text: bool
    reading: NoticeReading | None
    problem: SourceProblem | None


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
        reading = read_notice(
            path,
            systems=night.catalogue.systems,
            taxonomy=night.catalogue.taxonomy,
            lexicon=night.catalogue.notice_lexicon,
        )
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
    return NoticeState(True, same, reading, None)


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
