"""Dumps: a table never vanishes silently, and what is not whole says so."""

import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from connectors.fingerprint import normal_type
from connectors.registry import connector_names, observe
from connectors.table_prefix import detect_prefix
from ropa_pipeline.model.clock import AgeQuestion, Clock, ClockKind, TableClocks
from ropa_pipeline.model.observation import ObservedTable, SourceObservation, SourceRequest, SourceUnavailable
from ropa_pipeline.model.system import ResidueCheck

HEAD = "-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB\n--\n"
FOOT = "\n-- Dump completed on 2026-11-22 14:31:16\n"


def request_for(path: Path, connector: str = "sql_dump", **options: str) -> SourceRequest:
    return SourceRequest(
        controller_id="example",
        source_id="shop",
        system="shop",
        connector=connector,
        location=str(path),
        shown_location=path.name,
        as_of=date(2026, 11, 22),
        options=tuple(sorted(options.items())),
        scratch=str(path.parent / "scratch"),
    )


@pytest.fixture
def read(tmp_path: Path):  # type: ignore[no-untyped-def]
    def _read(
        text: "str | bytes", connector: str = "sql_dump", name: str = "dump.sql", **options: str
    ) -> SourceObservation:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return observe(request_for(path, connector, **options))

    return _read


def names(table: ObservedTable) -> list[str]:
    return [column.name for column in table.columns]


def test_the_real_dump_gives_297_tables_and_1828_columns(shared: Path) -> None:
    observed = observe(request_for(shared / "samples" / "prestashop_8_1_2_mysqldump.sql.gz", "prestashop"))
    assert len(observed.tables) == 297
    assert sum(len(table.columns) for table in observed.tables) == 1828
    assert (observed.prefix, observed.complete, observed.has_rows) == ("ps_", True, True)
    assert observed.problems == ()
    assert observed.data_as_of == datetime(2026, 11, 22, 14, 31, 16, tzinfo=UTC)
    by_stem = {table.stem: table for table in observed.tables}
    assert normal_type({c.name: c for c in by_stem["product_comment"].columns}["grade"].native_type) == "float unsigned"
    assert (by_stem["customer"].rows, by_stem["orders"].rows) == (42, 25)


def test_a_dump_cut_anywhere_is_never_complete_and_says_so(shared: Path, tmp_path: Path) -> None:
    whole = gzip.decompress((shared / "samples" / "prestashop_8_1_2_mysqldump.sql.gz").read_bytes())
    for share in (0.2, 0.5, 0.9, 0.999):
        path = tmp_path / "cut.sql"
        path.write_bytes(whole[: int(len(whole) * share)])
        observed = observe(request_for(path, "prestashop"))
        assert not observed.complete
        assert "record.source_truncated" in {problem.rule_id for problem in observed.problems}
        assert 0 < len(observed.tables) <= 297


