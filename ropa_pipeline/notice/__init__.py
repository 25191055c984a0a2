"""The reader of published privacy notices: a notice's text into statements with section, lines and confidence.

Belongs here: formats, structure, and one reader per kind of statement. Does not belong here: phrases
(``mappings/lexicon/notice``), comparison and judgement (``register``, ``policy``). GDPR Art. 12 to 14.
"""

from ropa_pipeline.notice.documents import Document, NoticeUnreadable, numbered_lines
from ropa_pipeline.notice.read import READERS, read_notice
from ropa_pipeline.notice.words import lexicon_problems

__all__ = ["READERS", "Document", "NoticeUnreadable", "lexicon_problems", "numbered_lines", "read_notice"]
