"""What a cookie file must become: names without what singles out a person, hosts, lifetimes."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.cookie_names import iso_lifetime, starred, worded_lifetime
from ropa_pipeline.model.observation import SourceObservation

Observe = Callable[..., SourceObservation]
SECRET = "value-that-must-not-leave"
DAY = 86_400


def seen(found: SourceObservation) -> list[tuple[str, str, str]]:
    return [(cookie.name, cookie.domain, cookie.lifetime) for cookie in found.cookies]


HAR = {
    "log": {
        "entries": [
            {
                "startedDateTime": "2026-11-01T10:00:00.000Z",
                "request": {"url": "https://shop.example.com/cart?x=1"},
                "response": {
                    "headers": [
                        {"name": "Set-Cookie", "value": f"PHPSESSID={SECRET}; path=/; HttpOnly"},
                        {"name": "set-cookie", "value": f"_ga_A1B2={SECRET}; Domain=.example.com; Max-Age=7776000"},
                        {"name": "set-cookie", "value": f"old={SECRET}; Expires=Sun, 01-Nov-2026 10:30:00 GMT"},
                    ]
                },
            }
        ]
    }
}
BROWSER = [
    {"name": "PHPSESSID", "domain": "shop.example.com", "session": True, "value": SECRET},
    {"name": "_ga_A1B2", "domain": ".example.com", "expirationDate": 1793491200 + 90 * DAY, "value": SECRET},
    {"name": "old", "domain": "shop.example.com", "expirationDate": 1793491200 + 1800, "value": SECRET},
]
INSPECTION = {
    "cookies": [
        {"name": "PHPSESSID", "domain": "shop.example.com", "session": True, "expires": -1, "value": SECRET},
        {"name": "_ga_A1B2", "domain": ".example.com", "expiresDays": 90, "session": False, "value": SECRET},
        {"name": "old", "domain": "shop.example.com", "expiresUTC": "2026-11-01T00:30:00Z", "value": SECRET},
    ]
}
NETSCAPE = (
    "# Netscape HTTP Cookie File\n"
    f"#HttpOnly_shop.example.com\tFALSE\t/\tTRUE\t0\tPHPSESSID\t{SECRET}\n"
    f".example.com\tTRUE\t/\tTRUE\t{1793491200 + 90 * DAY}\t_ga_A1B2\t{SECRET}\n"
    f"shop.example.com\tFALSE\t/\tTRUE\t{1793491200 + 1800}\told\t{SECRET}\n"
)
SCAN = (
    "Cookie name;Provider;Duration;Value\n"
    f"PHPSESSID;shop.example.com;Session;{SECRET}\n_ga_A1B2;example.com;90 days;{SECRET}\n"
    f"old;shop.example.com;30 minutes;{SECRET}\n"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("visit.har", json.dumps(HAR)),
        ("cookies.json", json.dumps(BROWSER)),
        ("inspection.json", json.dumps(INSPECTION)),
        ("cookies.txt", NETSCAPE),
        ("scan.csv", SCAN),
    ],
)
def test_every_form_gives_the_same_cookies_and_no_value(
    tmp_path: Path, observe: Observe, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    found = observe("cookies", path, options=(("exported_at", "2026-11-01"),))
    assert seen(found) == [
        ("PHPSESSID", "shop.example.com", "SESSION"),
        ("_ga_*", "example.com", "P90D"),
        ("old", "shop.example.com", "PT30M"),
    ]
    assert tuple(column.name for column in found.tables[0].columns) == ("name", "domain", "lifetime")
    assert found.tables[0].rows == 3
    assert SECRET not in found.model_dump_json()


def test_a_life_does_not_shrink_from_night_to_night(tmp_path: Path, observe: Observe) -> None:
    """What remained of a cookie's life is counted from the export, not from the night that reads it."""
    path = tmp_path / "cookies.json"
    path.write_text(json.dumps({"exported_at": "2026-11-01", "cookies": BROWSER}), encoding="utf-8")
    nights = [observe("cookies", path, is_sample=True, as_of=date(2026, 11, day)) for day in (1, 2, 30)]
    assert {seen(night) == seen(nights[0]) for night in nights} == {True}
    assert ("_ga_*", "example.com", "P90D") in seen(nights[0])


