"""Connector: PrestaShop's Webservice, by its schema answers (``?schema=synopsis``) alone.

Belongs here: asking a live shop for the schema of each resource, or reading such answers from a folder, archive or
file, and turning them into tables. Does not belong here: rows. A row is never asked for: a customer's answer would
hold password hashes (GDPR Art. 5(1)(c), 25). What comes out is part of the shop only, and the notes say which
kinds of tables the Webservice never shows.

What an answer says: :mod:`connectors.webservice_schema`; where it comes from: :mod:`connectors.webservice_live`,
:mod:`connectors.webservice_saved`. Option: ``key`` (or the URL's user name) for a live shop.
"""

from connectors.fingerprint import schema_fingerprint
from connectors.unavailable import unavailable
from connectors.webservice_live import live_answers
from connectors.webservice_saved import is_saved, saved_answers
from connectors.webservice_schema import UnreadableAnswer, read_synopsis
from ropa_pipeline.model.observation import (
    ObservedTable,
    SourceObservation,
    SourceProblem,
    SourceRequest,
    ValueProfiler,
)
from ropa_pipeline.model.terms import SourceKind

NEVER_SHOWN = (
    "the Webservice shows part of the shop only: it never shows visits and their sources (connections), sessions of "
    "customers and staff, sent e-mails (mail), logs, products in carts, personalised texts and files, returns and "
    "credit-note lines, nor any table of a module (newsletter, wishlist, reviews, alerts, privacy log, payments); "
    "read the database or a dump for these"
)


def is_webservice_location(location: str) -> bool:
    """Whether this connector reads that location: a web address, saved XML, a folder or an archive of it.

    >>> is_webservice_location("https://shop.example.com/api"), is_webservice_location("dump.sql.gz")
    (True, False)
    """
    return _is_address(location) or is_saved(location)


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """Read the schema of every resource that can be read. The profiler is not used: there are no values.

    Output: one table per resource, ``name`` the resource, ``stem`` the database table it stands for, one column per
    field (``association.field`` for associations). ``complete`` is always False. Errors: SourceUnavailable.
    """
    live = _is_address(request.location)
    problems: list[SourceProblem] = []
    notes: list[str] = [NEVER_SHOWN]
    tables: dict[str, ObservedTable] = {}
    for resource, answer in live_answers(request, problems) if live else saved_answers(request):
        try:
            table = read_synopsis(resource, answer)
        except UnreadableAnswer:
            problems.append(
                SourceProblem(
                    rule_id="record.resource_unread",
                    subject=resource,
                    message=f"{request.shown_location}: the answer of resource {resource} is no XML that can be read",
                    remedy="save the answer again; in a shop, look for a warning that PHP prints before the XML",
                )
            )
            continue
        if table is None:
            notes.append(f"resource {resource} has no schema")
        else:
            tables[table.name] = table
    if not tables:
        raise unavailable(
            request,
            f"{request.shown_location}: no schema could be read",
            "save the answers of '?schema=synopsis' as XML, or give the key the right to GET each resource",
        )
    observed = tuple(table for _, table in sorted(tables.items()))
    saved = SourceKind.SAMPLE if request.is_sample else SourceKind.FILE
    return SourceObservation(
        source_id=request.source_id,
        system=request.system,
        connector=request.connector,
        kind=SourceKind.LIVE if live else saved,
        tables=observed,
        fingerprint=schema_fingerprint(observed),
        complete=False,
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _is_address(location: str) -> bool:
    return location.lower().startswith(("http://", "https://"))
