"""The page in a real browser: at the widths of a phone and of a desk, in light and dark."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collector.report import model, news
from collector.report.html import page
from tests.browser import Browser
from tests.made import AS_OF
from tests.report.acme import acme

pytestmark = pytest.mark.browser

NOW = datetime(2026, 6, 2, tzinfo=UTC)
SIZES = [(360, 800), (390, 844), (1280, 900)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, str]]:
    """The JSON of a report, and the addresses of its page and of the page of its news."""
    folder: Path = tmp_path_factory.mktemp("pages")
    book = acme()
    report = model.build(book.db, AS_OF)
    texts = {
        "report": page.render(book.db, report, NOW),
        "news": page.news(news.build(book.db, AS_OF.replace(month=5, day=18), AS_OF), NOW),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return json.loads(json.dumps(asdict(report))), {name: (folder / f"{name}.html").as_uri() for name in texts}


def sized(browser: Browser, width: int, height: int, scheme: str = "light") -> None:
    browser.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700
    )
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


@pytest.mark.parametrize("name", ["report", "news"])
@pytest.mark.parametrize("size", SIZES)
def test_it_fits_the_screen_without_an_error(browser: Browser, written: Any, size: tuple[int, int], name: str) -> None:
    sized(browser, *size)
    seen = browser.open(written[1][name])
    assert seen.errors == []
    assert [address for address in seen.asked if not address.startswith("data:")] == [written[1][name]]
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    root = "document.documentElement"
    assert browser.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0
    assert browser.evaluate("innerWidth") == size[0]
    too_wide = browser.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, .skip, .hidden') "
        "&& e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + ' ' + e.textContent.slice(0, 60))"
    )
    assert too_wide == []


@pytest.mark.parametrize("size", SIZES[1:])
def test_the_numbers_seen_are_those_of_the_json(browser: Browser, written: Any, size: tuple[int, int]) -> None:
    sized(browser, *size)
    browser.open(written[1]["report"])
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    seen = browser.evaluate(
        "Object.fromEntries([...document.querySelectorAll('tr[data-signal] data.middle')]"
        ".filter(d => d.getClientRects().length && d.textContent)"
        ".map(d => { const row = d.closest('tr').dataset; return [row.project + ' ' + row.signal, Number(d.value)] }))"
    )
    assert seen == {
        f"{p['slug']} {s['signal']}": s["value"]
        for p in written[0]["projects"]
        for s in p["signals"]
        if s["value"] is not None
    }
    assert len(seen) >= 4


def test_charts_are_drawn_and_marks_of_the_unknown_too(browser: Browser, written: Any) -> None:
    sized(browser, 1280, 900)
    browser.open(written[1]["report"])
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    sizes = browser.evaluate("[...document.querySelectorAll('svg.chart')].map(s => s.getBoundingClientRect().width)")
    assert len(sizes) >= 5
    assert all(300 <= width <= 480 for width in sizes)
    assert "#hatch" in browser.evaluate("getComputedStyle(document.querySelector('.bar .unknown')).fill")


def test_light_and_dark(browser: Browser, written: Any) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        sized(browser, 1280, 900, scheme)
        browser.open(written[1]["report"])
        grounds.append(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(20, 23, 27)"]


def test_two_clicks_from_a_number_to_its_rows(browser: Browser, written: Any) -> None:
    sized(browser, 1280, 900)
    browser.open(written[1]["report"])
    row = "document.querySelector('tr[data-project=acme][data-signal=first_response_7d] a')"
    browser.evaluate(f"{row}.click()")
    link = "document.querySelector('#acme-first_response_7d tbody a')"
    shown = f"() => {link}.checkVisibility() ? done() : setTimeout(look, 20)"
    browser.evaluate(f"new Promise(done => {{ const look = {shown}; look() }})")
    assert browser.evaluate(f"{link}.href").startswith("https://github.com/acme/engine/issues/")


def test_the_keyboard_reaches_the_content_first(browser: Browser, written: Any) -> None:
    sized(browser, 1280, 900)
    browser.open(written[1]["report"])
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert browser.evaluate("document.activeElement.className") == "skip"
    assert browser.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
