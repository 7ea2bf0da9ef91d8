"""The documentation speaks of what there is."""

import io
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from cogapp import Cog

from collector.method import evidence
from collector.method.registry import BY_KEY
from collector.store import database

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
# A word with a slash or a known ending, in code or as the goal of a link; what stands for a name is none.
NAMED = re.compile(r"(?<![\w:/.~-])(?:\./)?((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|sql|md|toml|txt|yml))(?![\w/])")
NOT_OF_THE_PROJECT = re.compile(r"KEY|NAME|OWNER|VERSION|^\.venv")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(database.open_database(tmp_path / "signals.db")) as connection:
        evidence.store_views(connection, date(2026, 1, 5))
        yield connection


def test_schema_page_names_every_table_and_view(db: sqlite3.Connection) -> None:
    names = {
        row[0]
        for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        if not row[0].startswith(("sqlite_", "_sqlite")) and "_fts" not in row[0]
    }
    page = (DOCS / "schema.md").read_text(encoding="utf-8")
    assert {name for name in names if f"`{name}`" not in page} == set()


@pytest.mark.parametrize("key", BY_KEY)
def test_each_section_of_the_signals_page_has_an_example_attacks_and_limits(key: str) -> None:
    page = (DOCS / "signals.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {key}: ", 1)[1].split("\n## ", 1)[0]
    for part in ("*Example.*", "*Attacks", "*Cannot see*"):
        assert part in section, part


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_file_that_is_named_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    code = re.findall(r"`([^`]+)`|^ {4}(.+)$|\]\(([^)#]+)", text, flags=re.MULTILINE)
    named = {name for words in code for word in words if "//" not in word for name in NAMED.findall(word)}
    named = {name for name in named if not NOT_OF_THE_PROJECT.search(name)}
    assert len(named) > 20
    known = {path.name for path in (ROOT / "collector").rglob("*")}
    roots = (ROOT, ROOT / "collector", DOCS)
    assert {n for n in named if not any((root / n).exists() for root in roots) and n not in known} == set()


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md", "docs/glossary.md"])
def test_the_picture_and_the_words_are_up_to_date(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert Cog().main(["cog", "--check", "-I", ".", page]) == 0, f"run: cog -I . -r {page}"


def test_the_page_on_judging_speaks_of_every_signal_by_its_title() -> None:
    page = (DOCS / "judging.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\[([^\]]+)\]\[(\w+)\]", page)) == {(info.title, key) for key, info in BY_KEY.items()}
    headings = re.findall(r"^## (.+)", (DOCS / "signals.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = dict(re.findall(r"^\[(\w+)\]: signals\.md#(.+)$", page, flags=re.MULTILINE))
    assert set(links) == set(BY_KEY)
    assert {key: anchor for key, anchor in links.items() if anchor not in anchors} == {}
