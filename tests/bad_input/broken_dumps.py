# ruff: noqa: S608, E501  (the dumps are read, never run; long lines are data)
"""Dumps of databases: cut, damaged, wrongly encoded, wrongly named, or no dumps at all.

Belongs here: one small generator per kind of damage, over the texts of the tools. Does not belong here: reading them.
"""

import bz2
import gzip
import lzma
import random
from collections.abc import Iterator

from broken import MARKER, READ, UNAVAILABLE, Broken, Generator

_VALUE = f"{MARKER}@example.net"
_MYSQL_BODY = f"""\
DROP TABLE IF EXISTS `zz_customer`;
CREATE TABLE `zz_customer` (
  `id_customer` int unsigned NOT NULL AUTO_INCREMENT,
  `email` varchar(255) NOT NULL COMMENT '{MARKER}',
  `note` text,
  PRIMARY KEY (`id_customer`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO `zz_customer` VALUES (1,'{_VALUE}','ąčęė'),(2,'b@example.net','it''s; \\'quoted\\'');
CREATE TABLE `zz_orders` (
  `id_order` int unsigned NOT NULL,
  `total_paid` decimal(20,6) NOT NULL,
  PRIMARY KEY (`id_order`)
) ENGINE=InnoDB;
INSERT INTO `zz_orders` VALUES (1,10.0);
CREATE TABLE `zz_last` (`id_last` int NOT NULL, `phone` varchar(32), PRIMARY KEY (`id_last`));
"""
_PLAIN_BODY = (
    _MYSQL_BODY.replace("`", '"')
    .replace(" unsigned", "")
    .replace(" AUTO_INCREMENT", "")
    .replace(" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4", "")
    .replace(" ENGINE=InnoDB", "")
    .replace(f" COMMENT '{MARKER}'", "")
    .replace("\\'quoted\\'", "quoted")
)
_POSTGRES_BODY = f"""\
SET client_encoding = 'UTF8';
CREATE TABLE public.zz_customer (
    id_customer integer NOT NULL,
    email character varying(255) NOT NULL,
    note text
);
ALTER TABLE public.zz_customer OWNER TO shop;
COPY public.zz_customer (id_customer, email, note) FROM stdin;
1\t{_VALUE}\tąčęė
2\tb@example.net\t\\N
\\.

CREATE TABLE public.zz_orders (
    id_order integer NOT NULL,
    total_paid numeric(20,6) NOT NULL
);
CREATE TABLE public.zz_last (
    id_last integer NOT NULL,
    phone character varying(32)
);
ALTER TABLE ONLY public.zz_customer ADD CONSTRAINT zz_customer_pkey PRIMARY KEY (id_customer);
"""
TOOLS: dict[str, str] = {
    "mysqldump": f"-- MySQL dump 10.13  Distrib 8.0.36\n/*!40101 SET NAMES utf8mb4 */;\n{_MYSQL_BODY}"
    "-- Dump completed on 2026-10-31  2:00:00\n",
    "mariadb-dump": f"/*M!999999\\- enable the sandbox mode */\n-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n"
    f"{_MYSQL_BODY}-- Dump completed on 2026-10-31  2:00:00\n",
    "Adminer": f"-- Adminer 4.8.1 MySQL 8.0.36 dump\n\nSET NAMES utf8;\n{_MYSQL_BODY}-- 2026-10-31 02:00:00\n",
    "phpMyAdmin": f'-- phpMyAdmin SQL Dump\n-- version 5.2.1\nSET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";\n{_MYSQL_BODY}COMMIT;\n',
    "pg_dump": f"--\n-- PostgreSQL database dump\n--\n{_POSTGRES_BODY}--\n-- PostgreSQL database dump complete\n--\n\n",
    "sqlite3": f"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n{_PLAIN_BODY}COMMIT;\n",
}
_FIRST = ("id_customer", "email", "note")
_ALL = (*_FIRST, "id_order", "total_paid", "id_last", "phone")
_TRUNCATED = "record.source_truncated"


def _dump(name: str, data: bytes, ends: str, columns: tuple[str, ...] = (), file: str = "shop.sql") -> Broken:
    return Broken(name, "sql_dump", file, data, ends, columns)


def cut_in_a_definition() -> Iterator[Broken]:
    for tool, text in TOOLS.items():
        at = text.index("total_paid")
        yield _dump(f"{tool}: cut in the second CREATE TABLE", text[:at].encode(), _TRUNCATED, _FIRST)
        at = text.index("email")
        yield _dump(f"{tool}: cut in the first CREATE TABLE", text[:at].encode(), UNAVAILABLE)