def test_a_damaged_archive_keeps_what_was_read_before_the_damage(shared: Path, tmp_path: Path) -> None:
    packed = (shared / "samples" / "prestashop_8_1_2_mysqldump.sql.gz").read_bytes()
    path = tmp_path / "cut.sql.gz"
    path.write_bytes(packed[: len(packed) // 2])
    observed = observe(request_for(path))
    assert observed.tables
    assert not observed.complete


def test_a_table_cut_in_its_column_list_is_named(read) -> None:  # type: ignore[no-untyped-def]
    observed = read(HEAD + "CREATE TABLE `a` (`id` int);\nCREATE TABLE `lost` (`id` int, `em")
    problem = next(p for p in observed.problems if p.rule_id == "record.table_unread")
    assert (problem.subject, problem.blocks) == ("lost", True)
    assert [table.name for table in observed.tables] == ["a"]


NEW_VIEW = """
/*!50001 DROP VIEW IF EXISTS `v`*/;
/*!50001 CREATE VIEW `v` AS SELECT
 1 AS `id`,
  1 AS `mail` */;
"""
OLD_VIEW = "/*!50001 CREATE TABLE `v` (\n  `id` tinyint NOT NULL,\n  `mail` tinyint NOT NULL\n) ENGINE=MyISAM */;\n"
FINAL_VIEW = """
/*!50001 DROP {kind} IF EXISTS `v`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `v` AS select `c`.`id` AS `id`,`c`.`email` AS `mail` from `c` where `c`.`email` <> '*/;' */;
"""


@pytest.mark.parametrize(
    "placeholder",
    [
        pytest.param(NEW_VIEW, id="select placeholder"),
        pytest.param(OLD_VIEW, id="table placeholder"),
        pytest.param("", id="none"),
    ],
)
def test_a_view_inside_conditional_comments_counts_as_a_table_with_the_types_of_its_columns(read, placeholder) -> None:  # type: ignore[no-untyped-def]
    table = "CREATE TABLE `c` (`id` int(11) NOT NULL, `email` varchar(255) DEFAULT NULL);\n"
    kind = "TABLE" if placeholder == OLD_VIEW else "VIEW"
    observed = read(HEAD + table + placeholder + FINAL_VIEW.format(kind=kind) + FOOT)
    view = observed.tables[1]
    assert (view.name, view.kind, names(view), view.rows) == ("v", "view", ["id", "mail"], None)
    assert view.columns[1].native_type == "varchar(255)"
    assert observed.problems == ()


def test_foreign_keys_in_the_table_and_added_later(read) -> None:  # type: ignore[no-untyped-def]
    observed = read(
        "CREATE TABLE `p` (`id` int NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;"
        "CREATE TABLE `c` (`id` int, `p1` int, `p2` int, CONSTRAINT `x` FOREIGN KEY (`p1`) REFERENCES `p` (`id`));"
        "ALTER TABLE `c` ADD PRIMARY KEY (`id`), ADD CONSTRAINT `y` FOREIGN KEY (`p2`) REFERENCES `p` (`id`), "
        "ADD COLUMN `late` varchar(9) NOT NULL;"
    )
    child = observed.tables[0]
    assert [(key.column, key.references_table, key.references_column) for key in child.foreign_keys] == [
        ("p1", "p", "id"),
        ("p2", "p", "id"),
    ]
    assert child.columns[0].key == "PRI"
    assert child.columns[0].nullable is False
    assert names(child)[-1] == "late"


def test_an_adminer_dump_with_tabs_and_column_lists(read) -> None:  # type: ignore[no-untyped-def]
    observed = read(
        "-- Adminer 4.8.1 MySQL 8.0.30 dump\n\nSET NAMES utf8;\nDROP TABLE IF EXISTS `ps_a`;\n"
        "CREATE TABLE `ps_a` (\n  `id` int NOT NULL,\n  `t` text\n) ENGINE=InnoDB;\n\n"
        "INSERT INTO `ps_a` (`id`, `t`) VALUES\n(1,\t'it\\'s; (x),(y)'),\n(2,\tNULL);\n\n-- 2026-01-02 03:04:05\n"
    )
    assert observed.tables[0].rows == 2
    assert observed.complete
    assert observed.data_as_of == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


POSTGRES = """--
-- PostgreSQL database dump
--
\\restrict abc
SET standard_conforming_strings = on;
CREATE FUNCTION public.f() RETURNS trigger AS $$ BEGIN CREATE TABLE x (y int); RETURN NULL; END $$ LANGUAGE plpgsql;
CREATE TABLE public.customers (
    id bigint NOT NULL,
    email character varying(255) NOT NULL,
    note text DEFAULT 'C:\\'::text,
    tags text[] DEFAULT '{}'::text[]
);
CREATE TABLE audit.log (at timestamp with time zone DEFAULT now(), who character varying);
COMMENT ON COLUMN public.customers.note IS 'said; by phone';
COPY public.customers (id, email, note, tags) FROM stdin;
1\ta@example.com\tCREATE TABLE nothing (x int);\t{}
2\tb@example.com\t\\N\t{}
\\.

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX by_email ON public.customers USING btree (email);
-- PostgreSQL database dump complete
"""


def test_a_pg_dump_with_copy_data_keys_and_comments(read) -> None:  # type: ignore[no-untyped-def]
    observed = read(POSTGRES)
    log, customers = observed.tables
    assert (log.name, customers.name, customers.rows) == ("audit.log", "customers", 2)
    assert [(c.name, c.native_type, c.nullable, c.key) for c in customers.columns[:2]] == [
        ("id", "bigint", False, "PRI"),
        ("email", "character varying(255)", False, "UNI"),
    ]
    assert log.columns[0].native_type == "timestamp with time zone"
    assert customers.columns[2].comment == "said; by phone"
    assert observed.problems == ()
    assert observed.complete


HOSTILE = [
    pytest.param("CREATE TABLE `a``b;c\n'd` (`e\"f;` int, `CREATE TABLE x` int);", 1, id="names"),
    pytest.param("CREATE TABLE a (x varchar(99) DEFAULT '); CREATE TABLE b (y int);' COMMENT 'a, b');", 1, id="text"),
    pytest.param("-- CREATE TABLE b (y int);\n/* CREATE TABLE c (y int); */ CREATE TABLE a (x int);", 1, id="comment"),
    pytest.param("INSERT INTO `n` VALUES ('x;\n CREATE TABLE b (y int);');\nCREATE TABLE `a` (x int);", 1, id="insert"),
    pytest.param("SELECT 'it\\'s'; CREATE TABLE `a` (x int); SELECT \"; CREATE TABLE c (y int);\";", 1, id="strings"),
    pytest.param("CREATE TABLE `a` (x int)\nCREATE TABLE `b` (y int)\n", 2, id="no delimiter between"),
    pytest.param("CREATE TEMPORARY TABLE `t` (x int); CREATE TABLE `a` (x int);", 1, id="temporary"),
    pytest.param("DELIMITER ;;\nCREATE PROCEDURE p() BEGIN CREATE TABLE z (x int); END;;\nDELIMITER ;\n"
                 "CREATE TABLE `a` (x int);", 1, id="procedure"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "count"), HOSTILE)
def test_tables_are_counted_right_whatever_stands_in_names_strings_and_comments(read, text: str, count: int) -> None:  # type: ignore[no-untyped-def]
    observed = read(text, dialect="mysql")
    assert len(observed.tables) == count
    # rows of a table that is not defined are a problem of their own
    assert {problem.subject for problem in observed.problems} <= {"n"}


TYPES = [
    pytest.param("`c` float unsigned NOT NULL", "float unsigned", id="float unsigned"),
    pytest.param("`c` double(8,2) unsigned zerofill", "double(8,2) unsigned zerofill", id="double zerofill"),
    pytest.param("`c` point NOT NULL", "point", id="geometry"),
    pytest.param("`c` inet6 DEFAULT NULL", "inet6", id="inet6"),
    pytest.param("`c` enum('A b','c,d)','e''f') CHARACTER SET latin1", "enum('A b','c,d)','e''f')", id="enum"),
    pytest.param("`c` varchar(9) COLLATE utf8mb4_bin DEFAULT NULL COMMENT 'x'", "varchar(9)", id="collate"),
    pytest.param("`c` int(11) GENERATED ALWAYS AS (`b` * 2) VIRTUAL", "int(11)", id="generated"),
    pytest.param(
        "`c` timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp()", "timestamp", id="now"
    ),
    pytest.param("c char varying(9)", "char varying(9)", id="varying"),
    pytest.param("c bigint(20) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY", "bigint(20) unsigned", id="auto"),
]


@pytest.mark.parametrize(("column", "native_type"), TYPES)
def test_a_type_is_kept_as_it_was_written(read, column: str, native_type: str) -> None:  # type: ignore[no-untyped-def]
    observed = read(
        f"CREATE TABLE `t` (`b` int, {column}) ENGINE=InnoDB PARTITION BY RANGE (b) (PARTITION p VALUES LESS THAN (9));"
    )
    assert observed.tables[0].columns[1].native_type == native_type
    assert names(observed.tables[0]) == ["b", "c"]
    assert observed.problems == ()


def test_the_placeholders_of_prestashops_installer_are_read(read) -> None:  # type: ignore[no-untyped-def]
    observed = read(
        "CREATE TABLE `PREFIX_customer` (`id_customer` int(10) unsigned NOT NULL auto_increment, `email` varchar(255), "
        "PRIMARY KEY (`id_customer`)) ENGINE=ENGINE_TYPE DEFAULT CHARSET=utf8mb4 COLLATION;"
    )
    assert names(observed.tables[0]) == ["id_customer", "email"]


def test_a_table_that_cannot_be_read_blocks_and_is_named_and_the_others_stay(read) -> None:  # type: ignore[no-untyped-def]
    observed = read("CREATE TABLE `a` (x int);\nCREATE TABLE `broken` (\n, 'no column');\nCREATE TABLE `b` (x int);")
    assert [table.name for table in observed.tables] == ["a", "b"]
    assert [(p.rule_id, p.subject, p.blocks) for p in observed.problems] == [("record.table_unread", "broken", True)]
    assert not observed.complete


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "iso8859-13", "cp1257"])
def test_unusual_encodings(read, codec: str) -> None:  # type: ignore[no-untyped-def]
    text = "SET NAMES latin7;\nCREATE TABLE `užsakymai` (`id` int);\n"
    data = (b"\xff\xfe" if codec == "utf-16-le" else b"") + text.encode(codec)
    observed = read(data, dialect="mysql")
    assert len(observed.tables) == 1
    if codec not in ("cp1257",):
        assert observed.tables[0].name == "užsakymai"


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "no table"), ("hello world", "no table"), (b"\x1f\x8b broken", "damaged")],
    ids=["empty", "no sql", "no archive"],
)
def test_a_file_that_is_no_dump_gives_one_message_with_a_remedy(read, text: "str | bytes", message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SourceUnavailable, match=message) as raised:
        read(text)
    assert raised.value.problem.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"missing\.sql"):
        observe(request_for(tmp_path / "missing.sql"))


