"""Whatever lies where a source is read from, the source is read or says what is wrong; everything else is published.

Belongs here: the place of a source (inbox, environment, ``sources.yaml``). Does not belong here: what stands in a file.
"""

import json
import os
import shutil
import socket
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from whole_runs import all_text, call, change, night, run_small, small_controller

from ropa_pipeline.catalogue import Catalogue, load_controller
from ropa_pipeline.model.finding import Finding
from ropa_pipeline.model.inventory import Source
from ropa_pipeline.model.terms import FindingStatus
from ropa_pipeline.settings import load_settings
from ropa_pipeline.sources import ResolvedSource, resolve_sources

PARCELS = b"Barcode,Receiver name,Receiver e-mail,Created\nCC1EE,Ona,ona@example.org,2020-01-02\n"
Put = Callable[[Path], None]


def file_called(name: bytes, content: bytes = PARCELS) -> Put:
    def put(folder: Path) -> None:
        folder.mkdir(parents=True)
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(content)

    return put


def beside(*puts: Put) -> Put:
    """The first makes the folder."""

    def put(folder: Path) -> None:
        for number, one in enumerate(puts):
            other = folder.with_name(f"part{number}")
            one(other)
            folder.mkdir(parents=True, exist_ok=True)
            for path in other.iterdir():
                path.rename(folder / os.fsdecode(os.fsencode(path.name)))
            other.rmdir()

    return put


def link_to(target: str) -> Put:
    def put(folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "parcels.csv").symlink_to(target)

    return put


