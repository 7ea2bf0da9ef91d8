"""datasette on a small database, asked without a socket: every table, question and chart, and what must stay closed."""

import html
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from collector.report import as_of_date, model, sentences
from collector.serve import saved
from collector.serve.metadata import DASHBOARD
from collector.store import hash_key
from collector.store.database import open_database

# While it is imported and while it answers, datasette opens databases in memory that it leaves to be closed.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")

Get = Callable[..., Any]
Rows = Callable[..., list[dict[str, Any]]]
PLUGIN = "datasette-dashboards"


@pytest.fixture
def rows(get: Get) -> Rows:
    """The rows of a saved question."""
    return lambda name, **parameters: get(f"/signals/{name}.json", _shape="array", **parameters).json()


@pytest.fixture
def drawn(get: Get, told: dict[str, Any]) -> Rows:
    """The rows that a chart draws, of one project or of all, asked for as the dashboard's script does."""

    def ask(name: str, project: str = "") -> list[dict[str, Any]]:
        page = get(f"/-/dashboards/{DASHBOARD}/{name}", **({"project": project} if project else {}))
        chart = json.loads(re.search(r"renderChart\('\w+', (\{.*\}), '", html.unescape(page.text))[1])  # type: ignore[index]
        answer = get(f"/{chart['db']}.json", sql=chart["query"], project=project, _shape="objects").json()
        assert answer.get("error") is None, name
        assert not answer["truncated"], name
        found: list[dict[str, Any]] = answer["rows"]
        return found

    return ask


def test_every_table_and_view_shows_its_meaning_and_its_facets(get: Get, told: dict[str, Any]) -> None:
    tables = told["databases"]["signals"]["tables"]
    for name in tables:
        page = get(f"/signals/{name}")
        assert page.status_code == 200, name
        assert all(f"<dt>{column}</dt>" in page.text for column in tables[name]["columns"]), name
        assert "facets timed out" not in page.text, name


def test_the_start_page_leads_only_to_what_is_there(get: Get) -> None:
    start = get("/signals").text
    assert get("/").text.count("scorecard") > 0
    places = set(re.findall(r'href="(/[^"#?]+)', start))
    assert {"/signals/evidence_first_response_7d", "/signals/who_answered_whom", f"/-/dashboards/{DASHBOARD}"} <= places
    assert {place for place in places if get(place).status_code != 200} == set()
    assert "_fts" not in start
    assert "_sqlite_migrations" not in start


def test_references_show_names_in_tables_and_in_views(get: Get) -> None:
    assert re.search(r'<a href="/signals/repositories/\d+">acme/engine</a>', get("/signals/issues").text)
    assert re.search(r'<a href="/signals/accounts/\d+">ann</a>', get("/signals/evidence_contributor_days").text)


def test_full_text_search_finds_a_word_of_a_title(get: Get) -> None:
    found = get("/signals/pull_requests.json", _search="wallets", _shape="array").json()
    assert {row["number"] for row in found} == {101, 102}


@pytest.mark.parametrize("query", saved.read("queries"), ids=lambda q: q.name)
def test_every_question_finds_rows_and_asks_for_its_parameters(get: Get, query: saved.Saved) -> None:
    page = get(f"/signals/{query.name}")
    assert page.status_code == 200
    assert "message-error" not in page.text
    assert "0 results" not in page.text
    assert query.title in html.unescape(page.text)
    assert re.findall(r'name="(\w+)" value=""', page.text) == list(query.parameters)
    if "project" in query.parameters:
        assert '<a href="?project=beta">beta</a>' in page.text
        assert "acme" not in get(f"/signals/{query.name}.csv", project="beta").text


def test_every_link_of_every_question_leads_to_github(rows: Rows) -> None:
    for query in saved.read("queries"):
        for row in rows(query.name):
            if "url" in row and row["url"] is not None:
                assert re.fullmatch(r"https://github\.com/[\w./#-]+", row["url"]), query.name


def test_who_answered_whom(rows: Rows) -> None:
    found = rows("who_answered_whom")
    assert len(found) == 18
    first = found[0]
    assert (first["number"], first["asked_by"], first["answered_by"], first["days"]) == (4, "user3", "ann", 4.5)
    assert first["url"] == "https://github.com/acme/engine/issues/4"


def test_unanswered_issues_wait_at_least_so_long(rows: Rows) -> None:
    assert {row["number"] for row in rows("unanswered_issues")} == {1, 5, 9, 13, 17, 21}
    longest = rows("unanswered_issues", days="220")
    assert [row["number"] for row in longest] == [1, 5, 9, 13]


def test_a_release_holds_its_work(rows: Rows) -> None:
    found = {row["tag_name"]: row for row in rows("releases_and_their_work")}
    assert (found["v1.0.0"]["verdict"], found["v1.0.0"]["people"]) == ("counted", 3)
    held = rows("work_in_a_release", tag="v1.0.0")
    assert len(held) == found["v1.0.0"]["pieces_of_work"]
    assert {row["person"] for row in held} == {"ann", "bea", "cem"}
    assert {row["tag_name"] for row in rows("work_in_a_release")} == {"v1.2.0"}


