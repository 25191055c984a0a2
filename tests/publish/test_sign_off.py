"""An approval says what was open and accepted, may be signed by the person's own program, and can be checked."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sample_tables import AS_OF, context, finding, sample_tables
from typer.testing import CliRunner

from ropa_pipeline.cli import app
from ropa_pipeline.publish.approval import approve, verify
from ropa_pipeline.publish.chain import Approval, SigningProgram
from ropa_pipeline.publish.history import History
from ropa_pipeline.publish.places import Places, PublishError
from ropa_pipeline.publish.record import record_book
from ropa_pipeline.publish.release import recover, release
from tests.conftest import skip_or_fail

MORNING = datetime(2026, 3, 4, 8, tzinfo=UTC)
ACCEPTED = finding(
    "no_contract/mailer", status="accepted", accepted_by="Example Approver", accepted_until=date(2026, 9, 1),
    accepted_reason="the contract is being signed",
)  # fmt: skip
FAKE_MINISIGN = '''#!{python}
"""Stands for minisign: the same options, a signature that depends on key and text."""
import hashlib, pathlib, sys
given = dict(zip(sys.argv[2::2], sys.argv[3::2])) if "-q" not in sys.argv else dict(zip(sys.argv[3::2], sys.argv[4::2]))
key = given["-P"] if "-V" in sys.argv else pathlib.Path(given["-s"]).with_suffix(".pub").read_text().split()[-1]
made = hashlib.sha256(key.encode() + pathlib.Path(given["-m"]).read_bytes()).hexdigest()
if "-S" in sys.argv:
    pathlib.Path(given["-x"]).write_text(made)
else:
    sys.exit(pathlib.Path(given["-x"]).read_text() != made)
'''


def without_workbooks(patch: pytest.MonkeyPatch) -> None:
    """What stands in workbooks is tested elsewhere."""
    patch.setattr("ropa_pipeline.publish.build.audit_book", record_book)
    patch.setattr("ropa_pipeline.publish.build.write_workbook", lambda path, book: path.write_text(book.banner))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        without_workbooks(patch)
        release(sample_tables([ACCEPTED]), context(home, AS_OF))
    return home


@pytest.fixture
def home(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    without_workbooks(monkeypatch)
    shutil.copytree(published, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


@pytest.fixture(scope="module")
def gpg_key() -> Iterator[tuple[str, str]]:
    """A throw-away key ring (in a short folder: its socket's path is limited) and the key's fingerprint."""
    if shutil.which("gpg") is None:
        skip_or_fail("gpg is not installed")
    folder = tempfile.mkdtemp(prefix="ropa-gpg-")
    surroundings = {**os.environ, "GNUPGHOME": folder}
    make = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "approver@example.com", "ed25519"]
    subprocess.run([*make, "sign", "never"], env=surroundings, check=True, capture_output=True)
    listed = subprocess.run(["gpg", "--batch", "--with-colons", "--list-keys"], env=surroundings, check=True,
                            capture_output=True, text=True).stdout  # fmt: skip
    yield folder, next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))
    subprocess.run(["gpgconf", "--kill", "all"], env=surroundings, check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def signed_with_gpg(home: Path, gpg_key: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GNUPGHOME", gpg_key[0])
    approve(home, "shop", "Example Approver", "owner", MORNING, program=SigningProgram.GPG, key=gpg_key[1])
    return home


@pytest.fixture
def minisign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name on the path, and its secret key's file."""
    program = tmp_path / "bin" / "minisign"
    program.parent.mkdir()
    program.write_text(FAKE_MINISIGN.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "minisign.pub").write_text("untrusted comment: a public key\nRWQexample\n")
    return tmp_path / "minisign.key"


def approval(home: Path) -> Approval:
    (found,) = History(Places(home, "shop")).approvals
    return found


def test_an_approval_names_what_was_open_and_what_was_accepted(home: Path) -> None:
    row = approve(home, "shop", "Example Approver", "owner", MORNING, note="read with the bookkeeper")
    line = approval(home)
    assert line.open == ("no_legal_basis/orders",)
    assert [(item.finding_id, item.by, item.until) for item in line.accepted] == [
        ("no_contract/mailer", "Example Approver", date(2026, 9, 1))
    ]
    assert (row.approval_note, row.accepted_findings, row.open_findings) == ("read with the bookkeeper", 1, 1)


def test_a_gpg_signature_is_recorded_and_holds(signed_with_gpg: Path, gpg_key: tuple[str, str]) -> None:
    signature = approval(signed_with_gpg).signature
    assert signature is not None
    assert (signature.program, signature.key) == (SigningProgram.GPG, gpg_key[1])
    checked = verify(signed_with_gpg, "shop")
    assert (checked.problems, checked.notes) == ((), ())


def test_the_signature_can_be_checked_without_this_tool(signed_with_gpg: Path) -> None:
    folder = next(Places(signed_with_gpg, "shop").signatures.iterdir())
    subprocess.run(
        ["gpg", "--batch", "--verify", folder / "approval.json.asc", folder / "approval.json"],
        check=True, capture_output=True,
    )  # fmt: skip


def test_a_changed_signature_is_named(signed_with_gpg: Path) -> None:
    path = next(Places(signed_with_gpg, "shop").signatures.glob("*/approval.json.asc"))
    path.write_text(path.read_text().replace("A", "B"))
    (problem, *_) = verify(signed_with_gpg, "shop").problems
    assert (problem.line, path.name in problem.file) == (2, True)


def test_a_signature_of_a_key_that_is_not_here_is_a_note(
    signed_with_gpg: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "empty"))
    checked = verify(signed_with_gpg, "shop")
    assert checked.ok
    assert "not in the keyring" in checked.notes[0]


