"""The time to read a text grows with its length, whatever its shape.

Each shape is read at one length and at twice it.
"""

import time
from collections.abc import Callable

import pytest

from ropa_pipeline.notice.documents import Document, Line
from ropa_pipeline.notice.read import read_document
from ropa_pipeline.notice.words import Words
from tests.growth import grows_with_its_size

SHAPES: dict[str, Callable[[int], list[str]]] = {
    "brackets": lambda size: ["(" * size],
    "links that do not end": lambda size: ["[x](" * (size // 4)],
    "a line of commas": lambda size: ["name, email, " * (size // 13)],
    "headings": lambda size: [f"{number}. Retention of data" for number in range(size // 22)],
    "lists in lists": lambda size: [" " * (number % 40) + "- we keep your data:" for number in range(size // 40)],
    "one word": lambda size: ["1" * size],
    "one sentence": lambda size: ["We keep your order data for 2 years and " * (size // 40)],
    "capitals": lambda size: ["Abc " * (size // 4)],
    "half addresses": lambda size: ["a." * (size // 2)],
    "words that occur once": lambda size: [f"We keep w{number}x for {number} days." for number in range(size // 25)],
    "names that occur once": lambda size: [f"- Firm{number} Ltd: sends mail" for number in range(size // 26)],
    "rows that occur once": lambda size: [f"| a{number} | b | c | d |" for number in range(size // 18)],
    "rows like cookies, the last not": lambda size: [
        *(f"| _c{number} | 2 years | c | d |" for number in range(size // 26)),
        "| two words | b | c | d |",
    ],
    "cookies that occur once": lambda size: [f"_c{number} - statistics, {number} days" for number in range(size // 30)],
    "records of cookies": lambda size: ["Name: a", "Purpose: b"] * (size // 17) + ["Name: a"],
}


def _seconds(lines: list[str], words: Words) -> float:
    rows = tuple(Line(number=number, text=text) for number, text in enumerate(lines, start=1))
    started = time.process_time()
    read_document(Document(sha256="0" * 64, lines=rows), words)
    return time.process_time() - started


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_text_takes_about_twice_the_time(words: Words, shape: str) -> None:
    assert grows_with_its_size(lambda size: _seconds(SHAPES[shape](size), words), 6_000)
