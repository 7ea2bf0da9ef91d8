"""The feeds, badges and data beside the site."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from collector.report import badges, downloads, feed, news, reading
from collector.report.model import Report
from collector.report.news_model import News
from tests.made import Book
from tests.report.acme import DAY, HOSTILE, acme

BASE = "https://signals.example/site/"
SPACE = {"a": "http://www.w3.org/2005/Atom"}
NOW = datetime(2026, 6, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> Book:
    return acme()


@pytest.fixture(scope="module")
def report(book: Book) -> Report:
    return reading.build(book.db, DAY)


@pytest.fixture(scope="module")
def weeks(book: Book, report: Report) -> list[News]:
    return news.weekly(book.db, DAY, report.projects)


def atom(weeks: list[News], base: str | None = BASE) -> ElementTree.Element:
    return ElementTree.fromstring(feed.atom(weeks, base))


def texts(root: ElementTree.Element, path: str) -> list[str]:
    return [element.text or "" for element in root.findall(path, SPACE)]


def test_an_entry_is_a_week_of_a_project(weeks: list[News]) -> None:
    root = atom(weeks)
    told = [(n.as_of, p.slug) for n in weeks for p in n.projects if p.any]
    assert told
    assert texts(root, "a:entry/a:updated") == [f"{day}T00:00:00Z" for day, _ in told]
    assert [e.get("href") for e in root.findall("a:entry/a:link", SPACE)] == [
        f"https://signals.example/site/news.html#{slug}" for _, slug in told
    ]
    assert len(set(texts(root, "a:entry/a:id"))) == len(told)
    assert all(ident.startswith("urn:uuid:") for ident in texts(root, ".//a:id"))
    assert texts(root, "a:updated") == [f"{DAY}T00:00:00Z"]


def test_the_id_of_a_week_that_fills_up_stays(book: Book, report: Report) -> None:
    def ids(day: date) -> set[str]:
        return set(texts(atom(news.weekly(book.db, day, report.projects)), "a:entry/a:id"))

    assert ids(DAY) <= ids(DAY - timedelta(days=3))  # which begins a week earlier
    assert ids(DAY).isdisjoint(texts(atom(news.weekly(book.db, DAY, report.projects), None), "a:entry/a:id"))


def test_without_an_address_entries_have_no_links(weeks: list[News]) -> None:
    assert atom(weeks, None).findall(".//a:link", SPACE) == []
    assert '"url": "https://signals.example' not in feed.json_feed(weeks, None)


def test_names_are_text(weeks: list[News]) -> None:
    content = "".join(texts(atom(weeks), "a:entry/a:content"))
    assert "<img" not in content
    assert "&lt;img" in content
    assert "\x07" not in feed.atom(weeks, BASE)
    assert any("<script>" in title for title in texts(atom(weeks), "a:entry/a:title"))  # plain text there


def test_the_json_feed_says_the_same(weeks: list[News]) -> None:
    found = json.loads(feed.json_feed(weeks, BASE))
    root = atom(weeks)
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"] == "https://signals.example/site/news.json"
    assert [item["id"] for item in found["items"]] == texts(root, "a:entry/a:id")
    assert [item["content_html"] for item in found["items"]] == texts(root, "a:entry/a:content")
    assert all(item["_news"]["slug"] == item["tags"][0] for item in found["items"])


def test_an_empty_feed_is_one(weeks: list[News]) -> None:
    assert atom([]).findall("a:entry", SPACE) == []


def test_a_badge_says_the_state_and_the_value(report: Report) -> None:
    mole, project = (next(p for p in report.projects if p.slug == slug) for slug in ("mole", "acme"))
    shown = ElementTree.fromstring(badges.of_project(mole, DAY, synthetic=False))
    assert shown.get("aria-label") == "Mole: not on GitHub"
    weeks = next(row for row in project.signals if row.signal == "release_weeks")
    text = badges.of_signal(project, weeks, synthetic=True)
    assert "weeks with a release" in text
    assert f"{weeks.value:.0f} of 52 weeks" in text
    assert "SYNTHETIC" in text
    assert HOSTILE not in text


def test_an_abbreviation_on_a_badge_keeps_its_capitals(report: Report) -> None:
    row = next(row for row in report.projects[0].signals if row.signal == "builder_upkeep")
    assert ": SDKs and examples alive" in badges.of_signal(report.projects[0], row, synthetic=False)


def test_a_badge_of_a_silent_project_says_since_when(report: Report) -> None:
    from dataclasses import replace

    silent = replace(report.projects[0], name="Quiet", state="silent", last_change="2025-09-22T10:00:00Z")
    assert "Quiet: silent since 2025-09-22" in badges.of_project(silent, DAY, synthetic=False)


def test_every_file_is_written_where_it_is_linked(report: Report, weeks: list[News], tmp_path: Path) -> None:
    paths = downloads.write(report, weeks, NOW, tmp_path, BASE)
    assert {path.relative_to(tmp_path).as_posix() for path in paths} >= {
        "news.atom", "news.json", "report.json", "report.csv", "data/mole.csv", downloads.badge_of("acme"),
        downloads.badge_of("acme", "release_weeks"), downloads.data_of("acme", "json"),
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO((tmp_path / "data/acme.csv").read_text())))
    assert {row["project"] for row in rows} == {"acme"}
    alone = json.loads((tmp_path / "data/acme.json").read_text())
    whole = json.loads((tmp_path / "report.json").read_text())
    assert alone["projects"] == [p for p in whole["projects"] if p["slug"] == "acme"]
