# ruff: noqa: E501, F541  (long lines are data)
"""Exports with rows under headings: torn, mixed, mislabelled, endless.

Belongs here: one small generator per kind of damage to a text table, a bank's statement or a list of columns. Does not
belong here: workbooks (``broken_workbooks``) and structured documents (``broken_documents``).
"""

import random
from collections.abc import Iterator

from broken import MARKER, READ, UNAVAILABLE, Broken, Generator

_VALUE = f"{MARKER}@example.net"
_HEADINGS = "Order number;Customer name;Email;Phone;Created"
_ROW = f"17;{MARKER} Onaite;{_VALUE};+37060000001;2026-01-02 10:00"
_COLUMNS = ("Order number", "Customer name", "Email", "Phone", "Created")
_PARTLY = "source.file_partly_read"
_NAMELESS = "source.no_headings"


def _csv(name: str, text: str | bytes, ends: str = READ, columns: tuple[str, ...] = (), file: str = "a.csv") -> Broken:
    data = text.encode() if isinstance(text, str) else text
    return Broken(name, "table_export", file, data, ends, columns)


def separators() -> Iterator[Broken]:
    for name, sign in {"semicolons": ";", "tabs": "\t", "bars": "|", "commas": ","}.items():
        text = f"{_HEADINGS}\n{_ROW}\n{_ROW}\n".replace(";", sign)
        yield _csv(f"{name} in a file named .csv", text, READ, _COLUMNS)
        yield _csv(f"{name} in a file named .tsv", text, READ, _COLUMNS, "a.tsv")
        yield _csv(f"{name} and a hint that says so", f"sep={sign}\n{text}", READ, _COLUMNS)
    yield _csv("a hint that is wrong", f"sep=#\n{_HEADINGS}\n{_ROW}\n", READ)
    yield _csv("semicolons in one half, commas in the other",
               f"{_HEADINGS}\n{_ROW}\n{_ROW}\n" + f"{_ROW}\n".replace(";", ",") * 2, READ, _COLUMNS)  # fmt: skip
    yield _csv("headings with commas over rows with semicolons", _HEADINGS.replace(";", ",") + f"\n{_ROW}\n" * 4, READ)
    yield _csv("carets for separators", f"{_HEADINGS}\n{_ROW}\n".replace(";", "^"), READ)


def headings() -> Iterator[Broken]:
    yield _csv("headings twice", f"Email;Email;Email\n{_VALUE};b;c\n", READ, ("Email", "Email (2)", "Email (3)"))
    yield _csv("empty headings", f"Email;;;Phone\n{_VALUE};b;c;d\n", READ, ("Email", "column 2", "Phone"))
    yield _csv("headings of blanks", f"Email; ;  ;Phone\n{_VALUE};b;c;d\n", READ, ("Email", "Phone"))
    yield _csv("only headings", f"{_HEADINGS}\n", READ, _COLUMNS)
    yield _csv("only headings, without a line end", _HEADINGS, READ, _COLUMNS)
    yield _csv("headings in row 7", f"Report of {MARKER}\n\nPeriod: 2026\n\n;;;;\nPrinted\n{_HEADINGS}\n{_ROW}\n" * 1,
               READ, _COLUMNS)  # fmt: skip
    yield _csv("no headings", f"{_ROW}\n" * 5, _NAMELESS, ("column 1",))
    yield _csv("one row of values", f"{_ROW}\n", _NAMELESS, ("column 1",))
    yield _csv("a heading that is an e-mail address", f"Name;{_VALUE}\nOna;1\nJonas;2\n", _NAMELESS)
    yield _csv("a heading of ten thousand letters", f"Name;{'x' * 10_000}\nOna;1\n", READ, ("Name", "column 2"))
    yield _csv("headings over several lines", '"Order\nnumber";"Customer\r\nname"\n1;2\n', READ, ("Order number",))
    yield _csv("headings repeated in the middle", f"{_HEADINGS}\n{_ROW}\n{_HEADINGS}\n{_ROW}\n", READ, _COLUMNS)
    yield _csv("headings with marks of direction", "Na\u202eme;Em\u200bail\nOna;1\n", READ)