def test_how_a_scan_was_made_is_told_by_an_option(tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "scan.csv"
    path.write_text(SCAN, encoding="utf-8")
    assert observe("cookies", path, options=(("before_consent", "yes"),)).cookies[0].before_consent is True
    assert observe("cookies", path).cookies[0].before_consent is None


ONETRUST = {
    "Groups": [
        {"GroupName": "Necessary", "FirstPartyCookies": [
            {"Name": "PHPSESSID", "Host": "shop.example.com", "IsSession": True, "Length": "0"}]},
        {"GroupName": "Statistics", "FirstPartyCookies": [], "Hosts": [
            {"Cookies": [{"Name": "_ga_A1B2", "Host": "example.com", "IsSession": False, "Length": "90"}]}]},
    ]
}  # fmt: skip
CATEGORIES = {
    "categories": [
        {"name": "Necessary", "cookies": [
            {"cookie_id": "PHPSESSID", "domain": "shop.example.com", "duration": "session"}]},
        {"name": "Analytics", "cookies": [{"cookie_id": "_ga_A1B2", "domain": ".example.com", "duration": "90 days"}]},
    ]
}  # fmt: skip
SCENARIOS = {
    "website": "https://shop.example.com",
    "scenarios": [
        {"name": "Before consent", "cookies": [INSPECTION["cookies"][0]]},
        {"name": "After accept all", "cookies": INSPECTION["cookies"][:2]},
    ],
}


@pytest.mark.parametrize("document", [ONETRUST, CATEGORIES, SCENARIOS], ids=["groups", "categories", "scenarios"])
def test_cookies_are_found_wherever_a_tool_s_json_keeps_them(
    tmp_path: Path, observe: Observe, document: dict[str, object]
) -> None:
    path = tmp_path / "scan.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    found = observe("cookies", path, options=(("exported_at", "2026-11-01"),))
    assert seen(found) == [("PHPSESSID", "shop.example.com", "SESSION"), ("_ga_*", "example.com", "P90D")]


def consents(found: SourceObservation) -> dict[str, bool | None]:
    return {cookie.name: cookie.before_consent for cookie in found.cookies}


def test_what_a_scenario_saw_before_consent_was_set_before_it(tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "scan.json"
    path.write_text(json.dumps(SCENARIOS), encoding="utf-8")
    assert consents(observe("cookies", path)) == {"PHPSESSID": True, "_ga_*": False}


def test_the_evidence_collector_visits_without_consent_unless_told_a_choice(tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "inspection.json"
    path.write_text(json.dumps({"uri_ins": "https://shop.example.com", **INSPECTION}), encoding="utf-8")
    assert set(consents(observe("cookies", path)).values()) == {True}
    chosen = {"uri_ins": "https://shop.example.com", "script": {"cmd_args": "--set-cookie consent=all"}, **INSPECTION}
    path.write_text(json.dumps(chosen), encoding="utf-8")
    assert set(consents(observe("cookies", path)).values()) == {None}


def test_a_visit_is_divided_by_the_moment_of_consent_or_by_its_comments(tmp_path: Path, observe: Observe) -> None:
    path = tmp_path / "visit.har"
    path.write_text(json.dumps(HAR), encoding="utf-8")
    assert set(consents(observe("cookies", path)).values()) == {None}
    later = observe("cookies", path, options=(("consent_given_at", "2026-11-01T10:00:30Z"),))
    assert set(consents(later).values()) == {True}
    earlier = observe("cookies", path, options=(("consent_given_at", "2026-11-01T09:00:00Z"),))
    assert set(consents(earlier).values()) == {False}
    path.write_text(json.dumps({"log": {**HAR["log"], "comment": "visit before consent"}}), encoding="utf-8")
    assert set(consents(observe("cookies", path)).values()) == {True}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("_ga", "_ga"),
        ("_ga_2XPQB48YH3", "_ga_*"),
        ("_gat_UA-12345-1", "_gat_*"),
        ("PrestaShop-5f4dcc3b5aa765d61d8327deb882cf99", "PrestaShop-*"),
        ("wp-settings-17", "wp-settings-*"),
        ("_hjSession_1234567", "_hjSession_*"),
        ("_GRECAPTCHA", "_GRECAPTCHA"),
        ("omnisendSessionID", "omnisendSessionID"),
        ("cart_0f8fad5b-d9cb-469f-a165-70867728950e", "cart_*"),
        ("session_id", "session_id"),
        ("1P_JAR", "1P_JAR"),
    ],
)
def test_the_variable_part_of_a_name_is_replaced(name: str, expected: str) -> None:
    assert starred(name) == expected


@given(st.text(max_size=80))
def test_a_starred_name_stays_as_it_is(name: str) -> None:
    assert starred(starred(name)) == starred(name)


@pytest.mark.parametrize("days", [1, 2, 7, 30, 90, 183, 365, 390, 400])
def test_whole_days_are_days_also_where_moments_passed_since_setting(days: int) -> None:
    assert iso_lifetime(days * DAY) == iso_lifetime(days * DAY - 1.4) == f"P{days}D"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("1 year 1 month", "P1Y1M"),
        ("13 months", "P13M"),
        ("2 weeks", "P2W"),
        ("480 hours", "PT480H"),
        ("30 min.", "PT30M"),
        ("3 mėn.", "P3M"),
        ("1 diena", "P1D"),
        ("Sesijos metu", "SESSION"),
        ("P90D", "P90D"),
        ("persistent", "NOT STATED"),
        ("", "NOT STATED"),
    ],
)
def test_words_for_a_lifetime_are_understood_or_not_stated(words: str, expected: str) -> None:
    assert worded_lifetime(words) == expected
