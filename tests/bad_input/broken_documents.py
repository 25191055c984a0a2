# ruff: noqa: S608  (text of a sample, run nowhere but in memory)
"""Structured documents: JSON, HAR, cookie files, listings, messages, schema answers as XML, SQLite files, addresses.

Belongs here: one small generator per kind of document. Does not belong here: rows under headings (``broken_exports``).
"""

import gzip
import io
import json
import random
import sqlite3
import tarfile
import zipfile
from collections.abc import Iterator
from functools import cache

from broken import EITHER, MARKER, UNAVAILABLE, Broken, Generator

_VALUE = f"{MARKER}@example.net"
_TEXTS: dict[str, str | bytes] = {
    "nothing": "",
    "blanks": " \n ",
    "a lone bracket": "[",
    "cut in a value": f'[{{"name": "{_VALUE}", "size": 1}}, {{"name": "{MARKER}',
    "two documents": f'{{"name": "{_VALUE}"}} {{"name": 1}}',
    "a trailing comma": f'[{{"name": "{_VALUE}"}},]',
    "single quotes": f"[{{'name': '{_VALUE}'}}]",
    "no document": MARKER,
    "a number": "17",
    "a text": f'"{MARKER}"',
    "null": "null",
    "an empty list": "[]",
    "an empty object": "{}",
    "a list of nulls": "[null, null]",
    "a list of numbers": "[1, 2, 3]",
    "mixed items": f'[1, "{MARKER}", null, [], {{"name": "x"}}]',
    "a key twice": f'[{{"name": "a", "name": "{_VALUE}", "path": "/", "domain": "x.example"}}]',
    "NaN and infinity": '[{"name": "a", "domain": "x.example", "expires": NaN, "size": Infinity, "value": -Infinity}]',
    "huge numbers": '[{"name": "a", "domain": "x.example", "expires": 1e999, "size": ' + "9" * 4000 + "}]",
    "a number of five thousand digits": '[{"name": "a", "size": ' + "9" * 5000 + "}]",
    "half a pair in a name": '[{"na\\ud800me": "x", "name": "\\ud800", "domain": "x.example"}]',
    "zero letters in a name": '[{"na\\u0000me": "x", "name": "\\u0000", "domain": "x.example"}]',
    "a thousand levels": "[" * 1000 + "]" * 1000,
    "a hundred thousand levels": "[" * 100_000,
    "a hundred thousand levels of objects": '{"a":' * 100_000,
    "keys that are values": json.dumps({f"{number}@example.net": {"a": 1} for number in range(500)}),
    "UTF-16": f'[{{"name": "{_VALUE}", "domain": "x.example"}}]'.encode("utf-16"),
    "UTF-16 without a mark": f'[{{"name": "{_VALUE}"}}]'.encode("utf-16-le"),
    "Windows-1257": '[{"name": "ąčę", "domain": "x.example"}]'.encode("cp1257"),
    "zero bytes": b'[{"name": "a\0b"}]',
    "noise": random.Random(11).randbytes(900),
    "a web page": f"<html><body>{MARKER}</body></html>",
}


def _document(connector: str, file: str, name: str, data: str | bytes) -> Broken:
    held = data.encode() if isinstance(data, str) else data
    return Broken(f"{connector}: {name}", connector, file, held, EITHER)


def json_for_every_reader() -> Iterator[Broken]:
    for connector, file in (
        ("json_schema", "a.json"),
        ("cookies", "a.json"),
        ("file_listing", "a.json"),
        ("payment_messages", "a.json"),
    ):
        for name, data in _TEXTS.items():
            yield _document(connector, file, name, data)


def schemas() -> Iterator[Broken]:
    for name, document in {
        "a schema that refers to itself": {"$schema": "x", "properties": {"a": {"$ref": "#"}}},
        "a reference to nothing": {"$schema": "x", "properties": {"a": {"$ref": "#/nowhere"}}},
        "a reference to elsewhere": {"$schema": "x", "properties": {"a": {"$ref": "http://127.0.0.1:1/a"}}},
        "properties that are none": {"$schema": "x", "properties": [1, 2]},
        "fields without names": [{"type": "STRING"}, {"name": None, "type": "STRING"}],
        "fields of wrong types": [{"name": 7, "type": "STRING", "mode": [], "fields": 9}],
        "a field that holds itself": [{"name": "a", "type": "RECORD", "fields": [{"name": "b", "type": []}]}],
        "names with half a pair": {"$schema": "x", "properties": {"a\ud800": {"type": "string"}}},
        "types that are objects": {"$schema": "x", "properties": {"a": {"type": {"x": 1}}}},
    }.items():
        yield _document("json_schema", "a.json", name, json.dumps(document))
    wide: dict[str, object] = {
        "$schema": "x",
        "$defs": {"n": {"properties": {c: {"$ref": "#/$defs/n"} for c in "abcdef"}}},
    }
    yield _document("json_schema", "a.json", "a schema that unfolds without end",
                    json.dumps({**wide, "properties": {"a": {"$ref": "#/$defs/n"}}}))  # fmt: skip
    lines = f'{{"a": 1}}\n{{"b": "{_VALUE}"}}\n{{"c": \n{MARKER}\n{{"d": 4}}\n'
    yield Broken(
        "json_schema: broken lines", "json_schema", "a.ndjson", lines.encode(), "source.file_partly_read", ("a", "d")
    )
    keys = "\n".join(json.dumps({"x" + "abcdefghij"[n % 10] + str(n): 1}) for n in range(30_000))
    yield _document("json_schema", "a.ndjson", "thirty thousand different keys", keys)