def test_the_prefix_is_detected_and_another_one_can_be_given(read) -> None:  # type: ignore[no-untyped-def]
    text = "".join(
        f"CREATE TABLE `{prefix}{name}` (`id` int);"
        for prefix in ("a_", "b_")
        for name in ("configuration", "shop_url", "customer")
    )
    first = read(text, "prestashop")
    assert (first.prefix, {t.stem for t in first.tables if t.name.startswith("a_")}) == (
        "a_",
        {"configuration", "shop_url", "customer"},
    )
    assert {t.stem for t in first.tables if t.name.startswith("b_")} == {"b_configuration", "b_shop_url", "b_customer"}
    assert any("several shops" in note for note in first.notes)
    assert read(text, "prestashop", prefix="b_").prefix == "b_"


def test_tables_that_are_no_prestashop_keep_their_names_and_are_a_warning(read) -> None:  # type: ignore[no-untyped-def]
    observed = read("CREATE TABLE `orders` (`id` int);", "prestashop")
    assert [(p.rule_id, p.blocks) for p in observed.problems] == [("record.prefix_unknown", False)]
    assert observed.tables[0].stem == "orders"


def test_an_empty_prefix_is_a_prefix() -> None:
    assert detect_prefix(["configuration", "shop_url", "customer"]) == ""


