"""Names with a letter that stands by itself, and headings that were written for readers."""

from typing import Any

import pytest

from ropa_pipeline.catalogue import Catalogue
from ropa_pipeline.classify.matcher import Matcher


def test_every_phrase_of_the_lexicon_can_be_found_in_a_name(catalogue: Catalogue) -> None:
    """A phrase that no name can match would stand in the lexicon as if it were read."""
    matcher = Matcher(catalogue.lexicon)
    lost = [
        (file.language, key, phrase)
        for file in catalogue.lexicon.languages
        for key, phrases in file.words.items()
        for phrase in phrases
        if not matcher.read(phrase.replace("~", ""), file.language).hits
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("columns", "column", "category"),
    [
        pytest.param(["vardas", "pavarde", "asmens_k", "tel"], "asmens_k", "identity.government_id", id="asmens_k"),
        pytest.param(["Vardas", "Pavardė", "El. p.", "Miestas"], "El. p.", "contact.email", id="el. p."),
        pytest.param(["nombre", "f_nac", "telefono", "correo"], "f_nac", "identity.birth_date", id="f_nac"),
        pytest.param(["nome", "cognome", "p_iva", "telefono"], "p_iva", "identity.government_id", id="p_iva"),
        pytest.param(["first_name", "last_name", "sec_a"], "sec_a", "account.credential_secret", id="sec_a"),
    ],
)
def test_a_letter_by_itself_belongs_to_its_neighbour(columns: list[str], column: str, category: str, tag: Any) -> None:
    row = next(row for row in tag("clients", columns).columns if row.column_name == column)
    assert row.data_category == category, row.explanation


@pytest.mark.parametrize("heading", ["Priskirta darbuotojui", "Assigned to", "Priskirta", "Utworzył", "Bearbeitet von"])
def test_under_a_heading_stands_the_name_of_who_handled_the_row(heading: str, tag: Any) -> None:
    rows = tag("requests", ["Subject", "Message", "E-mail", heading]).columns
    assert (rows[3].data_category, rows[3].identifiability.value) == ("identity.name", "direct"), rows[3].explanation


@pytest.mark.parametrize("column", ["assigned_to", "priskirta_darbuotojui", "AssignedToId", "Assigned to ID"])
def test_a_column_of_a_program_holds_a_key_to_who_handled_it(column: str, tag: Any) -> None:
    rows = tag("requests", ["subject", "message", "email", (column, "int(11)")]).columns
    assert rows[3].identifiability.value == "indirect", rows[3].explanation
