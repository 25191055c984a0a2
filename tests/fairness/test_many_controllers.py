"""What a controller's night costs does not grow with the number of controllers beside it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ropa_pipeline.light import timezones
from ropa_pipeline.model.timezones import known_timezones
from ropa_pipeline.night import shared_catalogue
from ropa_pipeline.night_mark import shared_fingerprint
from ropa_pipeline.settings import Settings, load_settings

NEW_LAW = "# reviewed\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with its own file of shared mappings and three controllers."""
    settings = load_settings(tmp_path)
    own = tmp_path / "mappings" / "retention" / "lt.yaml"
    own.parent.mkdir(parents=True)
    own.write_text((settings.shipped / "mappings" / "retention" / "lt.yaml").read_text("utf-8"), "utf-8")
    for name in ("one", "two", "three"):
        folder = tmp_path / "mappings" / "controllers" / name
        folder.mkdir(parents=True)
        (folder / "controller.yaml").write_text("timezone: Europe/Vilnius\n", "utf-8")
    return settings


@pytest.fixture
def looked_into(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that were listed."""
    seen: list[str] = []

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def listed(folder: Any = ".") -> Any:
            seen.append(str(folder))
            return real(folder)

        return listed

    for name in ("scandir", "listdir"):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    return seen


@pytest.mark.parametrize("ask", [shared_fingerprint, shared_catalogue], ids=["what is new", "reading the mappings"])
def test_the_shared_mappings_are_looked_through_without_the_controllers(
    settings: Settings, looked_into: list[str], ask: Callable[[Settings], object]
) -> None:
    ask(settings)
    assert str(settings.home / "mappings" / "retention") in looked_into
    assert [folder for folder in looked_into if "controllers" in Path(folder).parts] == []


def test_a_shared_file_is_news_and_a_controllers_is_not(settings: Settings) -> None:
    before = shared_fingerprint(settings)
    with (settings.home / "mappings" / "controllers" / "two" / "controller.yaml").open("a", encoding="utf-8") as file:
        file.write(NEW_LAW)
    assert shared_fingerprint(settings) == before
    with (settings.home / "mappings" / "retention" / "lt.yaml").open("a", encoding="utf-8") as file:
        file.write(NEW_LAW)
    assert shared_fingerprint(settings) != before


def test_the_time_zones_of_this_machine_are_looked_up_once(settings: Settings) -> None:
    known_timezones.cache_clear()
    assert timezones(settings) == {"Europe/Vilnius": ("one", "three", "two")}
    assert known_timezones.cache_info().misses == 1
    assert known_timezones.cache_info().hits == 2
