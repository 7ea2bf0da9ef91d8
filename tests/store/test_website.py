"""Links lead to the GitHub that was synced."""

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from collector.method import evidence
from collector.report import news_events
from collector.store import website
from collector.store.database import open_database
from tests.lab import Lab
from tests.made import AS_OF, Book


def urls(db: sqlite3.Connection) -> list[str]:
    """Every link in the evidence of all signals."""
    names = [view.name for view in evidence.views() if view.is_evidence]
    return [str(url) for name in names for (url,) in db.execute(f"SELECT url FROM {name}") if url is not None]


def test_links_of_an_enterprise_server_lead_there(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    api, graphql = "https://git.example/api/v3", "https://git.example/api/graphql"
    of_github = lab.github
    lab.repository()
    with monkeypatch.context() as changed:
        changed.setattr(lab, "github", lambda bounds=None: replace(of_github(bounds), api_url=api, graphql_url=graphql))
        assert lab.sync().exit_code == 0
    assert lab.query("SELECT url FROM github_website") == ["https://git.example/"]
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT url FROM github_website") == ["https://github.com/"]


def test_github_com_is_not_recorded(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "signals.db")) as db:
        website.record(db, "https://github.com")
        assert db.execute("SELECT count(*) FROM meta WHERE key = 'web_url'").fetchone() == (0,)
        assert website.read(db) == "https://github.com/"


def test_every_link_begins_with_the_website() -> None:
    book = Book()
    repo = book.repo()
    commits = [book.direct(repo, f"c{n}", f"2026-05-{n:02}T12:00:00Z", "ann") for n in range(1, 20)]
    book.landed(repo, 7, "bob", "2026-05-20T10:00:00Z", "2026-05-20T12:00:00Z")
    book.release(repo, "v1.0.0", "2026-05-21T12:00:00Z", commits[-1])
    book.issue(repo, 8, "eve", "2026-05-22T12:00:00Z")
    book.compute(AS_OF)
    evidence.use_temporary_views(book.db, AS_OF)
    before = urls(book.db)
    assert len(before) > 40
    website.record(book.db, "https://git.example")
    assert urls(book.db) == [url.replace("https://github.com/", "https://git.example/") for url in before]


def test_a_renamed_repository_leads_there_too() -> None:
    book = Book()
    repo = book.repo("acme/engine")
    book.changed("repositories", repo, "full_name", "acme/old", "acme/engine", "2026-05-01T00:00:00Z", repo)
    website.record(book.db, "https://git.example")
    (found,) = news_events.repository_changes(book.db, "2026-04-01", "2026-06-01").values()
    assert [change.url for change in found] == ["https://git.example/acme/engine"]


def test_no_statement_names_a_server() -> None:
    package = Path(evidence.__file__).parents[1]
    files = [file for file in package.rglob("*.sql") if "schema" not in file.parts]
    named = [str(file) for file in files if re.search(r"'https?://", file.read_text(encoding="utf-8"))]
    assert named == [], "Begin links with (SELECT url FROM github_website), which may be an Enterprise server."
