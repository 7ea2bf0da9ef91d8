"""The site: every page well-formed, every link leading somewhere, everything within its folder."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.errors import UsageError
from collector.method.registry import FAMILIES, SIGNALS
from collector.report import glossary, news, reading, words
from collector.report.html import site
from collector.report.html.environment import digest
from tests.made import AS_OF, Book
from tests.report.acme import acme
from tests.report.html.tree import Node, parse
from tests.report.test_no_raw_keys import raw

NOW = datetime(2026, 6, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> Book:
    book = acme()
    book.repo("acme/tools", "acme", role="tools", status="archived")
    return book


@pytest.fixture(scope="module")
def texts(book: Book) -> dict[str, str]:
    report = reading.build(book.db, AS_OF)
    return dict(site.pages(book.db, report, news.weekly(book.db, AS_OF, report.projects), NOW))


@pytest.fixture(scope="module")
def trees(texts: dict[str, str]) -> dict[str, Node]:
    return {name: parse(text) for name, text in texts.items()}


@pytest.mark.parametrize(
    ("dates", "told"),
    [(1, "compared in none of these weeks"), (2, "compared in 1 of these weeks only"), (14, None)],
)
def test_the_news_say_in_how_many_weeks_signals_are_compared(dates: int, told: str | None) -> None:
    book = acme(dates)
    report = reading.build(book.db, AS_OF)
    page = dict(site.pages(book.db, report, news.weekly(book.db, AS_OF, report.projects), NOW))["news.html"]
    assert told in page if told else "signals are compared" not in page


def test_there_is_a_page_for_each_project_and_signal(texts: dict[str, str]) -> None:
    assert {"index.html", "compare.html", "signals.html", "news.html", "method.html", "glossary.html"} < texts.keys()
    assert {"project-acme.html", "project-mole.html", "project-young.html"} < texts.keys()
    assert len([name for name in texts if name.startswith("signal-")]) == len(SIGNALS)


def test_every_link_leads_somewhere(book: Book, trees: dict[str, Node], tmp_path: Path) -> None:
    report = reading.build(book.db, AS_OF)
    count = site.write(book.db, report, NOW, tmp_path / "site", None)
    written = {str(path.relative_to(tmp_path / "site")) for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert len(written) == count
    ids = {name: {n.attributes["id"] for n in tree if "id" in n.attributes} for name, tree in trees.items()}
    for name, tree in trees.items():
        for link in tree.all("a", "link"):
            address = link.attributes["href"]
            if address.startswith(("https://", "data:")):
                continue
            page, _, anchor = address.partition("#")
            page = page or name
            assert page in written, f"{name}: {address}"
            # The comparison's anchors are the projects to choose.
            assert not anchor or page == "compare.html" or anchor in ids[page], f"{name}: {address}"


def test_nothing_comes_from_elsewhere_and_only_what_is_in_the_page_is_allowed(
    texts: dict[str, str], trees: dict[str, Node]
) -> None:
    for name, tree in trees.items():
        (policy,) = [n for n in tree.all("meta") if "http-equiv" in n.attributes]
        assert policy.attributes["content"].startswith("default-src 'none'; ")
        assert "unsafe" not in policy.attributes["content"]
        for tag in ("style", "script"):
            for own in re.findall(rf"<{tag}>(.*?)</{tag}>", texts[name], re.DOTALL):
                assert digest(own) in policy.attributes["content"], name
        assert not [n for n in tree if "src" in n.attributes or "style" in n.attributes]


def test_pages_show_no_raw_names_and_no_account(trees: dict[str, Node]) -> None:
    # Definitions name codes, as code.
    for name in [n for n in trees if n.startswith(("index", "project", "compare", "news", "signals"))]:
        (main,) = trees[name].all("main")
        shown = " ".join(n.text for n in _without(main, "code", "a"))
        assert raw(shown) == [], name
        assert "login-" not in shown


def _without(node: Node, *tags: str) -> list[Node]:
    """Text in these elements is left out: what is typed, and what GitHub names."""
    found = []
    for child in node.children:
        if isinstance(child, str):
            found.append(Node("text", children=[child]))
        elif child.tag not in tags:
            found += _without(child, *tags)
    return found


def test_what_adds_up_is_told_by_repository(trees: dict[str, Node]) -> None:
    (table,) = [t for t in trees["project-acme.html"].all("table") if "sortable" in t.attributes["class"]]
    rows = [[n.text for n in row.all("th", "td")] for row in table.all("tbody")[0].all("tr")]
    assert [row[0] for row in rows] == ["acme/engine", "acme/tools"], "the busiest first"
    engine, tools = rows
    assert engine[1:4] == ["core", "public", "2026-05-18"]
    releases, weeks, days, answered = engine[4:]
    assert (int(releases), int(weeks), int(days)) == (8, 51, 51)
    assert re.fullmatch(r"\d+ of 20", answered)
    assert tools[1:3] == ["tools", "archived, first sync not complete"] or tools[1:3] == ["tools", "archived"]
    assert tools[4:] == ["0", "0", "0", "nobody asked"]


def test_a_signals_page_has_all_projects_and_what_faking_costs(trees: dict[str, Node]) -> None:
    page = trees["signal-first-response-7d.html"]
    rows = page.all("table")[0].all("tbody")[0].all("tr")
    assert len(rows) == 3
    (known,) = [row for row in rows if row.all("circle")]
    assert "%" in known.text
    assert [n.text for n in page.all("h2")][-4:-1] == [
        "How it is computed",
        "What it costs to fake",
        "What it cannot see",
    ]
    text = page.all("main")[0].text
    assert "Self-made issues come from insiders" in text
    assert "answers in chats and forums" in text.lower()


def test_any_projects_are_compared_without_a_script(texts: dict[str, str], trees: dict[str, Node]) -> None:
    page = trees["compare.html"]
    boxes = [n.attributes["id"] for n in page.all("input", class_="pick")]
    assert boxes == ["pick-acme", "pick-young", "pick-mole"]
    for box in boxes:
        slug = box.removeprefix("pick-")
        assert f"#{box}:checked) .col-{slug} {{ display: table-cell; }}" in texts["compare.html"]
    (table,) = page.all("table", class_="side")
    heads = [n.text for n in table.all("th") if n.attributes.get("scope") == "row"]
    assert set(map(words.title, (s.key for s in SIGNALS))) <= set(heads)
    assert {words.family(f).capitalize() for f in FAMILIES} <= set(heads)


def test_one_of_two_categories_has_a_letter_in_each_with_its_name(made: Book) -> None:
    for slug, categories, score in (("heron", ["compute"], 0.9), ("crane", ["models", "compute"], 0.9)):
        made.project(slug, category=categories[0], also=categories[1:])
        made.signal(slug, "docs_months", 1, score=score, score_low=score - 0.05, score_high=score + 0.05)
    report = reading.build(made.db, made.day)
    pages = dict(site.pages(made.db, report, [], NOW))
    (row,) = [n for n in parse(pages["compare.html"]).all("tr") if n.text.startswith("Docs")]
    assert [n.text for n in row.all("span", class_="among")] == ["a compute", "a compute"]


def test_what_cannot_be_seen_is_not_said_to_be_none(trees: dict[str, Node]) -> None:
    facts = [n.text for n in trees["project-mole.html"].all("dd")]
    assert facts[:2] == [words.NOTHING, words.NOTHING]
    assert "0" not in facts
    (row,) = [n for n in trees["index.html"].all("tr") if n.attributes.get("data-project") == "mole"]
    assert "never" not in row.text
    assert "days of work" not in row.text


def test_the_glossary_defines_what_pages_link_to(trees: dict[str, Node]) -> None:
    defined = {n.text for n in trees["glossary.html"].all("dt")}
    assert defined == {word for meanings in glossary.read().values() for word in meanings}
    assert {"active", "slowing", "silent", "95 % interval", "author-day"} <= defined
    assert not [text for meanings in glossary.read().values() for text in meanings.values() if "{" in text]
    assert "`" not in trees["glossary.html"].all("main")[0].text


def test_each_folder_is_read_for_leftovers_once(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading it for every file would take time in proportion to the square of the projects."""
    (tmp_path / "badges").mkdir()
    ended = 99_999_999  # greater than the number of any process
    left = [tmp_path / f".index.html.{ended}.0123abcd.part", tmp_path / "badges" / f".acme.svg.{ended}.0123abcd.part"]
    for file in left:
        file.write_text("half")
    read: list[str] = []
    glob = Path.glob

    def noted(self: Path, pattern: str) -> Iterator[Path]:
        read.append(self.name)
        return glob(self, pattern)

    monkeypatch.setattr(Path, "glob", noted)
    site.write(book.db, reading.build(book.db, AS_OF), NOW, tmp_path, None)
    assert [file for file in left if file.exists()] == []
    assert (read.count("badges"), read.count("data"), read.count(tmp_path.name) < 3) == (1, 1, True)


def test_a_folder_that_cannot_be_made_is_an_error(book: Book, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be made"):
        site.write(book.db, reading.build(book.db, AS_OF), NOW, tmp_path / "file" / "site", None)
