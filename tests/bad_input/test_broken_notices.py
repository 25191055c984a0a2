# ruff: noqa: PT017  (an input may be read or refused, so pytest.raises does not fit)
"""A notice that cannot be read says file, place and remedy; no notice keeps the reader busy."""

from pathlib import Path

import broken_notices
import pytest
from broken import MARKER, at_most

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.notice import NoticeUnreadable, read_notice

CASES = tuple(case for make in broken_notices.GENERATORS for case in make())
TIMES = 150


@pytest.mark.parametrize(("name", "file", "data", "may_be_read"), CASES, ids=[case[0] for case in CASES])
def test_a_broken_notice_says_file_place_and_remedy_or_is_read(
    tmp_path: Path, catalogue: Catalogue, name: str, file: str, data: bytes, may_be_read: bool
) -> None:
    path = tmp_path / file
    path.write_bytes(data)
    with at_most(TIMES):
        try:
            reading = read_notice(
                path, systems=catalogue.systems, taxonomy=catalogue.taxonomy, lexicon=catalogue.notice_lexicon
            )
        except NoticeUnreadable as error:
            assert str(path) in str(error)
            assert error.place
            assert error.remedy
            assert MARKER not in str(error)
        else:
            assert may_be_read, name
            reading.model_dump_json()
