"""The Webservice: schemas only, from saved answers or a live shop."""

import base64
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors import webservice_live
from connectors.registry import observe
from ropa_pipeline.model.observation import SourceRequest, SourceUnavailable
from ropa_pipeline.model.terms import SourceKind

KEY = "EXAMPLEKEY0000000000000000000001"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">'
CUSTOMER = (
    HEAD + '<customer><email required="true" maxSize="255" format="isEmail"><![CDATA[]]></email>'
    '<birthday format="isBirthDate"></birthday><associations><groups nodeType="group" api="groups"><group><id></id>'
    "</group></groups></associations></customer></prestashop>"
)
ORDER = HEAD + '<order><reference><![CDATA[]]></reference><note format="isCleanHtml"/></order></prestashop>'
ERROR = HEAD + "<errors><error><code>100</code><message>no</message></error></errors></prestashop>"
INDEX = (
    HEAD + "<api>"
    + "".join(
        f'<{name} xlink:href="http://elsewhere.invalid/api/{name}" get="true"><schema type="synopsis" '
        f'xlink:href="http://elsewhere.invalid/api/{name}?schema=synopsis"/></{name}>'
        for name in ("customers", "orders")
    )
    + '<images xlink:href="http://elsewhere.invalid/api/images" get="true"/></api></prestashop>'
)  # fmt: skip


def request_for(location: str, connector: str = "prestashop", **options: str) -> SourceRequest:
    return SourceRequest(
        controller_id="example",
        source_id="shop",
        system="prestashop",
        connector=connector,
        location=location,
        shown_location="the shop's Webservice",
        as_of=date(2026, 11, 22),
        options=tuple(sorted(options.items())),
    )


def test_the_real_answers_give_a_table_for_every_resource_that_has_a_schema(shared: Path) -> None:
    observed = observe(request_for(str(shared / "samples" / "prestashop_8_1_2_webservice_synopsis.tar.gz")))
    assert len(observed.tables) == 67
    assert {note.split()[1] for note in observed.notes if "no schema" in note} == {"images", "klaviyo", "search"}
    assert observed.problems == ()
    stems = {table.name: table.stem for table in observed.tables}
    assert (stems["orders"], stems["customers"], stems["stock_movements"]) == ("orders", "customer", "stock_mvt")
    customer = next(table for table in observed.tables if table.name == "customers")
    validators = {column.name: column.validator for column in customer.columns}
    assert (validators["email"], validators["birthday"]) == ("isEmail", "isBirthDate")


def test_every_stem_of_the_real_answers_is_a_table_of_the_real_dump(shared: Path) -> None:
    samples = shared / "samples"
    answers = observe(request_for(str(samples / "prestashop_8_1_2_webservice_synopsis.tar.gz")))
    dump = observe(request_for(str(samples / "prestashop_8_1_2_mysqldump.sql.gz")))
    assert {table.stem for table in answers.tables} <= {table.stem for table in dump.tables}


def test_what_the_webservice_shows_is_never_the_whole_shop(tmp_path: Path) -> None:
    (tmp_path / "customers.xml").write_text(CUSTOMER, encoding="utf-8")
    observed = observe(request_for(str(tmp_path)))
    assert not observed.complete
    assert "sent e-mails" in observed.notes[0]
    assert [(c.name, c.nullable, c.max_length, c.validator) for c in observed.tables[0].columns] == [
        ("email", False, 255, "isEmail"),
        ("birthday", True, None, "isBirthDate"),
        ("groups.id", True, None, ""),
    ]


def _folder(folder: Path) -> Path:
    return folder


def _tar(folder: Path) -> Path:
    path = folder.parent / "answers.tgz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, "answers")
    return path


def _zip(folder: Path) -> Path:
    path = folder.parent / "answers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for item in folder.iterdir():
            archive.write(item, item.name)
    return path


@pytest.mark.parametrize("pack", [_folder, _tar, _zip], ids=["folder", "tar", "zip"])
def test_saved_answers_are_read_from_a_folder_and_from_archives(tmp_path: Path, pack: Callable[[Path], Path]) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "syn_customers.xml").write_text(CUSTOMER, encoding="utf-8")
    (folder / "syn_search.xml").write_text(ERROR, encoding="utf-8")
    (folder / "syn_broken.xml").write_text("<prestashop><a>", encoding="utf-8")
    observed = observe(request_for(str(pack(folder)), "webservice"))
    assert [table.name for table in observed.tables] == ["customers"]
    assert [(p.rule_id, p.subject) for p in observed.problems] == [("record.resource_unread", "broken")]


