import json
import re
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from collector.report import news, reading, words
from collector.report.html import page
from collector.report.html.environment import digest
from tests.made import AS_OF, Book
from tests.report.acme import HOSTILE, acme
from tests.report.html.tree import Node, parse

NOW = datetime(2026, 6, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> Book:
    return acme()


@pytest.fixture(scope="module")
def report(book: Book) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(asdict(reading.build(book.db, AS_OF))))
    return found


@pytest.fixture(scope="module")
def text(book: Book) -> str:
    return rendered(book, AS_OF)


@pytest.fixture(scope="module")
def tree(text: str) -> Node:
    return parse(text)


def rendered(book: Book, day: date) -> str:
    return "".join(page.render(book.db, reading.build(book.db, day), NOW))


def figures(node: Node) -> dict[str, float]:
    return {n.attributes["class"]: float(n.attributes["value"]) for n in node.all("data")}


def test_every_signal_has_the_figures_of_the_json(tree: Node, report: dict[str, Any]) -> None:
    seen = 0
    for project in report["projects"]:
        for signal in project["signals"] if project["slug"] == "acme" else ():
            (row,) = tree.all("tr", data_project=project["slug"], data_signal=signal["signal"])
            assert row.attributes["data-status"] == signal["status"]
            wanted = {"middle": signal["value"], "low": signal["low"], "high": signal["high"]}
            assert figures(row) == ({} if signal["value"] is None else wanted)
            assert words.title(signal["signal"]) in row.text
            seen += signal["value"] is not None
    assert seen >= 4


def test_every_family_has_the_score_of_the_json(tree: Node, report: dict[str, Any]) -> None:
    shown = {
        (n.attributes["data-project"], n.attributes["data-family"]): float(n.attributes["value"])
        for n in tree.all("data")
        if "data-family" in n.attributes
    }
    shown |= {
        (row.attributes["data-project"], cell.attributes["data-family"]): float(n.attributes["value"])
        for row in tree.all("tr", class_="project")
        for cell in row.all("td")
        if "data-family" in cell.attributes
        for n in cell.all("data")
    }
    wanted = {(p["slug"], f["family"]): f["score"] for p in report["projects"] for f in p["families"]}
    wanted |= {(p["slug"], "overall"): p["score"] for p in report["projects"]}
    assert shown == {key: score for key, score in wanted.items() if score is not None}
    assert len(shown) >= 3


def test_what_is_read_is_the_figure(tree: Node) -> None:
    (row,) = tree.all("tr", data_project="acme", data_signal="release_weeks")
    (middle,) = row.all("data", class_="middle")
    assert middle.text == f"{float(middle.attributes['value']):.0f} of 52 weeks"


def test_unknown_is_said_and_drawn_as_unknown(tree: Node, report: dict[str, Any]) -> None:
    unknown = [(p, s) for p in report["projects"] for s in p["signals"] if s["value"] is None]
    assert {s["status"] for _, s in unknown} >= {"insufficient", "not_observable"}
    # What all signals of a project have in common is said once.
    for project, signal in [(p, s) for p, s in unknown if p["slug"] == "acme"]:
        (row,) = tree.all("tr", data_project=project["slug"], data_signal=signal["signal"])
        assert words.STATUSES[signal["status"]] in row.text.lower()
        assert row.all("rect", class_="unknown")
        assert not row.all("circle", "data")
        assert "0 %" not in row.all("td")[0].text
    (mole,) = tree.all("div", id="mole")
    assert "Not found." in mole.text
    assert not mole.all("circle")


def test_a_project_that_publishes_little_is_not_drawn_as_low(little: Book) -> None:
    tree = parse(rendered(little, little.day))
    (row,) = tree.all("tr", class_="project")
    assert [n.text.strip() for n in row.all("td", class_="cell little")] == ["too little"] * 2
    (signals,) = tree.all("table", class_="signals")
    assert not [n for part in (row, signals) for n in part.all("circle")]
    (section,) = tree.all("div", id="oyster")
    assert "so this is not rated as low" in section.all("p", class_="matters")[0].text
    (weeks,) = tree.all("tr", data_signal="active_weeks")
    assert "0 of 52 weeks" in weeks.text, "what was counted is said all the same"


