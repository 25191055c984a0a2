"""``ropa init``: from a name, a notice and files to a first release; nothing that exists is touched."""

import os
from pathlib import Path
from typing import Any

import pytest

from ropa_pipeline.catalogue import Catalogue, load_controller
from ropa_pipeline.model.base import NOT_STATED
from ropa_pipeline.model.finding import Finding, Proposal
from ropa_pipeline.model.register import ActivityData, LegalBasis, ProcessingActivity, Recipient
from ropa_pipeline.model.retention import RetentionRule
from ropa_pipeline.model.terms import Origin, RuleKind
from ropa_pipeline.publish import published_path, read_published
from ropa_pipeline.settings import load_settings, shipped_root

from .conftest import AS_OF, RealHome, ropa

FILES = {"activities.yaml", "controller.yaml", "cookies.yaml", "decisions.yaml", "notice.yaml", "sources.yaml"}
NOTICE = Path(__file__).resolve().parents[1] / "notice" / "fixtures" / "example_shop_en.md"


def everything_below(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_notice_and_a_dump_give_a_folder_and_a_first_release(real_home: RealHome, catalogue: Catalogue) -> None:
    assert real_home.said.code == 0, real_home.said.text
    assert {path.name for path in real_home.folder.iterdir()} == FILES
    loaded = load_controller(load_settings(real_home.path), "myshop", catalogue)
    assert loaded.sources.sources[0].system == "prestashop"
    assert published_path(real_home.path, "myshop") is not None


def test_the_questions_come_after_the_release(real_home: RealHome) -> None:
    text = real_home.said.text
    assert text.index("published") < text.index("Only you can answer these")
    assert "  1. On which legal basis" in text


def test_what_the_tables_show_is_observed_and_its_purpose_not_stated(real_home: RealHome) -> None:
    rows = {row.activity_id: row for row in read_published(real_home.path, "myshop").rows(ProcessingActivity)}
    assert rows["orders"].origin is Origin.STATED
    assert rows["loyalty"].origin is Origin.OBSERVED
    assert rows["loyalty"].purpose == NOT_STATED
    assert rows["loyalty"].legal_basis == NOT_STATED


def test_nothing_proposed_stands_in_the_register(real_home: RealHome) -> None:
    tables = read_published(real_home.path, "myshop")
    for row_class in (ProcessingActivity, LegalBasis, ActivityData, Recipient):
        assert Origin.PROPOSED not in {row.origin for row in tables.rows(row_class)}
    assert RuleKind.PROPOSED not in {row.kind for row in tables.rows(RetentionRule) if row.rule_id.startswith("myshop")}
    assert {"legal_basis", "purpose", "retention"} <= {row.field for row in tables.rows(Proposal)}


def test_no_finding_of_the_first_release_blocks(real_home: RealHome) -> None:
    assert not [row for row in read_published(real_home.path, "myshop").rows(Finding) if row.blocks]


def test_recipients_are_those_of_the_notice_and_those_the_tables_show(real_home: RealHome) -> None:
    rows = {row.recipient_id: row.origin for row in read_published(real_home.path, "myshop").rows(Recipient)}
    assert rows["neopay"] is Origin.STATED
    assert rows["ps_checkout"] is Origin.OBSERVED


def test_the_notice_is_kept_for_the_nights_to_come(real_home: RealHome) -> None:
    assert [path.name for path in (real_home.path / "data" / "inbox" / "myshop" / "notice").iterdir()] == ["komoda.txt"]


def test_a_second_draft_of_the_same_name_changes_nothing(real_home: RealHome) -> None:
    before = everything_below(real_home.folder)
    said = ropa("init", "myshop", "--no-run", "--home", real_home.path)
    assert said.code == 2
    assert "exists and stays as it is" in said.text
    assert everything_below(real_home.folder) == before


def test_a_name_alone_gives_a_register_in_which_everything_is_open(tmp_path: Path) -> None:
    said = ropa("init", "myshop", "--as-of", AS_OF, "--no-dagster", "--home", tmp_path)
    assert said.code == 0, said.text
    rows = read_published(tmp_path, "myshop").rows(ProcessingActivity)
    assert {row.origin for row in rows} <= {Origin.NOT_STATED, Origin.OBSERVED}
    assert {row.legal_basis for row in rows} == {NOT_STATED}
    assert "1. Which notice is published" in said.text


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../shop", id="a path"),
        pytest.param("Shop", id="capitals"),
        pytest.param("1shop", id="begins with a digit"),
        pytest.param("my shop", id="a space"),
        pytest.param("s" * 41, id="too long"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_name_that_is_none_is_refused_before_anything_is_written(name: str, tmp_path: Path) -> None:
    said = ropa("init", name, "--no-run", "--home", tmp_path)
    assert said.code == 2
    assert not list(tmp_path.iterdir())


def test_a_notice_that_is_not_there_writes_nothing(tmp_path: Path) -> None:
    said = ropa("init", "shop", "--notice", tmp_path / "none.txt", "--no-run", "--home", tmp_path / "home")
    assert said.code == 2
    assert not (tmp_path / "home").exists()


def test_a_notice_that_cannot_be_read_writes_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "notice.docx"
    broken.write_bytes(b"PK\x03\x04 no document")
    said = ropa("init", "shop", "--notice", broken, "--no-run", "--home", tmp_path / "home")
    assert said.code == 2
    assert not (tmp_path / "home").exists()


def test_a_source_that_is_not_recognised_is_said_and_the_rest_is_drafted(tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("when,what\n2026-01-01,x\n", "utf-8")
    said = ropa(
        "init", "shop", "--notice", NOTICE, "--source", strange, "--source", tmp_path / "gone.sql", "--no-run",
        "--home", tmp_path / "home",
    )  # fmt: skip
    assert said.code == 0
    assert "strange.csv: not recognised" in said.text
    assert "gone.sql" in said.text
    text = (tmp_path / "home" / "mappings" / "controllers" / "shop" / "sources.yaml").read_text("utf-8")
    assert "strange" not in text


def test_a_named_system_is_taken_as_named_and_a_second_file_gets_its_own_id(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    sample = shipped_root() / "data" / "samples" / "komoda" / "venipak.csv"
    said = ropa(
        "init", "shop", "--source", f"dpd={sample}", "--source", f"dpd={sample}", "--no-run", "--home", tmp_path
    )
    assert said.code == 0, said.text
    loaded = load_controller(load_settings(tmp_path), "shop", catalogue)
    assert [(item.id, item.system) for item in loaded.sources.sources] == [("dpd", "dpd"), ("dpd_2", "dpd")]
    assert [item.id for item in loaded.activities.activities] == ["delivery"]


def test_a_password_is_neither_written_nor_shown(tmp_path: Path) -> None:
    address = "postgresql+psycopg://reader:pa55word@127.0.0.1:9/shop"
    said = ropa("init", "shop", "--source", f"web_shop={address}", "--no-run", "--home", tmp_path)
    assert said.code == 0, said.text
    assert "ROPA_SOURCE_SHOP_WEB_SHOP" in said.text
    assert "pa55word" not in said.text + everything_below(tmp_path)
    assert "env:ROPA_SOURCE_SHOP_WEB_SHOP" in everything_below(tmp_path)


def test_a_broken_template_of_the_home_is_named_and_nothing_is_drafted(tmp_path: Path) -> None:
    own = tmp_path / "mappings" / "templates" / "activities.yaml"
    own.parent.mkdir(parents=True)
    template = "{purpose: order_fulfilment, activity: orders, name: {en: a, lt: b}, joins: selling}"
    own.write_text(f"activities:\n  - {template}\nplaces: []\n", "utf-8")
    said = ropa("init", "shop", "--no-run", "--home", tmp_path)
    assert said.code == 2
    assert "mappings/templates/activities.yaml, line 2" in said.text
    assert "there is no purpose 'selling'" in said.text
    assert not (tmp_path / "mappings" / "controllers").exists()


@pytest.mark.parametrize(("given", "law", "zone"), [("GB", "uk", "Europe/London"), ("DE", "eu", "Europe/Berlin")])
def test_the_country_given_decides_the_law(
    tmp_path: Path, catalogue: Catalogue, given: str, law: str, zone: str
) -> None:
    said = ropa("init", "myshop", "--jurisdiction", given, "--no-run", "--home", str(tmp_path))
    assert said.code == 0, said.text
    text = (tmp_path / "mappings" / "controllers" / "myshop" / "controller.yaml").read_text("utf-8")
    assert f"jurisdiction: {law}  # given with --jurisdiction" in text
    assert f"timezone: {zone}" in text
    assert "It decides which law is looked at" not in said.text


def test_an_unknown_country_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    said = ropa("init", "myshop", "--jurisdiction", "Atlantis", "--no-run", "--home", str(tmp_path))
    assert said.code == 2
    assert "Atlantis" in said.text
    assert "GB" in said.text
    assert not (tmp_path / "mappings").exists()


def test_a_file_where_the_account_may_not_look_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, real = tmp_path / "closed" / "notice.md", os.stat

    def refuses(path: object, *more: Any, **options: Any) -> os.stat_result:
        if str(path) == str(closed):  # said here as to a service's account: root, who may run this test, looks anywhere
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *more, **options)  # type: ignore[call-overload,no-any-return]  # passed on as it came

    monkeypatch.setattr(os, "stat", refuses)
    said = ropa("init", "myshop", "--home", tmp_path, "--notice", closed)
    assert (said.code, "may not look" in said.text, "no such" in said.text) == (2, True, False)
    said = ropa("init", "myshop", "--home", tmp_path, "--notice", tmp_path / "notice.md")
    assert (said.code, "there is no such file" in said.text) == (2, True)