def rows() -> Iterator[Broken]:
    yield _csv("ragged rows", f"{_HEADINGS}\n{_ROW}\n1;2\n{_ROW};more;and more;{MARKER}\n\n;\n", READ, _COLUMNS)
    yield _csv("rows longer than the headings", f"Name;Email\n" + "a;b;c;d;e\n" * 20, READ)
    yield _csv("ten thousand columns", ";".join(f"field {n}" for n in range(10_000)) + "\n", READ, ("field 9999",))
    yield _csv("thirty thousand columns", ";".join(f"field {n}" for n in range(30_000)) + "\n", UNAVAILABLE)
    yield _csv("a hundred thousand separators", ";" * 100_000 + "\n", UNAVAILABLE)
    yield _csv("a line of five million letters", f"{_HEADINGS}\n{'x' * 5_000_000}\n{_ROW}\n", _PARTLY, _COLUMNS)
    yield _csv("one line of five million letters", "x" * 5_000_000, UNAVAILABLE)
    yield _csv(
        "a cell of two million letters",
        f"{_HEADINGS}\n1;{'x' * 2_000_000};3;4;5\n{_ROW}\n",
        "source.file_unreadable",
        _COLUMNS,
    )
    yield _csv("totals below", f"{_HEADINGS}\n{_ROW}\n;;;;\nTotal;1;;;\n", READ, _COLUMNS)
    yield _csv("line ends of an old Mac", f"{_HEADINGS}\r{_ROW}\r{_ROW}\r", READ, _COLUMNS)
    yield _csv("line ends of every kind", f"{_HEADINGS}\r\n{_ROW}\n{_ROW}\r{_ROW}", READ, _COLUMNS)


def quotes() -> Iterator[Broken]:
    yield _csv(
        "a quote that never closes", f'{_HEADINGS}\n1;"{MARKER};x;y;z\n{_ROW}\n', "source.file_unreadable", _COLUMNS
    )
    yield _csv("a quote that never closes over megabytes", f'{_HEADINGS}\n1;"{MARKER};x\n' + f"{_ROW}\n" * 30_000,
               "source.file_unreadable", _COLUMNS)  # fmt: skip
    yield _csv("quotes inside cells", f'{_HEADINGS}\n1;a"b"c;""{_VALUE}"";3";"4\n{_ROW}\n', READ, _COLUMNS)
    yield _csv("a heading's quote that never closes", f'Order number;"Customer name;Email\n1;{MARKER};x\n', UNAVAILABLE)


def encodings() -> Iterator[Broken]:
    text = f"Užsakymo Nr.;Gavėjas;El. paštas\n1;{MARKER} Žukaitė;{_VALUE}\n"
    columns = ("Užsakymo Nr.", "Gavėjas", "El. paštas")
    yield _csv("UTF-8 with a mark", text.encode("utf-8-sig"), READ, columns)
    yield _csv("UTF-16 with a mark", text.encode("utf-16"), READ, columns)
    yield _csv("UTF-16 with a mark, cut in a letter", text.encode("utf-16")[:-1], READ, columns)
    yield _csv("UTF-16 with half a pair", text.encode("utf-16") + b"\x3d\xd8\x0a\x00", READ, columns)
    yield _csv("UTF-16 without a mark", text.encode("utf-16-le"), UNAVAILABLE)
    yield _csv("UTF-32", text.encode("utf-32"), READ, columns)
    yield _csv("Windows-1257", text.encode("cp1257"), READ, columns)
    yield _csv("ISO 8859-13", text.encode("iso8859-13"), READ, columns)
    yield _csv("UTF-8 above, Windows-1257 below", text.encode() + text.encode("cp1257"), READ)
    yield _csv("UTF-8 cut in a letter", text.encode()[: text.encode().rindex("Ž".encode()) + 1], READ)
    yield _csv("zero bytes between rows", text.encode() + b"\0\0\0\n", UNAVAILABLE)
    yield _csv("control characters", text.replace("1;", "1\x1b[31m\x07;").encode(), READ, columns)
    yield _csv("UTF-8 twice", text.encode().decode("latin-1").encode(), READ)
    yield _csv("UTF-7", text.encode("utf-7"), READ)


def other_things_named_csv() -> Iterator[Broken]:
    for name, data in {
        "nothing": b"",
        "blanks": b" \r\n\t\r\n" * 40,
        "a picture": b"\x89PNG\r\n\x1a\n" + random.Random(3).randbytes(3000),
        "a workbook": b"PK\x03\x04\x14\0\0\0" + random.Random(3).randbytes(3000),
        "zeros": b"\0" * 3000,
    }.items():
        yield _csv(f"{name} named .csv", data, UNAVAILABLE)
    yield _csv("a web page named .csv", f"<!DOCTYPE html><html><body>403 {MARKER}</body></html>", UNAVAILABLE)
    yield _csv("JSON named .csv", f'{{"email": "{_VALUE}"}}', UNAVAILABLE)
    for seed in range(6):
        yield _csv(f"noise {seed} named .csv", random.Random(seed).randbytes(4000), UNAVAILABLE)
        letters = bytes(random.Random(seed).choices(range(1, 256), k=4000))
        yield _csv(f"noise {seed} without zeros named .csv", letters, UNAVAILABLE)


