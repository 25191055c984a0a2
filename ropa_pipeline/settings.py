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


def shipped_root() -> Path:
    """The folder that holds ``mappings/`` and ``data/samples``: the checkout, or the installed package data."""
    in_wheel = _PACKAGE / "_shipped"
    return in_wheel if (in_wheel / "mappings").is_dir() else _PACKAGE.parent


@dataclass(frozen=True)
class Settings:
    """Where everything is. ``home`` is absolute; runtime folders are made when first written."""

    home: Path
    shipped: Path

    @property
    def controllers(self) -> Path:
        """The controllers' folder: the home's own where it has at least one, else the shipped examples."""
        own = self.home / "mappings" / "controllers"
        if own.is_dir() and any(child.is_dir() for child in own.iterdir()):
            return own
        return self.shipped / "mappings" / "controllers"

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

    The current folder serves both as a checkout and as a plain home, so there is nothing to look for.
    """
    chosen = home or (Path(os.environ["ROPA_HOME"]) if os.environ.get("ROPA_HOME") else Path.cwd())
    return Settings(home=chosen.expanduser().resolve(), shipped=shipped_root())
