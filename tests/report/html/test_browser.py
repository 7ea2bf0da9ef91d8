"""The page in a real browser: at the widths of a phone and of a desk, in light and dark."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collector.report import news, reading
from collector.report.html import page, site
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
    """The JSON of a report, and the addresses of its page, of the page of its news, and of pages of its site."""
    folder: Path = tmp_path_factory.mktemp("pages")
    book = acme()
    report = reading.build(book.db, AS_OF)
    texts = {
        "report": "".join(page.render(book.db, report, NOW)),
        "news": page.news(news.build(book.db, AS_OF.replace(month=5, day=18), AS_OF), NOW),
    }
    site.write(book.db, report, NOW, folder, None)
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return json.loads(json.dumps(asdict(report))), {
        name: (folder / f"{name}.html").as_uri()
        for name in (*texts, "index", "compare", "project-acme", "signal-release-weeks", "glossary")
    }


def sized(browser: Browser, width: int, height: int, scheme: str = "light") -> None:
    browser.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700
    )
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


@pytest.mark.parametrize(
    "name", ["report", "news", "index", "compare", "project-acme", "signal-release-weeks", "glossary"]
)
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


FOCUSABLE = "[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex=\\'0\\']')]"


@pytest.mark.parametrize("name", ["report", "index"])
def test_the_end_of_the_overview_is_within_reach_of_a_keyboard(browser: Browser, written: Any, name: str) -> None:
    sized(browser, 1280, 900)
    browser.open(written[1][name])
    last = "document.querySelector('#overview').getBoundingClientRect().bottom"
    stops = f"{FOCUSABLE}.filter(e => e.checkVisibility() && e.getBoundingClientRect().top < {last}).length"
    # With ten projects there is one more for each: cells are no links.
    assert browser.evaluate(stops) + 10 - len(written[0]["projects"]) <= 60


def test_the_matrix_is_sorted_and_filtered(browser: Browser, written: Any) -> None:
    sized(browser, 1280, 900)
    browser.open(written[1]["index"])
    order = "[...document.querySelectorAll('tr.project')].filter(r => r.checkVisibility()).map(r => r.dataset.project)"
    before = browser.evaluate(order)
    assert before == ["acme", "young", "mole"]
    browser.evaluate("document.querySelector('th[data-key=name] .sort').click()")
    assert browser.evaluate("document.querySelector('th[data-key=name]').ariaSort") == "descending"
    assert browser.evaluate(order) == ["acme", "mole", "young"]
    browser.evaluate("document.querySelector('th[data-key=releases] .sort').click()")
    assert browser.evaluate(order)[0] == "acme", "what is unknown comes last"
    for _ in range(2):
        browser.evaluate("document.querySelector('th[data-key=releases] .sort').click()")
    assert browser.evaluate(order) == before, "a third click restores the order of the page"
    typed = "const f = document.getElementById('filter'); f.value = 'MOLE'; f.dispatchEvent(new Event('input'))"
    browser.evaluate(f"{{ {typed} }}")
    assert browser.evaluate(order) == ["mole"]
    assert browser.evaluate("document.querySelector('.tools output').value") == "1 of 3 shown"


def test_a_chart_says_its_values_and_shows_a_shorter_period(browser: Browser, written: Any) -> None:
    sized(browser, 1280, 900)
    browser.open(written[1]["project-acme"])
    move = (
        "{ const c = document.querySelector('figure.history svg'); const b = c.getBoundingClientRect();"
        "c.dispatchEvent(new PointerEvent('pointermove', {clientX: b.right - 5, clientY: b.top + 40})) }"
    )
    browser.evaluate(move)
    said = browser.evaluate("document.querySelector('figure.history .tip').value")
    assert said.startswith("2026-06-01: ")
    assert " of 52 weeks (" in said
    view = "document.querySelector('figure.history .plot').getAttribute('viewBox')"
    assert browser.evaluate(view) == "40 0 292 128"
    browser.evaluate(
        "{ const p = document.querySelector('.periods select'); p.value = '182'; p.dispatchEvent(new Event('change')) }"
    )
    left, _, width, _ = map(float, browser.evaluate(view).split())
    assert width == pytest.approx(292 / 4)
    assert left + width == pytest.approx(40 + 292), "it ends where it ended"


def test_projects_are_chosen_without_a_script(browser: Browser, written: Any) -> None:
    sized(browser, 1280, 900)
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.call("Page.navigate", url=written[1]["compare"])
        # A page without scripts settles no promise.
        while browser.evaluate("document.readyState + location.href") != f"complete{written[1]['compare']}":
            pass
        columns = (
            "[...document.querySelectorAll('thead .col')].filter(e => e.checkVisibility()).map(e => e.textContent)"
        )
        assert len(browser.evaluate(columns)) == 3
        browser.evaluate("document.getElementById('pick-mole').click()")
        assert len(browser.evaluate(columns)) == 1
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_a_comparison_has_an_address(browser: Browser, written: Any) -> None:
    sized(browser, 1280, 900)
    browser.open(written[1]["index"])
    browser.open(f"{written[1]['compare']}#mole,young", "location.hash !== ''")
    chosen = "[...document.querySelectorAll('.pick:checked')].map(e => e.value)"
    assert browser.evaluate(chosen) == ["young", "mole"]
    browser.evaluate("document.getElementById('pick-acme').click()")
    assert browser.evaluate("location.hash") == "#acme,young,mole"