def test_the_first_screen_answers(two: Book) -> None:
    tree = parse(rendered(two, two.day))
    (matrix,) = tree.all("table", class_="matrix")
    rows = {row.attributes["data-project"]: row for row in matrix.all("tr", class_="project")}
    assert list(rows) == ["heron", "mole"], "the unknown come last"
    heron = rows["heron"]
    verdict = "Ships: new work in 14 of 52 weeks. Answers 41 % of outsiders within a week."
    assert heron.all("span", class_="verdict")[0].text == verdict
    assert len(heron.all("svg", class_="spark")) == 1
    kinds = [n.attributes["class"] for n in heron.all("td")[3:]]
    assert kinds == ["cell partly", "cell unknown", "cell partly", *["cell unknown"] * 7]
    partly = heron.all("td", data_family="release cadence")[0]
    assert "0.50" in partly.text
    assert "1 of 2" in partly.text
    assert partly.all("circle", class_="dot partly")
    assert not heron.all("circle", class_="dot")


def test_the_sentences_stand_at_the_head_of_each_project(two: Book) -> None:
    tree = parse(rendered(two, two.day))
    told = {slug: tree.all("div", id=slug)[0].all("p", class_="matters")[0].text for slug in ("heron", "mole")}
    assert "Answers 41 % of outsiders' issues within a week (27 to 56 %)." in told["heron"]
    assert told["mole"] == "Not observable: Nothing was found."
    assert tree.all("div", id="mole")[0].text.count("Nothing was found.") == 1


def test_nothing_of_the_page_comes_from_elsewhere(text: str, tree: Node) -> None:
    assert not tree.all("link", "img", "iframe", "object", "embed", "base", "form", "audio", "video") or [
        n.attributes for n in tree.all("link")
    ] == [{"rel": "icon", "href": "data:,"}]
    for node in tree:
        assert "src" not in node.attributes
        assert "style" not in node.attributes
        assert not [name for name in node.attributes if name.startswith("on")]
    (style,) = tree.all("style")
    assert "@import" not in style.text
    assert set(re.findall(r"url\(([^)]*)\)", style.text)) == {"#hatch"}
    for link in tree.all("a"):
        assert link.attributes["href"].startswith(("#", "https://github.com/"))


