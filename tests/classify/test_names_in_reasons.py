"""A reason that a person types may name who decided, and no customer; sentences without a name pass."""

import time

import pytest

from ropa_pipeline.review.typed import personal_value
from tests.growth import grows_with_its_size

REFUSED = (
    "klientė Ona Onaitė paprašė ištrinti",
    "Customer's name is Ona Onaite",
    "customer: Ona Onaite asked twice",
    "Herr Max Muster hat angerufen",
    "Kunde Erika Mustermann wünscht es",
    "told by Mr. Jonas Jonaitis",
    "name: Jonas Jonaitis",
    "клиент Иван Иванов просил",
    "asked at ona@example.com",
    "she rang from +370 612 34567",
    "paid from LT12 1000 0111 0100 1000",
    "the card 4111 1111 1111 1111",
)
ALLOWED = (
    "DPO",
    "Ona Onaitė",
    "Mr Jonas Jonaitis, data protection officer",
    "Decided with the DPO on 2026-03-02",
    "the customer asked, see the ticket",
    "asked by the customer. Accounting Act says ten years",
    "Client Id Field is technical",
    "checked with Customer Service Desk",
    "customer Data Protection Officer agreed",
    "supplier Venipak Lietuva confirmed",
    "Member States require it for ten years",
    "it is the courier's own field",
)


@pytest.mark.parametrize("text", REFUSED)
def test_a_sentence_with_somebodys_value_is_refused(text: str) -> None:
    assert personal_value(text)


@pytest.mark.parametrize("text", ALLOWED)
def test_who_decided_and_why_is_not_refused(text: str) -> None:
    assert personal_value(text) == ""


@pytest.mark.parametrize(
    "piece",
    ["customer Ona ", "name: ", "Mr. ", "12 34567 ", "a@", "(((", "Ona Onaitė, "],
    ids=lambda piece: piece.strip(),
)
def test_twice_the_reason_takes_about_twice_the_time(piece: str) -> None:
    def took(size: int) -> float:
        text = piece * size
        personal_value.cache_clear()
        started = time.process_time()
        personal_value(text)
        return time.process_time() - started

    assert grows_with_its_size(took, 1_000)
