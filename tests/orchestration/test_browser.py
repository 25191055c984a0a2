"""What an analyst sees: Dagster's own pages after the demo, in a browser without a window.

Screenshots go to ``ROPA_SCREENSHOTS``, else to a temporary folder; two of them stand in docs/images.
"""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from whole_runs import ROOT, Home, clean_environment

from benchmarks.private_mariadb import end
from tests.live import free_port, skip_or_fail

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1400,1000",
    "--hide-scrollbars", "--force-device-scale-factor=1",
)  # fmt: skip
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
PHONE = re.compile(r"(?<![\w-])\+\d[\d ]{8,}\d")


@dataclass
class Pages:
    """A browser at the pages of one running webserver."""

    browser: webdriver.Chrome
    address: str
    shots: Path

    def open(self, path: str, *words: str, name: str = "", seconds: float = 60) -> str:
        """Open a page, wait until all words stand on it, keep a picture, give its text."""
        self.browser.get(self.address + path)
        until, text = time.monotonic() + seconds, ""
        while time.monotonic() < until:
            try:
                text = self.browser.find_element(By.TAG_NAME, "body").text
            except WebDriverException:
                text = ""
            if all(word in text for word in words):
                break
            time.sleep(0.5)
        time.sleep(1.5)
        text = self.browser.find_element(By.TAG_NAME, "body").text
        if name:
            self.browser.save_screenshot(str(self.shots / f"{name}.png"))
        missing = [word for word in words if word not in text]
        assert missing == [], f"{path} does not show {missing}; it shows: {text[:1500]}"
        return text


@pytest.fixture(scope="module")
def address(demo: Home) -> Iterator[str]:
    port = free_port()
    environment = {"ROPA_HOME": str(demo.path), "DAGSTER_HOME": str(demo.path / "data" / "dagster")}
    command = [sys.executable, "-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(port), "-w", "workspace.yaml"]
    log = demo.path.parent / f"webserver_{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=clean_environment(environment), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert process.poll() is None, log.read_text("utf-8", "replace")[-2000:]
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=2):
                    break
            except OSError:
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process, 30)


@pytest.fixture(scope="module")
def pages(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    if not Path(CHROMIUM).is_file():
        skip_or_fail("no /usr/bin/chromium on this machine: install chromium and chromium-driver to run these tests")
    shots = Path(os.environ.get("ROPA_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    shots.mkdir(parents=True, exist_ok=True)
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    driver = Path("/usr/bin/chromedriver")
    service = webdriver.ChromeService(str(driver)) if driver.is_file() else webdriver.ChromeService()
    browser = webdriver.Chrome(options=options, service=service)
    try:
        yield Pages(browser, address, shots)
    finally:
        browser.quit()


def assert_clean(text: str) -> None:
    """No personal value, and nothing broken by our fault."""
    assert MAIL.findall(text) == []
    assert PHONE.findall(text) == []
    for word in ("PythonError", "Something went wrong", "failed to load", "Error loading"):
        assert word not in text


def test_the_asset_graph(pages: Pages) -> None:
    text = pages.open(
        "/asset-groups", "a_sources", "b_inventory", "e_register", "f_judgement", "g_release", name="assets"
    )
    assert_clean(text)


def test_the_catalogue_lists_assets_by_their_table_names(pages: Pages) -> None:
    assert_clean(pages.open("/assets", "cookies", "disclosures", name="catalogue"))


def test_the_page_of_classified_columns_has_its_column_schema(pages: Pages) -> None:
    text = pages.open(
        "/assets/classified_columns?view=overview", "data_category", "identifiability", "special_category",
        "one row per observed column", name="classified_columns",
    )  # fmt: skip
    assert_clean(text)


def test_the_checks_of_findings(pages: Pages) -> None:
    assert_clean(pages.open("/assets/findings?view=checks", "legal_basis", "retention_kept", name="checks"))


def test_the_schedules_are_there_and_on(pages: Pages) -> None:
    text = pages.open("/automation", "nightly_europe_vilnius", "nightly_europe_london", "inbox", name="schedules")
    assert_clean(text)


def test_the_demos_runs_are_there(pages: Pages) -> None:
    text = pages.open("/runs", "nightly", "Success", name="runs")
    assert_clean(text)
    assert "Failed" not in text.replace("Failed runs", "").replace("Failed\n", "")
    link = pages.browser.find_element(By.CSS_SELECTOR, "a[href*='/runs/']").get_attribute("href")
    assert link
    assert_clean(pages.open(link.removeprefix(pages.address), "classification", "release", name="run"))


def test_today_is_the_analysts_first_screen(pages: Pages) -> None:
    assert_clean(pages.open("/assets/today?view=overview", "The first screen", name="today"))