def test_the_policy_allows_the_page_its_own_style_and_script_and_no_other(text: str, tree: Node) -> None:
    (policy,) = [n for n in tree.all("meta") if "http-equiv" in n.attributes]
    allowed = policy.attributes["content"]
    assert "default-src 'none'" in allowed
    assert "unsafe" not in allowed
    for tag in ("style", "script"):
        (own,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert f"{tag}-src {digest(own)}" in allowed


def test_names_from_github_are_text(text: str, tree: Node) -> None:
    assert text.count("<script") == 1
    assert "<img" not in text
    assert not set("\u202e\x07") & set(text)
    (name,) = tree.all("a", class_="name", href="#acme")
    assert words.plain(f"Acme {HOSTILE}") == name.text
    assert any("onerror" in n.text for n in tree.all("a"))


def test_no_account_is_named(text: str, book: Book) -> None:
    assert "login-" not in text
    assert min(book.accounts.values()) > 7_000_000
    assert len(parse(text).all("table", class_="rows")) > 6
    assert not re.search(r"7,?000,?\d{3}", text)


def test_ids_are_unique_and_every_link_inside_leads_somewhere(tree: Node) -> None:
    ids = [n.attributes["id"] for n in tree if "id" in n.attributes]
    assert len(ids) == len(set(ids))
    inside = {n.attributes["href"][1:] for n in tree.all("a") if n.attributes["href"].startswith("#")}
    assert inside <= set(ids)
    assert {"main", "acme", "acme-release_weeks"} <= inside
    for node in tree:
        assert set(node.attributes.get("aria-labelledby", "").split()) <= set(ids)


def test_from_a_number_to_its_rows_on_github_in_two_clicks(tree: Node) -> None:
    (row,) = tree.all("tr", data_project="acme", data_signal="first_response_7d")
    target = row.all("a")[0].attributes["href"][1:]
    (place,) = [n for n in tree if n.attributes.get("id") == target]
    links = {n.attributes["href"] for n in place.all("a")}
    assert "https://github.com/acme/engine/issues/20" in links
    assert "collect explain acme first_response_7d --as-of 2026-06-01 --limit 0" in place.text
    assert "no: by insiders" in place.text


def test_what_was_left_out_and_why_stands_beside_the_value(tree: Node) -> None:
    (row,) = tree.all("tr", data_project="acme", data_signal="release_weeks")
    assert re.search(r"pre-releases: \d+", row.all("td")[-1].text)
    assert "releases" in row.all("td")[2].text


def test_tables_are_tables(tree: Node) -> None:
    tables = tree.all("table")
    assert len(tables) > 10
    for table in tables:
        assert len(table.all("caption")) == 1
        assert table.all("caption")[0].text.strip()
        heads = table.all("thead")[0].all("th")
        assert heads
        assert all(n.attributes.get("scope") == "col" for n in heads)
        for row in (row for body in table.all("tbody") for row in body.all("tr")):
            assert [n.attributes.get("scope") for n in row.all("th")] in (["row"], ["rowgroup"])
            columns = sum(int(n.attributes.get("colspan", 1)) for n in row.all("th", "td"))
            assert columns == len(heads)


def test_charts_have_names_and_descriptions_and_bars_are_hidden(tree: Node) -> None:
    charts = tree.all("svg", role="img")
    assert len(charts) >= 5
    for chart in charts:
        first, second = (n for n in chart.children[:2] if isinstance(n, Node))
        assert (first.tag, second.tag) == ("title", "desc")
        assert len(second.text) > 30
    for svg in [n for n in tree.all("svg") if n.attributes.get("class") != "plot"]:  # which is inside of a chart
        assert svg.attributes.get("role") == "img" or svg.attributes.get("aria-hidden") == "true"


def test_a_reader_who_cannot_see_finds_the_way(tree: Node) -> None:
    (html,) = tree.all("html")
    assert html.attributes["lang"] == "en"
    links = tree.all("a")
    assert (links[0].attributes["class"], links[0].attributes["href"]) == ("skip", "#main")
    assert len(tree.all("main", id="main")) == len(tree.all("header")) == len(tree.all("footer")) == 1
    levels = [int(n.tag[1]) for n in tree.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    for box in tree.all("div", class_="scroll"):
        assert box.attributes["tabindex"] == "0"
        assert box.attributes["aria-label"]


def test_the_method_and_the_age_of_the_data_are_named(tree: Node) -> None:
    (foot,) = tree.all("footer")
    assert "by method 2." in foot.text
    assert "2026-06-01 00:00 UTC" in tree.all("div", id="acme")[0].all("dl", class_="facts")[0].text


def test_it_says_plainly_when_there_is_no_history() -> None:
    one = acme(dates=1)
    text = parse(rendered(one, AS_OF))
    (section,) = text.all("div", id="acme")
    assert "collect signals --history 104" in section.text
    assert not section.all("figure", class_="history")
    assert section.all("figure", class_="survival")


def test_history_is_drawn_when_there_is_one(tree: Node) -> None:
    (section,) = tree.all("div", id="acme")
    titles = [n.all("figcaption")[0].text for n in section.all("figure", class_="history")]
    assert any("Weeks with a release" in title for title in titles)
    assert "There is no history" not in section.text
    (young,) = tree.all("div", id="young")
    assert not young.all("figure", class_="history")


def test_an_invented_world_says_so_first(book: Book, text: str) -> None:
    assert "SYNTHETIC" not in text
    book.meta("synthetic", "1")
    try:
        tree = parse(rendered(book, AS_OF))
    finally:
        book.db.execute("DELETE FROM meta WHERE key = 'synthetic'")
    assert "SYNTHETIC" in tree.all("body")[0].text[:300]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as #1c2127, as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_in_light_and_dark(tree: Node) -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    css = tree.all("style")[0].text
    schemes = [
        dict(re.findall(r"--([a-z-]+): ?(#[0-9a-f]{6})", part)) for part in re.findall(r":root ?\{(.*?)\}", css, re.S)
    ]
    assert len(schemes) == 2
    for colours in schemes:
        for name in ("ink", "muted", "accent"):
            assert contrast(colours[name], colours["ground"]) >= 4.5
            assert contrast(colours[name], colours["raised"]) >= 4.5
        for name in ("mark", "good", "bad"):
            assert contrast(colours[name], colours[f"{name}-ground"]) >= 4.5
            assert contrast(colours[name], colours["ground"]) >= 4.5
        for name in ("first", "second", "third", "others"):
            assert contrast(colours[name], colours["ground"]) >= 3


def test_the_news_as_a_page(book: Book) -> None:
    found = news.build(book.db, AS_OF.replace(month=5, day=18), AS_OF)
    text = page.news(found, NOW)
    tree = parse(text)
    assert "What changed from 2026-05-18 to 2026-06-01" in tree.all("h1")[0].text
    assert "Nothing changed:" in tree.all("main")[0].text
