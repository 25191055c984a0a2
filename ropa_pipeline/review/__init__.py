"""The review loop of column tags and proposals: out to a person in Excel, and back as decisions.

Belongs here: what waits for review and in which order (``queue``), the workbook (``sheet``), reading it back
(``read_back``), what is typed by hand (``typed``), merging it with what is true now (``merge``) and writing
decisions.yaml (``apply``). Does not belong here: tagging (``classify``), releases (``publish``), where files are
(``commands.review``). A tag that a named person decided, with date and reason, is what GDPR Art. 5(2) asks for.
"""

from ropa_pipeline.review.apply import ApplyRefused, changed_text, replace_file
from ropa_pipeline.review.merge import NowAndThen, Preview, Verdict, merge
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

__all__ = [
    "ApplyRefused",
    "EditedWorkbook",
    "NowAndThen",
    "Preview",
    "ProposalItem",
    "ReviewItem",
    "ReviewReason",
    "ReviewSheet",
    "ReviewUnreadable",
    "Verdict",
    "changed_text",
    "lost_decisions",
    "merge",
    "open_proposals",
    "read_review",
    "replace_file",
    "review_items",
    "write_review",
]