def loop(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.symlink_to(folder.name)


def pipe(folder: Path) -> None:
    folder.mkdir(parents=True)
    os.mkfifo(folder / "parcels.csv")


def listening(folder: Path) -> None:
    folder.mkdir(parents=True)
    before = Path.cwd()
    os.chdir(folder)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as held:
            held.bind("s.csv")
    finally:
        os.chdir(before)


def a_file(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_bytes(PARCELS)


def folders_in_folders(folder: Path) -> None:
    (folder / "a" / "b" / "c").mkdir(parents=True)


def hidden(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / ".DS_Store").write_bytes(b"\0")


def nothing(folder: Path) -> None:
    folder.mkdir(parents=True)


# what lies in the inbox: is the source read, and what the message must name where it is not
INBOX: dict[str, tuple[Put, bool, str]] = {
    "a name that is no text": (file_called(b"pirk\xebjai.csv"), False, "pirk"),
    "a name of no letter at all": (file_called(b"\xff\xfe.csv"), False, ".csv"),
    "a name that is no text, beside a good one": (
        beside(file_called(b"a\xff.csv"), file_called(b"good.csv")), True, ""),
    "a name with a new line": (file_called(b"a\nb.csv"), True, ""),
    "a name that moves the cursor": (file_called(b"\x1b[2Ja.csv"), True, ""),
    "a name of markup": (file_called(b"<img src=x>.csv"), True, ""),
    "a name of 250 letters": (file_called(b"x" * 246 + b".csv"), True, ""),
    "a name that is a formula": (file_called(b"=1+1.csv"), True, ""),
    "a name that is an option": (file_called(b"--home.csv"), True, ""),
    "a name that looks like an address": (file_called(b"mysql:a@b.csv"), True, ""),
    "a name that looks like a secret": (file_called(b"env:HOME.csv"), True, ""),
    "an empty file": (file_called(b"parcels.csv", b""), False, "parcels.csv"),
    "a link to nothing": (link_to("nowhere.csv"), False, "omniva"),
    "a link to itself": (link_to("parcels.csv"), False, "omniva"),
    "a link to a folder": (link_to("/tmp"), False, "omniva"),
    "a link to a device without end": (link_to("/dev/zero"), False, "omniva"),
    "a folder that is a link to itself": (loop, False, "omniva"),
    "a pipe that nobody writes to": (pipe, False, "omniva"),
    "a socket": (listening, False, "omniva"),
    "a file where the folder should be": (a_file, False, "omniva"),
    "folders without a file": (folders_in_folders, False, "omniva"),
    # nothing of a person's: the declared file is read
    "an empty folder": (nothing, True, ""),
    "what a desktop leaves": (hidden, True, ""),
}  # fmt: skip
LOCATIONS: dict[str, str] = {
    "nothing there": "inputs/none.csv",
    "a name of 5,000 letters": "x" * 5000,
    "a path of 5,000 letters": "x/" * 2500 + "a.csv",
    "a home of nobody": "~nobody-of-that-name/a.csv",
    "a device without end": "/dev/zero",
    "a device without anything": "/dev/null",
    "the memory of this process": "/proc/self/mem",
    "half a pair": "inputs/\\uD800.csv",
    "a zero": "inputs/a\\0b.csv",
    "a new line": "inputs/a\\nb.csv",
    "an unknown way": "gopher://shop.example.org/a.csv",
    "a way of no name": "://a.csv",
    "a port that is none": "mysql://reader@db.example.org:notaport/shop",
    "a port beyond": "mysql://reader@127.0.0.1:999999/shop",
    "an unclosed bracket": "mysql://reader@[::1/shop",
    "a driver of its own": "mysql+evil://reader@127.0.0.1/shop",
    "a file as an address": "file:///nowhere/a.csv",
    "an address of nothing": "file://",
    "a variable that is not set": "env:ROPA_NO_SUCH_VARIABLE",
    "a secret's file that is not there": "file:/nowhere/secret",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("inbox") / "home"
    home.mkdir()
    small_controller(home)
    shutil.copytree(home, home.with_name("kept"))
    return home


@pytest.fixture
def home(made: Path) -> Path:
    """The same folder for every test, as it was: the shared mappings are read once."""
    shutil.rmtree(made)
    shutil.copytree(made.with_name("kept"), made)
    return made


@pytest.fixture(autouse=True)
def without_great_expectations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("ropa_pipeline.policy.findings"), "contract_breaches", lambda _: ())


def must_hold(home: Path, *, read: bool, named: str) -> None:
    """A run in which ``omniva`` is read or says why, and the shop is published all the same."""
    answer = run_small(home)
    assert answer.code == 0, answer.said
    assert "Traceback" not in answer.said
    assert "\x1b" not in answer.said
    state = {row.source_id: row for row in night(home).read(Source)}
    assert state["prestashop"].status.value == "fresh"
    assert (state["omniva"].status.value == "fresh") is read, state["omniva"].reason
    told = [row for row in night(home).read(Finding) if row.subject == "omniva" and row.status is FindingStatus.OPEN]
    faults = [row for row in told if row.rule_id == "source.connector_fault"]
    assert not faults, faults[0].message
    if not read:
        assert named in state["omniva"].reason
        assert any(row.remedy for row in told)
    json.dumps(json.loads(answer.out)).encode("utf-8")
    assert "\udcff" not in all_text((home / "data" / "build").rglob("*.json"))
    looked = call("sources", "small", "--home", str(home))
    assert looked.code == 0, looked.said
    looked.said.encode("utf-8")
    assert "\x1b" not in looked.said


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", sorted(INBOX))
def test_whatever_lies_in_the_inbox_is_read_or_said(home: Path, name: str) -> None:
    put, read, named = INBOX[name]
    put(home / "data" / "inbox" / "small" / "omniva")
    must_hold(home, read=read, named=named)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", sorted(LOCATIONS))
def test_wherever_a_source_is_said_to_be_it_is_said_what_is_wrong(home: Path, name: str) -> None:
    change(home / "mappings" / "controllers" / "small" / "sources.yaml", "inputs/parcels.csv", f'"{LOCATIONS[name]}"')
    if name == "half a pair":
        # YAML's own reader refuses it, with file and line
        answer = run_small(home)
        assert (answer.code, "sources.yaml" in answer.said) == (2, True), answer.said
    else:
        must_hold(home, read=False, named="")


@pytest.mark.parametrize("name", sorted(set(LOCATIONS) - {"half a pair", "a zero"}))
def test_the_same_from_the_environment(
    home: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("ROPA_SOURCE_SMALL_OMNIVA", LOCATIONS[name])
    (found,) = [item for item in resolved(home, catalogue) if item.source_id == "omniva"]
    assert found.problem is not None or found.location


def test_a_variable_whose_bytes_are_no_text_is_said(
    home: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROPA_SOURCE_SMALL_OMNIVA", os.fsdecode(b"inputs/a\xff.csv"))
    must_hold(home, read=False, named="omniva")


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_an_inbox_that_cannot_be_looked_into_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    """A folder of another account, a share that went away."""
    inbox = home / "data" / "inbox" / "small" / "omniva"
    file_called(b"a.csv")(inbox)
    real = os.scandir, os.listdir

    def closed(which: int) -> Callable[..., object]:
        def look(place: object = ".") -> object:
            if str(place) == str(inbox):
                raise error
            return real[which](place)  # type: ignore[call-overload]

        return look

    monkeypatch.setattr(os, "scandir", closed(0))
    monkeypatch.setattr(os, "listdir", closed(1))
    answer = run_small(home)
    monkeypatch.undo()
    assert answer.code == 0, answer.said
    state = {row.source_id: row for row in night(home).read(Source)}
    assert (state["prestashop"].status.value, state["omniva"].status.value) == ("fresh", "never")
    assert str(error.strerror) in state["omniva"].reason


def resolved(home: Path, catalogue: Catalogue) -> tuple[ResolvedSource, ...]:
    settings = load_settings(home)
    return resolve_sources("small", load_controller(settings, "small", catalogue), catalogue.systems, settings, {})