def test_a_commit_dated_long_before_it_landed_is_shown(rows: Rows) -> None:
    (found,) = rows("commits_dated_apart")
    assert (found["headline"], found["days_apart"]) == ("Change old", 271.0)
    assert rows("commits_dated_apart", days="300") == []


def test_only_the_pull_request_without_review_is_shown(rows: Rows) -> None:
    (found,) = rows("merged_without_review")
    assert (found["number"], found["author"], found["merged_by"]) == (102, "bea", "ann")


def test_shares_of_a_project_add_up(rows: Rows) -> None:
    found = rows("who_carries_a_project", project="acme")
    assert [row["place"] for row in found] == [1, 2, 3]
    assert found[-1]["percent_together"] == 100
    assert sum(row["author_days"] for row in found) == 38


def test_what_was_moved_rewritten_late_or_gone(rows: Rows) -> None:
    assert {(row["what"], row["tag"]) for row in rows("tags_and_releases_moved")} == {
        ("tag moved", "v1.1.0"), ("release: tag_oid", "v1.1.0"), ("release gone", "v1.2.0")
    }  # fmt: skip
    assert [row["pushed_by"] for row in rows("rewritten_history")] == ["ann"]
    assert [(row["what"], row["days_late"]) for row in rows("arrived_late")] == [("Gone", 6.0)]
    assert {row["what"] for row in rows("gone_from_github")} == {"#27 Gone", "v1.2.0"}
    assert [row["title"] for row in rows("imported_from_elsewhere")] == ["Gone", "From elsewhere"]


def test_search_takes_words_as_they_are(rows: Rows) -> None:
    assert {row["kind"] for row in rows("search", words="wallet")} == {"issue", "release"}
    assert rows("search", words='C++ "and" (nothing) OR*') == []


def test_the_dashboard_shows_every_chart(get: Get, told: dict[str, Any]) -> None:
    page = get(f"/-/dashboards/{DASHBOARD}")
    assert page.status_code == 200
    for name in told["plugins"][PLUGIN][DASHBOARD]["charts"]:
        assert f'id="chart-{name}"' in page.text
    assert '<option value="acme" >' in page.text


@pytest.mark.parametrize("chart", saved.read("charts"), ids=lambda c: c.name)
def test_every_chart_draws_rows_of_all_and_of_one_project(drawn: Rows, chart: saved.Saved) -> None:
    assert drawn(chart.name)
    of_one = drawn(chart.name, "acme")
    assert of_one
    assert not any("beta" in str(row.get("project")) for row in of_one)


def test_the_scores_drawn_are_those_of_the_report(drawn: Rows, path: Path) -> None:
    db = open_database(path, create=False)
    newest = as_of_date.latest(db, date.max)
    assert newest is not None
    report = model.build(db, newest)
    db.close()
    told = {
        (f"{p.category}: {p.name}", f.family): (
            (None, "little")
            if f.score is not None and sentences.shown_as_little(p, f.family)
            else (f.score and round(f.score, 3), "?")
        )
        for p in report.projects
        for f in p.families
    }
    shown = {(row["project"], row["family"]): (row["score"], row["otherwise"]) for row in drawn("family_scores")}
    assert shown.items() <= told.items()
    assert shown["compute: acme", "commit frequency"][0] > 0
    assert shown["models: Void", "commit frequency"] == (None, "?")
    assert shown["compute: beta", "commit frequency"] == (None, "little")


def test_the_survival_drawn_is_the_signal(drawn: Rows, rows: Rows) -> None:
    (signal,) = rows("signal_over_time", project="acme", signal="first_response_7d")
    curve = {row["day"]: row["waiting"] for row in drawn("response_survival", "acme")}
    assert signal["status"] == "ok"
    assert curve[7] == pytest.approx(1 - signal["value"], abs=0.001)
    assert curve[0] == 1
    assert curve[60] == curve[7] < 0.5


def test_unknown_is_drawn_as_unknown(drawn: Rows) -> None:
    assert {row["weeks"] for row in drawn("active_weeks", "void")} == {None}
    assert [row["people"] for row in drawn("concentration", "void")] == ["unknown"]
    assert [row["note"] for row in drawn("response_survival", "void")] == [
        "Unknown: too few issues of outsiders to tell"
    ]


def test_the_key_of_the_hashes_is_not_served(get: Get, path: Path) -> None:
    key = hash_key.file_of(path).read_text().strip()
    answers = [get("/signals/meta.json", _shape="array"), get("/signals.json", sql="SELECT * FROM meta")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "hash_key_fingerprint" in answers[0].text
    assert all(key not in answer.text for answer in answers)
    assert get("/signals.db").status_code == 403


@pytest.mark.parametrize("sql", ["DELETE FROM issues", "WITH x AS (SELECT 1) DELETE FROM issues", "ATTACH 'x.db' AS x"])
def test_nothing_can_be_written(get: Get, sql: str) -> None:
    assert get("/signals.json", sql=sql).status_code == 400