def visits() -> Iterator[Broken]:
    entry = {
        "request": {"url": "https://x.example/"},
        "response": {"headers": [{"name": "Set-Cookie", "value": f"a={MARKER}"}]},
    }
    for name, log in {
        "without entries": {"version": "1.2"},
        "with entries of null": {"entries": None},
        "with entries that are a text": {"entries": MARKER},
        "with entries of numbers": {"entries": [1, 2]},
        "with entries of null inside": {"entries": [None]},
        "with an empty entry": {"entries": [{}]},
        "with requests of wrong types": {"entries": [{**entry, "request": [MARKER]}]},
        "with headers of wrong types": {"entries": [{"request": {}, "response": {"headers": {"a": 1}}}]},
        "with headers of numbers": {"entries": [{"request": {}, "response": {"headers": [1, None]}}]},
        "with a value of a wrong type": {
            "entries": [{**entry, "response": {"headers": [{"name": 5, "value": {"a": 1}}]}}]
        },
        "with pages of wrong types": {"entries": [entry], "pages": {"a": 1}},
        "with a wrong date": {"entries": [{**entry, "startedDateTime": {"a": 1}}]},
        "with an impossible date": {"entries": [{**entry, "startedDateTime": "2026-02-30T99:99:99Z"}]},
    }.items():
        yield _document("cookies", "visit.har", f"a HAR {name}", json.dumps({"log": log}))
    odd = "a=1; Max-Age=99999999999999999999; Expires=never\n=; ;;\n\x00=x; Domain=\u202eelpmaxe; Max-Age=-1\nb"
    yield _document(
        "cookies",
        "visit.har",
        "a HAR with odd cookies",
        json.dumps(
            {
                "log": {
                    "entries": [
                        {
                            "request": {"url": "http://[::1"},
                            "response": {"headers": [{"name": "set-cookie", "value": odd}]},
                        }
                    ]
                }
            }
        ),
    )
    yield _document("cookies", "visit.har", "a log that is a list", '{"log": []}')
    for name, text in {
        "too few fields": "x.example\tTRUE\t/\n",
        "a date that is none": f"x.example\tTRUE\t/\tFALSE\tnever\ta\t{MARKER}\n",
        "a date of the year 300000": f"x.example\tTRUE\t/\tFALSE\t9999999999999\ta\t{MARKER}\n",
        "a negative date": f"x.example\tTRUE\t/\tFALSE\t-99999999999999\ta\t{MARKER}\n",
        "a table without names": f"domain;duration\nx.example;{MARKER}\n",
        "noise": random.Random(12).randbytes(700).decode("latin-1"),
    }.items():
        yield _document("cookies", "cookies.txt", f"a jar with {name}", text)


def listings_and_messages() -> Iterator[Broken]:
    for name, text in {
        "a listing that turns into noise": "2026-01-02 10:00:00 5 a.stl\n" * 3 + f"{MARKER}\n" * 2,
        "sizes that are none": f"name,size,modified\n{MARKER}.stl,many,tomorrow\n",
        "no names": f"size,modified\n5,{MARKER}\n",
        "dates without end": "9" * 400 + " 5 a.stl\n5 99999999999999999 ./b.stl\n",
    }.items():
        yield _document("file_listing", "list.txt", name, text)
    for name, text in {
        "encoded that is no base64": "encoded=%%%%\nencoded=====\n",
        "encoded noise": f"encoded={'A' * 50_001}\n",
        "a token of two parts": f"token={MARKER}.x\n",
        "a token that is no JSON": "token=aaaaaaaaaaa.bbbbbbbbbbb.ccccccccc\n",
        "no message": f"{MARKER} went to the shop\n" * 5,
        "ten thousand parameters": "?" + "&".join(f"a{n}=1" for n in range(10_000)) + "\n",
        "thirty thousand parameters": "?" + "&".join(f"a{n}=1" for n in range(30_000)) + "\n",
        "half a Solana address": "solana:\nsolana:?\nsolana:%ff%fe?amount=%00\n",
    }.items():
        yield _document("payment_messages", "capture.txt", name, text)