def test_an_answer_that_defines_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb">]><prestashop><customer><a>&b;</a></customer></prestashop>'
    (tmp_path / "customers.xml").write_text(bomb, encoding="utf-8")
    with pytest.raises(SourceUnavailable):
        observe(request_for(str(tmp_path)))


class Shop(ThreadingHTTPServer):
    """A Webservice that answers schemas and notes what it is asked for."""

    failures: dict[str, list[int]]
    asked: list[str]
    slow: float = 0.0


class _Answer(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(f"{KEY}:".encode()).decode():
            self._send(401, "")
            return
        time.sleep(self.server.slow)
        resource = self.path.removeprefix("/api/").split("?")[0]
        failures = self.server.failures.get(resource, [])
        if failures:
            self._send(failures.pop(0), "an answer that must not be shown")
            return
        self._send(200, {"": INDEX, "customers": CUSTOMER, "orders": ORDER}[resource])

    def _send(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        if status == 302:
            self.send_header("Location", "http://elsewhere.invalid/")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Shop(("127.0.0.1", 0), _Answer)
    server.daemon_threads = True
    server.asked, server.failures = [], {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def address(server: Shop, key: str = KEY) -> str:
    return f"http://{key}@127.0.0.1:{server.server_address[1]}/api/"


def test_a_live_shop_is_asked_for_its_index_and_for_schemas_and_nothing_else(shop: Shop) -> None:
    observed = observe(request_for(address(shop)))
    assert [(table.name, table.stem) for table in observed.tables] == [("customers", "customer"), ("orders", "orders")]
    assert observed.kind is SourceKind.LIVE
    assert shop.asked == ["/api/", "/api/customers?schema=synopsis", "/api/orders?schema=synopsis"]


def test_the_key_may_stand_in_an_option_and_the_path_may_be_left_out(shop: Shop) -> None:
    location = f"http://127.0.0.1:{shop.server_address[1]}"
    assert len(observe(request_for(location, key=KEY)).tables) == 2


def test_a_refused_key_is_one_message_without_the_key(shop: Shop) -> None:
    with pytest.raises(SourceUnavailable) as raised:
        observe(request_for(address(shop, "WRONGKEY")))
    assert raised.value.problem.rule_id == "source.access_denied"
    assert "WRONGKEY" not in raised.value.problem.model_dump_json()
    assert len(shop.asked) == 1


def test_a_passing_failure_is_tried_again(shop: Shop) -> None:
    shop.failures = {"customers": [503, 429]}
    assert len(observe(request_for(address(shop))).tables) == 2


def test_a_resource_that_stays_unreadable_is_a_problem_and_the_others_are_read(shop: Shop) -> None:
    shop.failures = {"customers": [403]}
    observed = observe(request_for(address(shop)))
    assert [table.name for table in observed.tables] == ["orders"]
    assert [(p.rule_id, p.subject) for p in observed.problems] == [("record.resource_unread", "customers")]
    assert "must not be shown" not in observed.model_dump_json()


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_shop_without_a_webservice_is_one_message_with_a_remedy(shop: Shop, status: int) -> None:
    shop.failures = {"": [status] * 9}
    with pytest.raises(SourceUnavailable) as raised:
        observe(request_for(address(shop)))
    assert raised.value.problem.remedy


def test_a_shop_that_does_not_answer_in_time_is_given_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webservice_live, "TIMEOUT", (0.1, 0.1))
    shop.slow = 0.6
    with pytest.raises(SourceUnavailable) as raised:
        observe(request_for(address(shop)))
    assert raised.value.problem.rule_id == "source.unreachable"
    assert raised.value.retryable


def test_an_answer_without_end_is_cut(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webservice_live, "LONGEST_ANSWER", 50)
    with pytest.raises(SourceUnavailable, match="longer"):
        observe(request_for(address(shop)))


def test_a_missing_key_is_said_before_anything_is_asked(shop: Shop) -> None:
    with pytest.raises(SourceUnavailable, match="key is missing"):
        observe(request_for(f"http://127.0.0.1:{shop.server_address[1]}/api"))
    assert shop.asked == []