def test_every_connector_named_in_the_registry_can_be_asked_for() -> None:
    assert "webservice" in connector_names()


ROWS = """
CREATE TABLE `x_configuration` (`id` int); CREATE TABLE `x_shop_url` (`id` int);
CREATE TABLE `x_customer` (`id_customer` int, `name` varchar(9), `email` varchar(99), `date_add` datetime);
CREATE TABLE `x_mail` (`id_mail` int, `recipient` varchar(99), `date_add` datetime);
INSERT INTO `x_customer` VALUES (1,'a);(','one@example.com','2020-01-01 00:00:00'),
(2,'it\\'s','two@example.com','0000-00-00 00:00:00'),(3,NULL,NULL,NULL);
INSERT INTO `x_mail` (`date_add`, `recipient`, `id_mail`) VALUES
('2026-01-01 10:00:00', 'ONE@example.com', 1),
('2026-01-01 10:00:00', _binary 'gone@example.com', 2);
"""


def _with_mails(path: Path, rows: str) -> SourceRequest:
    """A request that asks for the customers' ages and for mails to nobody known."""
    path.write_text(rows, encoding="utf-8")
    question = AgeQuestion(
        question_id="q",
        rule_id="r",
        clock=Clock(kind=ClockKind.COLUMN, columns=("date_add",)),
        cutoff=datetime(2025, 1, 1),
    )
    return request_for(path, "prestashop").model_copy(
        update={
            "clocks": (TableClocks(table="customer", questions=(question,), latest=datetime(2026, 11, 22)),),
            "residue": (
                ResidueCheck(
                    check_id="mail", table="mail", column="recipient", parent_table="customer", parent_column="email",
                    compares_values=True, grade="left behind", remedy="erase",
                ),
            ),
        }
    )  # fmt: skip


def test_people_whose_rows_could_not_be_read_are_not_taken_for_erased(tmp_path: Path) -> None:
    one_value_less = ROWS.replace("`email` varchar(99), `date_add`", "`email` varchar(99), `born` date, `date_add`", 1)
    observed = observe(_with_mails(tmp_path / "dump.sql", one_value_less))
    assert [item.rule_id for item in observed.problems] == ["record.rows_unread"]
    assert observed.residue == ()


def test_ages_and_residue_are_answered_from_the_rows_of_the_dump(tmp_path: Path) -> None:
    observed = observe(_with_mails(tmp_path / "dump.sql", ROWS))
    answer = observed.ages[0].answers[0]
    assert (answer.rows, answer.overdue, answer.without_date) == (3, 1, 2)
    assert [(item.check_id, item.rows) for item in observed.residue] == [("mail", 1)]
    scratch = tmp_path / "scratch"
    assert list(scratch.iterdir()) == []