_SYNOPSIS = b"<prestashop><customer><email required='true' format='isEmail'/></customer></prestashop>"


def schema_answers() -> Iterator[Broken]:
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + MARKER.encode() + b'">]>'
    answers: dict[str, bytes] = {
        "nothing": b"",
        "a warning before it": b"<br/>Warning: in /var/www" + _SYNOPSIS,
        "entities": bomb + _SYNOPSIS.replace(b"isEmail", b"&b;"),
        "an entity from a file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + _SYNOPSIS,
        "cut": _SYNOPSIS[:40],
        "an error": b"<prestashop><errors><error><code>1</code></error></errors></prestashop>",
        "no field": b"<prestashop><customer/></prestashop>",
        "something else": b"<rss><channel/></rss>",
        "deep": b"<prestashop>" + b"<a>" * 30_000 + b"</a>" * 30_000 + b"</prestashop>",
        "noise": random.Random(13).randbytes(800),
        "too long": _SYNOPSIS + b" " * (3 << 20),
    }
    for name, data in answers.items():
        ends = EITHER if name == "deep" else UNAVAILABLE
        yield Broken(f"webservice: {name}", "webservice", "syn_customers.xml", data, ends)
    zipped = _zipped({"syn_customers.xml": _SYNOPSIS, "syn_orders.xml": b"<prestashop>"})
    yield Broken(
        "webservice: one broken answer of two",
        "webservice",
        "answers.zip",
        zipped,
        "record.resource_unread",
        ("email",),
    )
    locked = bytearray(_zipped({"syn_customers.xml": _SYNOPSIS}))
    locked[6] |= 1
    locked[bytes(locked).index(b"PK\x01\x02") + 8] |= 1
    flipped = bytearray(_zipped({"syn_customers.xml": _SYNOPSIS * 40}))
    flipped[60] ^= 0xFF
    archives = {
        "an archive cut": ("answers.zip", zipped[:60]),
        "a locked archive": ("answers.zip", bytes(locked)),
        "an archive with a flipped byte": ("answers.zip", bytes(flipped)),
        "an archive of nothing": ("answers.zip", _zipped({})),
        "an archive of two thousand files": ("answers.zip", _zipped({f"{n}.xml": b"<a/>" for n in range(2000)})),
        "noise named .tar.gz": ("answers.tar.gz", random.Random(14).randbytes(500)),
        "a cut .tar.gz": ("answers.tar.gz", _tarred()[:70]),
        "a .tar.gz with a flipped byte": ("answers.tar.gz", _flipped(_tarred())),
        "text named .tar": ("answers.tar", MARKER.encode() * 80),
    }
    for name, (file, data) in archives.items():
        yield Broken(f"webservice: {name}", "webservice", file, data, UNAVAILABLE)


def _zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _tarred() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for number in range(40):
            info = tarfile.TarInfo(f"syn_{number}.xml")
            info.size = len(_SYNOPSIS)
            archive.addfile(info, io.BytesIO(_SYNOPSIS))
    return gzip.compress(stream.getvalue() + random.Random(3).randbytes(3000))


def _flipped(data: bytes) -> bytes:
    half = bytearray(data)
    for place in range(20, 60):
        half[place] ^= 0x5A
    return bytes(half)


@cache
def _sqlite() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT);"
        + "".join(f"INSERT INTO customer VALUES ({n}, '{n}{_VALUE}');" for n in range(400))
        + "CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL);"
    )
    data = connection.serialize()
    connection.close()
    return bytes(data)


def databases_as_files() -> Iterator[Broken]:
    data = _sqlite()
    for name, held, ends in (
        ("nothing", b"", UNAVAILABLE),
        ("its first hundred bytes", data[:100], UNAVAILABLE),
        ("its first page", data[:4096], EITHER),
        ("its first half", data[: len(data) // 2], EITHER),
        ("a broken schema", data[:110] + random.Random(1).randbytes(3000) + data[3110:], UNAVAILABLE),
        ("broken pages", data[:8192] + random.Random(2).randbytes(len(data) - 8192), EITHER),
        ("noise", random.Random(3).randbytes(9000), UNAVAILABLE),
        ("another beginning", b"MARIA" + data[5:], UNAVAILABLE),
        ("a page size of nothing", data[:16] + b"\0\0" + data[18:], UNAVAILABLE),
        ("text", MARKER.encode() * 300, UNAVAILABLE),
    ):
        yield Broken(f"sqlite: {name}", "sql_database", "shop.sqlite", held, ends)


GENERATORS: tuple[Generator, ...] = (
    json_for_every_reader, schemas, visits, listings_and_messages, schema_answers, databases_as_files,
)  # fmt: skip
