"""Systems that have no file to read: the fields that their operator documents.

Belongs here: turning documented fields into tables, one per message. Does not belong here: the fields
themselves (``mappings/systems``). What comes out says "the operator documents this", never "this
controller holds it": the observation's kind is ``documented``, and there are no rows (GDPR Art. 30(1)(c)).
"""

from connectors.fingerprint import schema_fingerprint
from connectors.unavailable import unavailable
from ropa_pipeline.model.observation import (
    ObservedColumn,
    ObservedTable,
    SourceObservation,
    SourceRequest,
    ValueProfiler,
)
from ropa_pipeline.model.system import DocumentedField
from ropa_pipeline.model.terms import SourceKind


def observe(request: SourceRequest, profiler: ValueProfiler | None = None) -> SourceObservation:
    """One table per message of the system, in the order of its mapping.

    Raises SourceUnavailable where the system's mapping documents no field.
    """
    messages: dict[str, dict[str, DocumentedField]] = {}
    for field in request.documented:
        # a field documented twice (in two places of the documentation) is one column
        messages.setdefault(field.message, {}).setdefault(field.name, field)
    if not messages:
        raise unavailable(
            request,
            f"source {request.source_id}: the mapping of system {request.system} documents no field",
            f"add 'documented' to mappings/systems/{request.system}.yaml, or name a file to read",
            "source.nothing_documented",
        )
    tables = tuple(
        ObservedTable(
            name=message,
            stem=message,
            kind="documented",
            columns=tuple(
                ObservedColumn(name=field.name, native_type=field.native_type, position=position)
                for position, field in enumerate(fields.values(), 1)
            ),
        )
        for message, fields in messages.items()
    )
    return SourceObservation(
        source_id=request.source_id,
        system=request.system,
        connector=request.connector,
        kind=SourceKind.DOCUMENTED,
        tables=tables,
        fingerprint=schema_fingerprint(tables),
    )
