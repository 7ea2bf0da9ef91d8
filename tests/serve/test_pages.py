"""datasette on a small database, asked without a socket: every table, question and chart, and what must stay closed."""

import html
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from collector.report import as_of_date, reading, sentences, words
from collector.serve import dashboards, saved
from collector.serve.dashboards import FIRST as DASHBOARD
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

    def ask(name: str, project: str = "", **more: str) -> list[dict[str, Any]]:
        dashboard = next(key for key, one in told["plugins"][PLUGIN].items() if name in one["charts"])
        chosen = {**({"project": project} if project else {}), **more}
        page = get(f"/-/dashboards/{dashboard}/{name}", **chosen)
        chart = json.loads(re.search(r"renderChart\('[\w-]+', (\{.*\}), '", html.unescape(page.text))[1])  # type: ignore[index]
        answer = get(f"/{chart['db']}.json", sql=chart["query"], **chosen, _shape="objects").json()
        assert answer.get("error") is None, name
        assert not answer["truncated"], name
        found: list[dict[str, Any]] = answer["rows"]
        return found

    return ask


def test_every_table_and_view_shows_its_meaning_and_its_facets(get: Get, told: dict[str, Any]) -> None:
    tables = told["databases"]["signals"]["tables"]
    for name in tables:
        # All evidence has the same facets, which take longest, as counting does: they are shown of one.
        is_seen = name.startswith("evidence_") and name != "evidence_active_weeks"
        page = get(f"/signals/{name}", **({"_nofacet": "1", "_nocount": "1"} if is_seen else {}))
        assert page.status_code == 200, name
        assert all(f"<dt>{column}</dt>" in page.text for column in tables[name]["columns"]), name
        assert "facets timed out" not in page.text, name


def test_a_flag_leads_to_its_rows(get: Get) -> None:
    for name in ("evidence_first_response_7d", "evidence_history_integrity"):
        page = get(f"/signals/{name}.json", _facet="counted", _size="1").json()
        for value in page["facet_results"]["counted"]["results"]:
            chosen = dict(parse_qsl(value["toggle_url"].partition("?")[2]))
            assert get(f"/signals/{name}.json", **chosen).json()["filtered_table_rows_count"] == value["count"]


def test_the_start_page_leads_only_to_what_is_there(get: Get, told: dict[str, Any]) -> None:
    start = get("/signals").text
    assert get("/").text.count("scorecard") > 0
    places = set(re.findall(r'href="(/[^"#?]+)', start))
    assert {"/signals/evidence_first_response_7d", "/signals/who_answered_whom", f"/-/dashboards/{DASHBOARD}"} <= places
    looked_at = {f"/signals/{name}" for name in told["databases"]["signals"]["tables"]}  # by the test above
    assert {place for place in places - looked_at if get(place).status_code != 200} == set()
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


@pytest.mark.parametrize("dashboard", dashboards.names())
def test_a_dashboard_shows_every_chart_and_lets_choose(get: Get, told: dict[str, Any], dashboard: str) -> None:
    page = get(f"/-/dashboards/{dashboard}", project="acme")
    assert page.status_code == 200
    own = told["plugins"][PLUGIN][dashboard]
    for name, chart in own["charts"].items():
        assert f'id="chart-{name}"' in page.text
        assert html.escape(chart["description"]) in page.text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    for name in own["filters"]:
        assert f'<label for="choose-{name}">' in page.text
    assert '<option value="acme" selected>' in page.text


@pytest.mark.parametrize("dashboard", dashboards.names())
def test_without_scripts_there_are_tables(get: Get, told: dict[str, Any], dashboard: str) -> None:
    page = get(f"/-/dashboards/{dashboard}", category="compute", _tables="1").text
    assert 'http-equiv="refresh"' not in page
    assert page.count("<tbody>") == len(told["plugins"][PLUGIN][dashboard]["charts"])
    assert "renderChart" not in page
    assert ">Void<" not in page  # of another category
    with_scripts = get(f"/-/dashboards/{dashboard}", category="compute").text
    assert '<noscript><meta http-equiv="refresh" content="0; url=?_tables=1&amp;category=compute">' in with_scripts


