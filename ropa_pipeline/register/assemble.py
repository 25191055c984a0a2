"""Assembles the register from what was declared, read and classified: the heart of the pipeline.

Belongs here: the order of assembly. Does not belong here: any single table's rules (its own module),
findings (``policy``), row ages (``retention``). Pure: same inputs, same rows, no clock, no files.
"""

from ropa_pipeline.model.base import Row
from ropa_pipeline.model.tables import Tables
from ropa_pipeline.register.activities import attribute
from ropa_pipeline.register.activity_data import activity_data
from ropa_pipeline.register.cookies import cookies
from ropa_pipeline.register.documents import assessments, holds, legal_bases, security_measures
from ropa_pipeline.register.flows import collect_flows
from ropa_pipeline.register.inputs import Ledger, RegisterInputs
from ropa_pipeline.register.parties import controllers, parties, processor_activities
from ropa_pipeline.register.recipients import contracts, disclosures, recipients
from ropa_pipeline.register.rendering import Parts, processing_activities
from ropa_pipeline.register.rule_evidence import rule_evidence
from ropa_pipeline.register.systems import column_evidence, systems, with_activities
from ropa_pipeline.register.transfers import transfers


def assemble(inputs: RegisterInputs) -> Tables:
    """The register's fact tables with their evidence and proposals.

    Output: rows of controllers, parties, systems, processing_activities, legal_bases, activity_data,
    recipients, disclosures, contracts, transfers, retention_rules, holds, cookies, security_measures,
    assessments, processor_activities, classified_columns (with activities), evidence, proposals.
    """
    ledger = Ledger(inputs)
    attribution = attribute(inputs)
    flows = collect_flows(inputs, attribution)
    data = activity_data(inputs, attribution, ledger)
    bases = legal_bases(inputs, attribution, ledger)
    known_contracts = contracts(inputs, flows, ledger)
    made = disclosures(inputs, flows, known_contracts, ledger)
    moved = transfers(inputs, attribution, flows, ledger)
    measures = security_measures(inputs, ledger)
    rule_evidence(inputs, ledger)
    columns = with_activities(inputs.columns, attribution)
    column_evidence(columns, inputs.tables, ledger)
    rows: list[Row] = [
        *controllers(inputs, ledger),
        *parties(inputs, ledger),
        *systems(inputs, flows, ledger),
        *processing_activities(
            inputs, attribution, Parts(data, bases, made, moved, inputs.rules, measures, flows), ledger
        ),
        *bases,
        *data,
        *recipients(inputs, attribution, flows, made, ledger),
        *made,
        *known_contracts,
        *moved,
        *inputs.rules,
        *holds(inputs, ledger),
        *cookies(inputs, ledger),
        *measures,
        *assessments(inputs, ledger),
        *processor_activities(inputs, ledger),
        *columns,
    ]
    rows.extend(ledger.evidence)
    rows.extend(ledger.proposals)
    return Tables(rows)
