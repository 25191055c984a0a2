"""The review loop: what only a person can decide goes out in Excel and comes back as decisions.

Belongs here: what waits and in which order (``queue``), what a person may edit (``edits``), kinds of cells (``cells``),
the workbook (``sheet``, ``edit_sheets``), reading it back (``read_back``, ``read_edits``), what is typed by hand
(``typed``), merging it with what is true now (``merge``, ``cell_merge``) and the YAML with it (``apply``,
``documents``). Does not belong here: tagging (``classify``), releases (``publish``), where files are
(``commands.review``). What a named person decided, with date and reason, is what GDPR Art. 5(2) asks for.
"""

from ropa_pipeline.review.apply import ApplyRefused, changed_files, changed_text, files_of
from ropa_pipeline.review.edits import Known
from ropa_pipeline.review.merge import merge
from ropa_pipeline.review.preview import NowAndThen, Preview, Verdict
from ropa_pipeline.review.queue import (
    ProposalItem,
    ReviewItem,
    ReviewReason,
    lost_decisions,
    open_proposals,
    review_items,
)
from ropa_pipeline.review.read_back import EditedWorkbook, ReviewUnreadable, read_review
from ropa_pipeline.review.sheet import ReviewSheet, write_review
from ropa_pipeline.review.written import not_as_shown

__all__ = [
    "ApplyRefused",
    "EditedWorkbook",
    "Known",
    "NowAndThen",
    "Preview",
    "ProposalItem",
    "ReviewItem",
    "ReviewReason",
    "ReviewSheet",
    "ReviewUnreadable",
    "Verdict",
    "changed_files",
    "changed_text",
    "files_of",
    "lost_decisions",
    "merge",
    "not_as_shown",
    "open_proposals",
    "read_review",
    "review_items",
    "write_review",
]
