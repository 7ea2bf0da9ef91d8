"""The pages in a real browser: each question and chart loads, draws and asks for nothing from elsewhere."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector.serve import dashboards, saved
from tests.browser import PATIENCE, Browser

pytestmark = pytest.mark.browser

DRAWN = "[...document.querySelectorAll('.dashboard-card-chart, .chart-container')].filter(c => c.children.length > 0)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as found:
        yield found


@pytest.fixture(scope="module")
def address(path: Path, browser: Browser) -> Iterator[str]:
    """Where `collect serve` answers."""
    words = [sys.executable, "-m", "collector", "serve", "--db", str(path), "--port", "0"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        yield next(found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        process.send_signal(signal.SIGINT)


def visited(browser: Browser, address: str, place: str, until: str = "true") -> None:
    """Load a page; nothing may go wrong on it, and nothing may come from elsewhere."""
    page = browser.open(f"{address}{place}", until)
    assert page.errors == []
    elsewhere = [asked for asked in page.asked if not asked.startswith((address, "data:", "blob:"))]
    assert elsewhere == []


@pytest.mark.parametrize("query", saved.read("queries"), ids=lambda q: q.name)
def test_every_question_shows_its_rows(browser: Browser, address: str, query: saved.Saved) -> None:
    visited(browser, address, f"/signals/{query.name}")
    assert browser.evaluate("document.querySelector('h1').innerText") == query.title
    assert browser.evaluate("document.querySelectorAll('table.rows-and-columns tbody tr').length") > 0


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("choice", ["", "project=void", "category=compute&period=1+year"])
@pytest.mark.parametrize("dashboard", dashboards.names())
def test_a_dashboard_draws_every_chart(browser: Browser, address: str, dashboard: str, choice: str, width: int) -> None:
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
    drawn = f"document.querySelectorAll('.dashboard-card-chart').length === {DRAWN}.length"
    visited(browser, address, f"/-/dashboards/{dashboard}?{choice}", drawn)
    sizes = browser.evaluate("[...document.querySelectorAll('svg.marks, canvas.marks')].map(c => c.clientWidth)")
    # An empty legend once blew a chart up beyond all bounds, and once pushed the bars out of it on a phone.
    assert sizes
    assert all(200 < size < 2000 for size in sizes)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    browser.call("Emulation.clearDeviceMetricsOverride")


def until(holds: Callable[[], bool]) -> None:
    """Ask the browser again and again until it holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end


@pytest.mark.parametrize("dashboard", dashboards.names())
def test_without_javascript_there_are_tables(browser: Browser, address: str, dashboard: str) -> None:
    def place() -> str:
        return next(str(t["url"]) for t in browser.call("Target.getTargets")["targetInfos"] if t["type"] == "page")

    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.call("Page.navigate", url=f"{address}/-/dashboards/{dashboard}")
        until(lambda: "_tables=1" in place())
        until(lambda: browser.evaluate("document.querySelector('footer') !== null") is True)
        shown = browser.evaluate("document.querySelectorAll('main section section table').length")
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)
    assert shown == len(dashboards.charts()[dashboard])


@pytest.mark.parametrize("chart", saved.read("charts"), ids=lambda c: c.name)
def test_every_chart_draws_alone_with_its_sql_beside_it(browser: Browser, address: str, chart: saved.Saved) -> None:
    name = next(name for name, own in dashboards.charts().items() if chart.name in own)
    visited(browser, address, f"/-/dashboards/{name}/{chart.name}?project=acme", f"{DRAWN}.length === 1")
    assert browser.evaluate("document.body.innerText.includes('View and edit SQL')")


@pytest.mark.parametrize(
    "place", ["/", "/signals", "/signals/evidence_first_response_7d", "/signals/issues?_search=wallet"]
)
def test_other_pages_load(browser: Browser, address: str, place: str) -> None:
    visited(browser, address, place)