def banks() -> Iterator[Broken]:
    def bank(name: str, data: str | bytes, ends: str, file: str = "statement.csv") -> Broken:
        return Broken(name, "bank_statement", file, data.encode() if isinstance(data, str) else data, ends)

    seb = (
        "DOK NR.;DATA;VALIUTA;SUMA;MOKĖTOJO ARBA GAVĖJO PAVADINIMAS;MOKĖTOJO ARBA GAVĖJO IDENTIFIKACINIS KODAS;SĄSKAITA;"
        "MOKĖJIMO PASKIRTIS;DEBETAS/KREDITAS\n"
    )
    yield bank(
        "a statement with wrong totals", seb + f"1;2026-01-02;EUR;12,x0;{MARKER};;LT0;x;K\n;;;999999;;;;;\n", READ
    )
    yield bank("a statement with headings alone", seb, READ)
    yield bank("a statement cut in its headings", seb[:50], READ)
    litas = "010\tMK\t20260102\t101112\t5025\t\tC" + "\t" * 7 + f"{MARKER}\n"
    yield bank("LITAS-ESIS without header and balance", litas, READ, "statement.acc")
    yield bank("LITAS-ESIS with unknown rows", litas + "999\tx\n\t\n020\n", READ, "statement.acc")
    yield bank("LITAS-ESIS without any row", "abc\tdef\n", UNAVAILABLE, "statement.acc")
    yield bank("LITAS-ESIS of noise", random.Random(5).randbytes(900), UNAVAILABLE, "statement.acc")
    camt = (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>'
        f"<Ntry><Amt>1</Amt><NtryDtls><TxDtls><Nm>{MARKER}</Nm></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    )
    bomb = (
        '<!DOCTYPE a [<!ENTITY a0 "x">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
    )
    for name, data in {
        "cut in its middle": camt[: len(camt) * 2 // 3],
        "with a billion laughs": camt.replace("<Document", bomb + "<Document").replace(MARKER, "&a9;"),
        "with an entity from a file": camt.replace(
            "<Document", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Document'
        ).replace(MARKER, "&b;"),
        "with a definition from elsewhere": camt.replace(
            "<Document", '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><Document'
        ).replace(MARKER, "&b;"),
        "of another kind": "<invoices><invoice/></invoices>",
        "of nothing": "",
        "with an unknown encoding": camt.replace('version="1.0"', 'version="1.0" encoding="klingon"'),
        "with zero bytes": camt.replace(MARKER, "a\0b"),
    }.items():
        yield bank(f"camt.053 {name}", data, UNAVAILABLE, "statement.xml")
    deep = camt.replace(MARKER, "<a>" * 20_000 + "</a>" * 20_000)
    yield bank("camt.053 twenty thousand levels deep", deep, UNAVAILABLE, "statement.xml")
    yield bank("camt.053 in UTF-16", camt.replace('version="1.0"', 'version="1.0" encoding="UTF-16"').encode("utf-16"),
               READ, "statement.xml")  # fmt: skip


def lists_of_columns() -> Iterator[Broken]:
    def listed(name: str, data: str | bytes, ends: str, columns: tuple[str, ...] = ()) -> Broken:
        held = data.encode() if isinstance(data, str) else data
        return Broken(name, "column_list", "columns.csv", held, ends, columns)

    yield listed("a list without its headings", f"shop,customer,{MARKER}\n", UNAVAILABLE)
    yield listed("a list without the column of columns", f"system,table\nshop,{MARKER}\n", UNAVAILABLE)
    yield listed("a list with headings alone", "system,table,column\n", UNAVAILABLE)
    yield listed(
        "a list with ragged rows",
        "system,table,column,type\nshop,a,email,text\nshop\nshop,a\nshop,a,phone,text,x,y\n",
        READ,
        ("email",),
    )
    yield listed("a list with empty names", "system,table,column\n,,\n,a,\n,,b\n", READ)
    yield listed("a list with a column twice", "system,table,column\ns,a,email\ns,a,email\n", READ, ("email",))
    yield listed(
        "a list with impossible words", "system,table,column,nullable,key\ns,a,email,perhaps,\x1b\n", READ, ("email",)
    )
    yield listed("a list of nothing", "", UNAVAILABLE)
    yield listed("a list of noise", random.Random(6).randbytes(900), UNAVAILABLE)
    yield listed("a list of one cell too long", f"system,table,column\ns,a,{'x' * 2_000_000}\n", UNAVAILABLE)


GENERATORS: tuple[Generator, ...] = (
    separators, headings, rows, quotes, encodings, other_things_named_csv, banks, lists_of_columns,
)  # fmt: skip
