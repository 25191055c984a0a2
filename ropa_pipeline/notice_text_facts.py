"""Which text of the privacy notice a release stands on: address, language, SHA-256, and its lines where supplied.

Belongs here: gathering those facts for the audit file. Does not belong here: reading the notice
(:mod:`ropa_pipeline.notice`) and showing it (``publish.audit_sources``). Nothing of a text that was not supplied with
this run is quoted (GDPR Art. 5(2), 13).
"""

from ropa_pipeline.model.notice import NoticeReading
from ropa_pipeline.night import Night
from ropa_pipeline.notice.documents import numbered_lines
from ropa_pipeline.publish.context import NoticeFacts


def notice_facts(night: Night, reading: NoticeReading | None, as_recorded: bool) -> NoticeFacts | None:
    """The supplied text with its lines; else what was recorded of the text that was read; None where neither is.

    ``reading``: of the file supplied tonight, None where there is none or it cannot be read.
    """
    declared = night.folder.notice.notice if night.folder.notice else None
    if reading is not None and night.notice_file is not None:
        lines = numbered_lines(night.notice_file).lines
        return NoticeFacts(
            address=(declared.address if declared else "") or reading.address,
            language=reading.language,
            sha256=reading.sha256,
            lines=reading.lines,
            as_recorded=as_recorded,
            text=tuple(line.text for line in lines),
        )
    if declared is None:
        return None
    return NoticeFacts(
        address=declared.address, language=declared.language, sha256=declared.sha256, lines=declared.lines
    )
