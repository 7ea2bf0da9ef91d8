"""The pages in a real browser: each question and chart loads, draws and asks for nothing from elsewhere."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.serve import saved
from collector.serve.metadata import DASHBOARD
from tests.browser import Browser

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


@pytest.mark.parametrize("project", ["", "acme", "void"])
def test_the_dashboard_draws_every_chart(browser: Browser, address: str, project: str) -> None:
    count = len(saved.read("charts")) + 1  # the text above them
    visited(browser, address, f"/-/dashboards/{DASHBOARD}?project={project}", f"{DRAWN}.length === {count}")
    sizes = browser.evaluate("[...document.querySelectorAll('svg.marks, canvas.marks')].map(c => c.clientWidth)")
    assert len(sizes) == count - 1
    # An empty legend once blew a chart up beyond all bounds.
    assert all(200 < width < 2000 for width in sizes)


@pytest.mark.parametrize("chart", saved.read("charts"), ids=lambda c: c.name)
def test_every_chart_draws_alone_with_its_sql_beside_it(browser: Browser, address: str, chart: saved.Saved) -> None:
    visited(browser, address, f"/-/dashboards/{DASHBOARD}/{chart.name}?project=acme", f"{DRAWN}.length === 1")
    assert browser.evaluate("document.body.innerText.includes('View and edit SQL')")


@pytest.mark.parametrize(
    "place", ["/", "/signals", "/signals/evidence_first_response_7d", "/signals/issues?_search=wallet"]
)
def test_other_pages_load(browser: Browser, address: str, place: str) -> None:
    visited(browser, address, place)
