"""Saved answers of PrestaShop's Webservice: a folder, an archive or a file of schema answers.

Belongs here: opening them within bounds. Does not belong here: what an answer says (:mod:`connectors.webservice`), and
a shop that answers now (:mod:`connectors.webservice_live`).
"""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from connectors.unavailable import unavailable
from ropa_pipeline.model.observation import SourceRequest

LONGEST_ANSWER = 2 << 20
MOST_RESOURCES = 1000
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".zip")
# RuntimeError: a part is locked by a password, or packed in a way that is not known here
_READ_ERRORS = (OSError, EOFError, RuntimeError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)


def is_saved(location: str) -> bool:
    """Whether a file or folder can hold saved answers: XML, an archive, or a folder with XML in it."""
    path = Path(location)
    if path.is_dir():
        return any(item.suffix.lower() == ".xml" for item in path.iterdir())
    return location.lower().endswith((*_ARCHIVES, ".xml"))


def saved_answers(request: SourceRequest) -> Iterator[tuple[str, bytes]]:
    """Resource and answer, sorted by resource. Raises SourceUnavailable."""
    path = Path(request.location)
    found: dict[str, bytes] = {}
    try:
        for name, stream, size in _files(path):
            if size > LONGEST_ANSWER or len(found) >= MOST_RESOURCES:
                raise unavailable(
                    request,
                    f"{request.shown_location}: more or longer files than schema answers ever are",
                    f"keep only the answers of '?schema=synopsis': at most {MOST_RESOURCES}, each under 2 MB",
                )
            # a size that an archive declares need not be true
            found[_resource(name)] = stream.read(LONGEST_ANSWER + 1)[:LONGEST_ANSWER]
    except _READ_ERRORS as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the archive is damaged"
        raise unavailable(
            request, f"{request.shown_location}: {reason}", "check the path, and save the answers again"
        ) from None
    yield from sorted(found.items())


def _files(path: Path) -> Iterator[tuple[str, IO[bytes], int]]:
    lower = path.name.lower()
    if path.is_dir():
        for item in sorted(path.iterdir()):
            if item.suffix.lower() == ".xml" and item.is_file():
                with item.open("rb") as stream:
                    yield item.name, stream, item.stat().st_size
    elif lower.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.filename.lower().endswith(".xml"):
                    with archive.open(info) as stream:
                        yield info.filename, stream, info.file_size
    elif lower.endswith(_ARCHIVES):
        with tarfile.open(path) as tar:
            for member in tar:
                extracted = tar.extractfile(member) if member.isfile() else None
                if extracted is not None and member.name.lower().endswith(".xml"):
                    yield member.name, extracted, member.size
    else:
        with path.open("rb") as stream:
            yield path.name, stream, path.stat().st_size


def _resource(file_name: str) -> str:
    """The resource that a saved answer belongs to, from its file name.

    >>> _resource("answers/syn_order_details.xml"), _resource("customers_synopsis.xml")
    ('order_details', 'customers')
    """
    name = file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    for part in ("syn_", "synopsis_", "schema_"):
        name = name.removeprefix(part)
    return name.removesuffix("_synopsis").removesuffix("_schema")