def cut_in_the_rows() -> Iterator[Broken]:
    for tool, text in TOOLS.items():
        at = text.index(MARKER, text.index("INSERT" if "INSERT" in text else "FROM stdin")) + 4
        yield _dump(f"{tool}: cut in a row", text[:at].encode(), _TRUNCATED, _FIRST)
        half = text.encode().index("ąčęė".encode()) + 3
        yield _dump(f"{tool}: cut in a letter of two bytes", text.encode()[:half], _TRUNCATED, _FIRST)


def without_the_last_line() -> Iterator[Broken]:
    for tool in ("mysqldump", "mariadb-dump", "pg_dump"):
        text = TOOLS[tool]
        last = text.rindex("\n--\n-- PostgreSQL" if tool == "pg_dump" else "-- Dump completed")
        yield _dump(f"{tool}: without the line that ends a dump", text[:last].encode(), _TRUNCATED, _ALL)


def cut_archives() -> Iterator[Broken]:
    packers = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    for tool in ("mysqldump", "pg_dump", "sqlite3"):
        for ending, pack in packers.items():
            # noise after the first table makes an archive whose middle lies behind it; bzip2 packs it in one block
            noise = "".join(f"-- {random.Random(number).random()}\n" for number in range(400))
            start = TOOLS[tool].index("CREATE TABLE", TOOLS[tool].index("CREATE TABLE") + 1)
            packed = pack((TOOLS[tool][:start] + noise + TOOLS[tool][start:]).encode())
            flipped = bytearray(packed)
            flipped[len(packed) * 2 // 3] ^= 0xFF
            damaged = {
                "cut at two thirds": (packed[: len(packed) * 2 // 3], UNAVAILABLE if ending == "bz2" else _TRUNCATED),
                "cut after its first bytes": (packed[:12], UNAVAILABLE),
                "without its last byte": (packed[:-1], _TRUNCATED),
                "with a flipped byte": (bytes(flipped), UNAVAILABLE),
            }
            for name, (data, ends) in damaged.items():
                found = _FIRST if ends == _TRUNCATED else ()
                yield _dump(f"{tool}: {ending} {name}", data, ends, found, f"shop.sql.{ending}")


def packed_otherwise_than_named() -> Iterator[Broken]:
    text = TOOLS["mysqldump"].encode()
    yield _dump("gzip named .sql", gzip.compress(text), READ, _ALL)
    yield _dump("text named .sql.gz", text, READ, _ALL, "shop.sql.gz")
    yield _dump("bzip2 named .sql.gz", bz2.compress(text), READ, _ALL, "shop.sql.gz")
    yield _dump("gzip of two members", gzip.compress(text[:300]) + gzip.compress(text[300:]), READ, _ALL, "shop.sql.gz")
    yield _dump("gzip in gzip", gzip.compress(gzip.compress(text)), UNAVAILABLE, (), "shop.sql.gz")
    yield _dump("zip named .sql", b"PK\x03\x04" + random.Random(1).randbytes(400), UNAVAILABLE)
    yield _dump("zip named .sql.gz", b"PK\x03\x04" + random.Random(2).randbytes(400), UNAVAILABLE, (), "shop.sql.gz")
    yield _dump("gzip with bytes after it", gzip.compress(text) + MARKER.encode(), _TRUNCATED, _ALL, "shop.sql.gz")


def otherwise_encoded() -> Iterator[Broken]:
    for tool in ("mysqldump", "pg_dump", "sqlite3"):
        text = TOOLS[tool]
        yield _dump(f"{tool}: with a byte order mark", b"\xef\xbb\xbf" + text.encode(), READ, _ALL)
        yield _dump(f"{tool}: UTF-16 with a mark", text.encode("utf-16"), READ, _ALL)
        yield _dump(f"{tool}: UTF-16 big-endian with a mark", b"\xfe\xff" + text.encode("utf-16-be"), READ, _ALL)
        yield _dump(f"{tool}: UTF-16 without a mark", text.encode("utf-16-le"), UNAVAILABLE)
        yield _dump(f"{tool}: UTF-32", text.encode("utf-32"), UNAVAILABLE)
        yield _dump(f"{tool}: Windows-1257", text.encode("cp1257"), READ, _ALL)
        yield _dump(f"{tool}: half UTF-8, half Windows-1257", text.encode() + b"-- \xe0\xe8\xe6\xeb\n", READ, _ALL)
        yield _dump(f"{tool}: line ends of Windows", text.replace("\n", "\r\n").encode(), READ, _ALL)


def with_zero_bytes() -> Iterator[Broken]:
    for tool in ("mysqldump", "pg_dump", "sqlite3"):
        data = TOOLS[tool].encode()
        at = data.index("ąčęė".encode())
        yield _dump(f"{tool}: zero bytes in a value", data[:at] + b"\0\0\0" + data[at:], READ, _ALL)
        yield _dump(
            f"{tool}: zero bytes for its last third", data[: len(data) * 2 // 3] + b"\0" * 900, _TRUNCATED, _FIRST
        )


def quotes_that_never_close() -> Iterator[Broken]:
    for tool in ("mysqldump", "Adminer", "sqlite3"):
        text = TOOLS[tool].replace("VALUES (1,10.0)", "VALUES (1,'10.0)", 1)
        yield _dump(f"{tool}: a quote that never closes", text.encode(), _TRUNCATED, _FIRST)
    text = TOOLS["mysqldump"].replace("`id_order` int", "`id_order int", 1)
    yield _dump("mysqldump: a backtick that never closes", text.encode(), _TRUNCATED, _FIRST)
    yield _dump("mysqldump: a comment that never closes",
                TOOLS["mysqldump"].replace("CREATE TABLE `zz_orders`", "/* CREATE TABLE `zz_orders`").encode(),
                _TRUNCATED, _FIRST)  # fmt: skip
    yield _dump("pg_dump: rows that never end", TOOLS["pg_dump"].replace("\\.\n", "").encode(), _TRUNCATED, _FIRST)


def definitions_that_make_no_sense() -> Iterator[Broken]:
    text = TOOLS["mysqldump"]
    changes = {
        "brackets without an end": ("`total_paid` decimal(20,6)", "`total_paid` decimal((((20,6"),
        "no columns": ("`id_order` int unsigned NOT NULL,\n  `total_paid` decimal(20,6) NOT NULL,", ""),
        "words for columns": ("`id_order` int unsigned NOT NULL,", f"'{MARKER}' 12 , , ( ) ,"),
        "a hundred thousand brackets": ("decimal(20,6)", "(" * 100_000),
        "five thousand nested brackets": ("decimal(20,6)", "decimal(20,6) DEFAULT " + "(" * 5_000 + "1" + ")" * 5_000),
        "noise of the tool": ("CREATE TABLE `zz_orders`", "mysqldump: Got error: 2013\nCREATE TABLE `zz_orders`"),
        "marks of a merge": ("CREATE TABLE `zz_orders`", "<<<<<<< HEAD\nCREATE TABLE `zz_orders`"),
    }
    for name, (old, new) in changes.items():
        assert old in text, name
        ends = READ if name.startswith("five") else "record.table_unread"
        yield _dump(f"a definition with {name}", text.replace(old, new).encode(), ends, _FIRST)


def rows_without_their_table() -> Iterator[Broken]:
    for tool in ("mysqldump", "pg_dump", "sqlite3"):
        text = TOOLS[tool]
        start = text.index("CREATE TABLE")
        end = text.index(";", start) + 1
        yield _dump(f"{tool}: rows of a table that is not defined", (text[:start] + text[end:]).encode(),
                    "record.table_unread", ("id_order",))  # fmt: skip
    yield _dump("rows alone", f"INSERT INTO `a` VALUES (1,'{_VALUE}');\n".encode() * 3, UNAVAILABLE)


def other_things_named_sql() -> Iterator[Broken]:
    for name, data in {
        "nothing": b"",
        "blanks": b" \n\t\n" * 50,
        "comments": b"-- nothing to see\n" * 50,
        "a web page": f"<!DOCTYPE html><html><body>403 {MARKER}</body></html>".encode(),
        "JSON": f'[{{"email": "{_VALUE}"}}]'.encode(),
        "a picture": b"\x89PNG\r\n\x1a\n" + random.Random(3).randbytes(3000),
        "an SQLite file": b"SQLite format 3\0" + random.Random(4).randbytes(3000),
        "PostgreSQL's own format": b"PGDMP\x01\x0e\x00\x04\x08\x01\x01" + random.Random(5).randbytes(3000),
        "zeros": b"\0" * 4000,
        "one quotation mark": b"'",
        "one bracket": b"CREATE TABLE (",
        "words": b"CREATE TABLE",
    }.items():
        yield _dump(f"{name} named .sql", data, UNAVAILABLE)
    for seed in range(6):
        yield _dump(f"noise {seed} named .sql", random.Random(seed).randbytes(5000), UNAVAILABLE)
        yield _dump(f"noise {seed} named .sql.gz", random.Random(seed).randbytes(5000), UNAVAILABLE, (), "shop.sql.gz")


def wrong_options() -> Iterator[Broken]:
    data = TOOLS["mysqldump"].encode()
    yield Broken("an unknown dialect", "sql_dump", "shop.sql", data, UNAVAILABLE, (), (("dialect", "oracle"),))
    yield Broken("an unknown encoding", "sql_dump", "shop.sql", data, READ, _ALL, (("encoding", "klingon"),))


GENERATORS: tuple[Generator, ...] = (
    cut_in_a_definition,
    cut_in_the_rows,
    without_the_last_line,
    cut_archives,
    packed_otherwise_than_named,
    otherwise_encoded,
    with_zero_bytes,
    quotes_that_never_close,
    definitions_that_make_no_sense,
    rows_without_their_table,
    other_things_named_sql,
    wrong_options,
)