def test_without_the_program_the_signature_is_not_checked_and_that_is_said(
    signed_with_gpg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    checked = verify(signed_with_gpg, "shop")
    assert checked.ok
    assert checked.notes[0].endswith("not checked: gpg is not installed here")


def test_an_unknown_key_approves_nothing(home: Path, gpg_key: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GNUPGHOME", gpg_key[0])
    with pytest.raises(PublishError, match="gpg did not sign; nothing was approved"):
        approve(home, "shop", "Example Approver", "", MORNING, program=SigningProgram.GPG, key="nobody@example.com")
    assert History(Places(home, "shop")).approvals == ()
    assert not any(Places(home, "shop").signatures.iterdir())


def test_minisign_signs_and_checks_through_its_own_options(home: Path, minisign: Path) -> None:
    approve(home, "shop", "Example Approver", "", MORNING, program=SigningProgram.MINISIGN, key=str(minisign))
    signature = approval(home).signature
    assert signature is not None
    assert (signature.key, signature.file.name) == ("RWQexample", "approval.json.minisig")
    assert verify(home, "shop").ok


def test_a_signature_that_does_not_fit_the_approval_is_a_problem(
    home: Path, minisign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(home, "shop", "Example Approver", "", MORNING, program=SigningProgram.MINISIGN, key=str(minisign))
    monkeypatch.setattr("ropa_pipeline.publish.signature.signed_text", lambda *_: b"another approval")
    (problem,) = verify(home, "shop").problems
    assert problem.reason == "the signed text is not this approval"


def test_a_missing_program_or_public_key_approves_nothing(home: Path, tmp_path: Path, minisign: Path) -> None:
    with pytest.raises(PublishError, match=r"other\.pub: the public key is not beside"):
        approve(home, "shop", "A", "", MORNING, program=SigningProgram.MINISIGN, key=str(tmp_path / "other.key"))
    (minisign.parent / "bin" / "minisign").unlink()
    with pytest.raises(PublishError, match="minisign is not installed here"):
        approve(home, "shop", "A", "", MORNING, program=SigningProgram.MINISIGN, key=str(minisign))


def test_a_key_that_looks_like_an_option_is_refused(home: Path) -> None:
    with pytest.raises(PublishError, match="is no key"):
        approve(home, "shop", "A", "", MORNING, program=SigningProgram.GPG, key="--output=/tmp/x")


def test_a_signature_whose_approval_was_never_recorded_is_discarded(home: Path) -> None:
    folder = Places(home, "shop").signatures / "2026-03-02-12345678"
    folder.mkdir(parents=True)
    recover(home, "shop")
    assert not folder.exists()


def test_reordered_lines_are_named(home: Path) -> None:
    approve(home, "shop", "Example Approver", "", MORNING)
    chain = Places(home, "shop").chain
    lines = chain.read_text().splitlines(keepends=True)
    chain.write_text("".join(reversed(lines)))
    assert verify(home, "shop").problems[0].line == 1


def test_the_command_records_the_note_and_refuses_a_personal_value_in_it(home: Path) -> None:
    def call(*options: str) -> tuple[int, str]:
        answer = CliRunner().invoke(app, ["approve", "shop", "--home", str(home), "--by", "Example Approver", *options])
        return answer.exit_code, answer.output

    code, said = call("--note", "asked at someone.else@example.com")
    assert (code, "--note holds" in said, "someone.else" in said) == (2, True, False)
    code, said = call("--key", "ABCD")
    assert (code, "add --sign" in said) == (2, True)
    code, said = call("--note", "read with the bookkeeper")
    assert (code, "open findings: 1; accepted: 1" in said) == (0, True)
    assert approval(home).note == "read with the bookkeeper"


def test_the_command_prints_notes_and_the_first_broken_link(
    home: Path, minisign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(home, "shop", "Example Approver", "", MORNING, program=SigningProgram.MINISIGN, key=str(minisign))
    monkeypatch.setenv("PATH", "")
    answer = CliRunner().invoke(app, ["verify", "shop", "--home", str(home)])
    assert (answer.exit_code, "not checked: minisign" in answer.output) == (0, True)
    next(Places(home, "shop").snapshots.glob("*/contracts.parquet")).write_bytes(b"x")
    answer = CliRunner().invoke(app, ["verify", "shop", "--home", str(home)])
    assert answer.exit_code == 3
    assert "line 1 of the history" in answer.output
    assert "contracts.parquet: changed since" in answer.output
