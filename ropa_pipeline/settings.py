"""Paths and limits, from the environment, validated once.

Belongs here: where the home, the shipped mappings and the samples are. Does not belong here: what is
in them (:mod:`ropa_pipeline.catalogue`) and where a source is read from (:mod:`ropa_pipeline.sources`).

The *home* is the only place written to. It holds ``mappings/controllers`` and the runtime folders of
``data/``. Shared mappings ship with the package; a file of the same relative path under
``<home>/mappings`` replaces the shipped one.
"""

import os
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_FOUR_HOURS = 4 * 3600


class SettingsError(ValueError):
    """A variable of the environment cannot be used. The message names it and says what to write."""


def shipped_root() -> Path:
    """The folder that holds ``mappings/`` and ``data/samples``: the checkout, or the installed package data."""
    in_wheel = _PACKAGE / "_shipped"
    return in_wheel if (in_wheel / "mappings").is_dir() else _PACKAGE.parent


@dataclass(frozen=True)
class Limits:
    """How much one controller may take; 0 stands for "no limit". docs/storage.md explains each."""

    run_seconds: int = _FOUR_HOURS
    memory_mb: int = 0
    run_retries: int = 2
    database_wait_seconds: int = 600


@dataclass(frozen=True)
class Settings:
    """Where everything is. ``home`` is absolute; runtime folders are made when first written."""

    home: Path
    shipped: Path
    storage: str = ""
    """Where the state of all controllers is kept for several machines (docs/storage.md); empty: the home alone."""
    limits: Limits = Limits()

    @property
    def controllers(self) -> Path:
        """The controllers' folder: the home's own where it has at least one, else the shipped examples."""
        own = self.home / "mappings" / "controllers"
        if own.is_dir() and any(child.is_dir() for child in own.iterdir()):
            return own
        return self.shipped / "mappings" / "controllers"

    @property
    def shared_mappings(self) -> tuple[Path, ...]:
        """Files and folders of the mappings that all controllers share, the home's own first.

        Whoever looks through ``mappings`` as a whole looks through every controller's folder, and with a thousand of
        them each controller's night would.
        """
        found: list[Path] = []
        for root in (self.home / "mappings", self.shipped / "mappings"):
            try:
                found += sorted(child for child in root.iterdir() if child.name != "controllers")
            except FileNotFoundError:
                continue
            except OSError:
                # whoever reads it says what is wrong
                found.append(root)
        return tuple(found)

    @property
    def samples(self) -> Path:
        return self.shipped / "data" / "samples"

    @property
    def inbox(self) -> Path:
        return self.home / "data" / "inbox"

    @property
    def build(self) -> Path:
        return self.home / "data" / "build"

    @property
    def scratch(self) -> Path:
        return self.home / "data" / "scratch"

    @property
    def dagster_home(self) -> Path:
        return self.home / "data" / "dagster"

    @property
    def published(self) -> Path:
        return self.home / "data" / "published"


def load_settings(home: Path | None = None) -> Settings:
    """Settings for a home: the given one, else ``ROPA_HOME``, else the current folder.

    The current folder serves both as a checkout and as a plain home, so there is nothing to look for. Storage and
    limits come from the environment too; raises SettingsError where one of them cannot be used.
    """
    chosen = _home(home)
    storage = os.environ.get("ROPA_STORAGE", "").strip().rstrip("/")
    if storage and "://" not in storage:
        raise SettingsError("ROPA_STORAGE is no address: write s3://bucket/prefix or file:///shared/folder")
    default = Limits()
    return Settings(
        home=chosen,
        shipped=shipped_root(),
        storage=storage,
        limits=Limits(
            run_seconds=_number("ROPA_MAX_RUN_SECONDS", default.run_seconds),
            memory_mb=_number("ROPA_MEMORY_LIMIT_MB", default.memory_mb),
            run_retries=_number("ROPA_RUN_RETRIES", default.run_retries),
            database_wait_seconds=_number("ROPA_DATABASE_WAIT_SECONDS", default.database_wait_seconds),
        ),
    )


def _home(given: Path | None) -> Path:
    try:
        chosen = given or (Path(os.environ["ROPA_HOME"]) if os.environ.get("ROPA_HOME") else Path.cwd())
        found = chosen.expanduser().resolve()
        str(found).encode("utf-8")
    except UnicodeEncodeError:
        raise SettingsError("--home or ROPA_HOME: the folder's name is not UTF-8; rename it") from None
    except (OSError, RuntimeError):
        raise SettingsError("the folder worked in cannot be found; name one with --home or ROPA_HOME") from None
    return found


def _number(name: str, default: int) -> int:
    written = os.environ.get(name, "").strip()
    if not written:
        return default
    if not (written.isascii() and written.isdigit()):
        raise SettingsError(f"{name}: write a whole number, 0 for no limit")
    return int(written)
