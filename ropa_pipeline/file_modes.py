"""Who may read what a run writes: nobody but the account that runs it, whatever the machine's umask is.

Belongs here: the process's umask and the modes of the runtime folders. Does not belong here: which folders there are
(:mod:`ropa_pipeline.settings`). A register says where personal data are and what is wrong with them
(GDPR Art. 32(1)(b)). ``ROPA_GROUP_READABLE=1`` lets the group of the account read, for a web server or a second person.
"""

import os
from pathlib import Path

_SWITCH = "ROPA_GROUP_READABLE"
_FOLDERS = ("history", "releases", "published", "build", "scratch", "dagster", "inbox")


def group_may_read() -> bool:
    """Whether the account's group may read what is written."""
    return os.environ.get(_SWITCH, "").strip().lower() in ("1", "true", "yes")


def private_from_now_on() -> None:
    """Files and folders that this process makes are private from now on. Called where a process begins."""
    os.umask(0o027 if group_may_read() else 0o077)


def close_home(home: Path) -> None:
    """Make the runtime folders of a home with the right mode, and close those that stand open.

    Files of an earlier, laxer time are out of reach below a closed folder. A folder of somebody else is left alone.
    """
    if os.name != "posix":
        return
    mode = 0o750 if group_may_read() else 0o700
    for name in _FOLDERS:
        folder = home / "data" / name
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        status = folder.stat()
        if status.st_uid == os.geteuid() and status.st_mode & 0o777 != mode:
            folder.chmod(mode)
