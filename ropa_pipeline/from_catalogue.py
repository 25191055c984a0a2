"""What the reader of notices and the drafter of folders take out of the catalogue.

Belongs here: picking the shared mappings for them, as neither may read a catalogue itself. Does not belong here:
reading (``notice``) and drafting (``onboarding``).
"""

from pathlib import Path

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.notice import read_notice
from ropa_pipeline.onboarding import Known


def known_of(catalogue: Catalogue) -> Known:
    """The shared mappings that a draft is made with."""
    return Known(
        taxonomy=catalogue.taxonomy,
        systems=catalogue.systems,
        entities=catalogue.entities,
        reference=catalogue.reference,
        lexicon=catalogue.notice_lexicon,
        templates=catalogue.templates,
    )


def notice_of(path: Path, catalogue: Catalogue) -> NoticeReading:
    """The statements of a notice. Raises NoticeUnreadable."""
    return read_notice(
        path,
        systems=catalogue.systems,
        entities=catalogue.entities,
        taxonomy=catalogue.taxonomy,
        lexicon=catalogue.notice_lexicon,
    )
