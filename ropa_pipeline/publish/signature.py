"""A detached signature of an approval, made and checked by the person's own program.

Belongs here: calling GPG or minisign, and what was signed. Does not belong here: keys and passphrases (the program
holds them and asks for them), the approval itself (``approval``). A typed name proves no identity; a signature
proves that whoever holds the key approved this content (GDPR Art. 5(2)).

Signed is a small JSON text: the approval, the content hash of its snapshot and the hash of the line before it. It
is kept beside the signature, so that ``gpg --verify`` or ``minisign -V`` can check it without this tool.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ropa_pipeline.publish.chain import Approval, Line, Signature, SigningProgram, canonical, file_entries
from ropa_pipeline.publish.places import BUILDING, Places, PublishError, discard, flush_folder, flush_tree

SIGNED_FILE = "approval.json"
_SUFFIX = {SigningProgram.GPG: ".asc", SigningProgram.MINISIGN: ".minisig"}
_PATIENCE = 600
"""Seconds a person has to type a passphrase."""


class Unchecked(Exception):
    """A signature that cannot be checked here: the program or the public key is missing. The message says which."""


def sign(
    places: Places, approval: Approval, content_hash: str, previous: str, program: SigningProgram, key: str
) -> Signature:
    """Have an approval signed; its text and signature stand in the history's folder afterwards.

    ``key``: GPG's key id or fingerprint (empty: its default key), or minisign's secret key file (empty: its default
    file; the public key is read from the file of the same name that ends in ``.pub``). Raises PublishError where the
    program is missing, refuses, or makes a signature that does not hold; nothing is left then.
    """
    if key.startswith("-"):
        raise PublishError(f"--key {key!r} is no key: give a key id or a file")
    folder = places.signatures / approval.snapshot_id
    building = folder.with_name(folder.name + BUILDING)
    discard(building)
    building.mkdir(parents=True)
    try:
        text = building / SIGNED_FILE
        text.write_bytes(signed_text(approval, content_hash, previous))
        made = text.with_name(text.name + _SUFFIX[program])
        name = (
            _sign_with_gpg(text, made, key) if program is SigningProgram.GPG else _sign_with_minisign(text, made, key)
        )
        entries = {entry.name: entry for entry in file_entries(building)}
        if made.name not in entries:
            raise PublishError(f"{program.value} made no signature; nothing was approved")
        signature = Signature(program=program, key=name, signed=entries[text.name], file=entries[made.name])
        _hold(building, signature)
        flush_tree(building)
        discard(folder)
        building.rename(folder)
        flush_folder(folder.parent)
    except Unchecked as error:
        raise PublishError(f"the signature could not be checked, so nothing was approved: {error}") from None
    finally:
        discard(building)
    return signature


def signed_text(approval: Approval, content_hash: str, previous: str) -> bytes:
    """What is signed: the approval without its signature, what it approves, and the line it follows."""
    body = {
        "approval": approval.model_copy(update={"signature": None}).model_dump(mode="json"),
        "content_hash": content_hash,
        "previous_line": previous,
    }
    return canonical(body).encode() + b"\n"


def check(places: Places, line: Line, content_hash: str) -> str:
    """Check the signature of an approval's line; why it does not hold, empty where it does.

    Raises Unchecked where it cannot be told here. That the files are unchanged is the history's to check.
    """
    approval = line.entry
    assert isinstance(approval, Approval)
    assert approval.signature is not None
    folder = places.signatures / approval.snapshot_id
    try:
        signed = (folder / approval.signature.signed.name).read_bytes()
        if signed != signed_text(approval, content_hash, line.previous_hash):
            return "the signed text is not this approval"
        _hold(folder, approval.signature)
    except OSError:
        return "the signature's files cannot be read"
    except PublishError as error:
        return str(error)
    return ""


def _hold(folder: Path, signature: Signature) -> None:
    """Ask the program whether the signature holds, by the recorded key. Raises PublishError where it does not."""
    text, made = str(folder / signature.signed.name), str(folder / signature.file.name)
    if signature.program is SigningProgram.MINISIGN:
        code, _ = _run(SigningProgram.MINISIGN, ["-V", "-q", "-P", signature.key, "-x", made, "-m", text], quiet=True)
        if code:
            raise PublishError(f"minisign: the signature does not hold for the key {signature.key}")
        return
    code, told = _run(SigningProgram.GPG, ["--batch", "--status-fd", "1", "--verify", made, text], quiet=True)
    if any(words[:1] == ["NO_PUBKEY"] for words in told):
        raise Unchecked(f"not checked: the public key {signature.key} is not in the keyring of this account")
    valid = next((words for words in told if words[:1] == ["VALIDSIG"]), [])
    if code or signature.key not in (valid[1:2] + valid[-1:]):
        raise PublishError(f"gpg: the signature does not hold for the key {signature.key}")


def _sign_with_gpg(text: Path, made: Path, key: str) -> str:
    """Returns the fingerprint that GPG says it signed with."""
    chosen = ["--local-user", key] if key else []
    arguments = ["--status-fd", "1", "--armor", *chosen, "--output", str(made), "--detach-sign", str(text)]
    code, told = _required(SigningProgram.GPG, arguments)
    created = next((words for words in told if words[:1] == ["SIG_CREATED"]), [])
    if code or not created:
        raise PublishError("gpg did not sign; nothing was approved. Its own message says why: gpg --list-secret-keys")
    return created[-1]


def _sign_with_minisign(text: Path, made: Path, key: str) -> str:
    """Returns the public key, which is no secret and is all that a later check needs."""
    secret = Path(key).expanduser() if key else Path.home() / ".minisign" / "minisign.key"
    public = secret.with_suffix(".pub")
    if not public.is_file():
        raise PublishError(f"{public}: the public key is not beside the secret one; put it there, then approve again")
    code, _ = _required(SigningProgram.MINISIGN, ["-S", "-s", str(secret), "-x", str(made), "-m", str(text)])
    if code:
        raise PublishError("minisign did not sign; nothing was approved. Its own message says why")
    lines = public.read_text(encoding="utf-8").split()
    return lines[-1] if lines else ""


def _required(program: SigningProgram, arguments: Sequence[str]) -> tuple[int, list[list[str]]]:
    try:
        return _run(program, arguments)
    except Unchecked:
        raise PublishError(f"{program.value} is not installed here; install it, or approve without --sign") from None


def _run(program: SigningProgram, arguments: Sequence[str], quiet: bool = False) -> tuple[int, list[list[str]]]:
    """Run the program without a shell; its prompts stay the person's. Returns its code and GPG's status words."""
    found = shutil.which(program.value)
    if found is None:
        raise Unchecked(f"not checked: {program.value} is not installed here")
    said = subprocess.DEVNULL if quiet else None
    try:
        ended = subprocess.run([found, *arguments], stdout=subprocess.PIPE, stderr=said, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise PublishError(f"{program.value} did not answer within {_PATIENCE} seconds; nothing was approved") from None
    lines = ended.stdout.decode(errors="replace").splitlines()
    return ended.returncode, [line.split()[1:] for line in lines if line.startswith("[GNUPG:] ")]