def test_date_and_period_bound_what_is_drawn(drawn: Rows) -> None:
    assert drawn("signal_over_time", signal="active_weeks", date="2026-06-01")
    assert drawn("signal_over_time", date="2026-05-31") == []
    for chosen in ("contributor_days", "Contributor days"):
        assert {row["signal"] for row in drawn("signal_over_time", signal=chosen)} == {"Contributor days"}
    assert {row["family"] for row in drawn("score_over_time", family="work", period="1 year")} == {"work"}
    assert drawn("family_scores", date="2025-01-01")[0]["score"] is None
    quarters = {row["quarter"] for row in drawn("active_weeks")}
    assert {row["quarter"] for row in drawn("active_weeks", period="6 months")} == set(sorted(quarters)[-2:])
    assert max(row["quarter"] for row in drawn("active_weeks", date="2026-01-01")) < "2026-01-01" < max(quarters)
    assert {row["month"] for row in drawn("releases_per_month", date="2025-11-01")} <= {"2025-09", "2025-10"}


def test_every_page_says_where_the_data_is_from(get: Get) -> None:
    for place in ("/", "/signals", "/signals/scorecard", f"/-/dashboards/{DASHBOARD}"):
        page = get(place).text
        assert '<html lang="en">' in page
        assert "GitHub Terms of Service" in page
        assert "About:" in page


def test_fields_have_labels_and_queries_titles(get: Get) -> None:
    page = get("/signals/issues", _sort="number").text
    fields = re.findall(r"<(?:select|textarea|input type=\"(?:text|search)\")[^>]*>", page)
    assert fields
    assert all("aria-label=" in field or 'id="' in field for field in fields)
    assert "<title>A signal over time: signals</title>" in get("/signals/signal_over_time").text
    assert "<title>SQL query: signals</title>" in get("/signals", sql="SELECT 1").text


def test_the_scorecard_sorts_by_a_score(get: Get) -> None:
    found = get("/signals/scorecard.json", _sort_desc="commit_frequency", _shape="array").json()
    assert found[0]["project"] == "acme"


def test_tables_are_in_the_words_of_reports_and_data_in_keys(get: Get) -> None:
    page = get("/signals/scores", family="commit frequency", _facet="family").text
    assert '<span title="commit frequency">work</span>' in page
    assert re.search(r'<li>work &middot; \d+ <a href="[^"]*" class="cross"', page)
    page = get("/signals/latest_signals", project="void").text
    assert '<span title="not_observable">not observable</span>' in page
    assert '<span title="active_weeks">Weeks with real change</span>' in page
    page = get("/signals/evidence_first_response_7d", counted="0").text
    assert '<span title="by_insider">by insiders</span>' in page
    assert ">never published<" in get("/signals/scorecard").text
    found = get("/signals/latest_signals.json", project="void", signal="active_weeks", _shape="array").json()
    assert found[0]["status"] == "not_observable"


def test_a_choice_by_key_is_shown_as_chosen(get: Get) -> None:
    page = get("/-/dashboards/over-time", signal="release_weeks", family="integrity").text
    assert '<option value="Weeks with a release" selected>' in page
    assert '<option value="record" selected>' in page


def test_medians_can_be_asked(get: Get) -> None:
    found = get("/signals.json", sql="SELECT median(number) AS m FROM issues", _shape="array").json()
    assert found[0]["m"] == 14


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
    report = reading.build(db, newest)
    db.close()
    told = {
        (f"{p.name}: {words.STATES[p.state or '']}", words.family(f.family)): (
            (None, "little")
            if f.score is not None and sentences.shown_as_little(p, f.family)
            else (f.score and round(f.score, 2), None if f.score is not None else "unknown")
        )
        for p in report.projects
        for f in p.families
    }
    shown = {(row["project"], row["family"]): (row["score"], row["note"]) for row in drawn("family_scores")}
    assert shown.items() <= told.items()
    assert shown["acme: active", "work"][0] > 0
    assert shown["Void: not on GitHub", "work"] == (None, "unknown")
    assert shown["beta: never published", "work"] == (None, "little")
    assert next(reversed(shown))[0] == "Void: not on GitHub", "what is unknown is last"


def test_those_who_do_the_work_are_whom_the_signal_counts(drawn: Rows, path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        days = db.execute(
            "SELECT count(*) FROM "
            "(SELECT DISTINCT person, day FROM evidence_effective_contributors WHERE counted AND project = 'acme')"
        ).fetchone()[0]
    assert sum(row["author_days"] for row in drawn("concentration", "acme")) == days > 0


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
    assert [row["note"] for row in drawn("response_survival", "void")] == ["Unknown: too few issues"]


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
