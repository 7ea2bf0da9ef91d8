"""The verdict, from the facts and signals of made projects."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.registry import SIGNALS
from collector.report import sentences, verdict, words
from collector.report.model import ProjectRow
from collector.report.reading import build
from collector.report.verdict import since
from tests.made import Book

FACTS: dict[str, Any] = {
    "state": "active",
    "last_release": "2025-12-20T10:00:00Z",
    "last_change": "2026-01-03T10:00:00Z",
    "author_days_13": 10,
    "author_days_26": 30,
    "author_days_52": 70,
    "author_days_before": 62,
    "method_version": "1",
}


def told(made: Book, **facts: Any) -> str:
    return row(made, **facts).verdict


def row(made: Book, **facts: Any) -> ProjectRow:
    if not made.rows("SELECT 1 FROM projects"):
        made.project("heron")
        made.repo("example/heron", "heron")
    made.db.execute("DELETE FROM project_facts")
    values = {"project": "heron", "as_of": made.day.isoformat(), **FACTS, **facts}
    made.insert("project_facts", values)
    (found,) = build(made.db, made.day).projects
    return found


def test_what_ships_and_on_how_many_it_rests(made: Book) -> None:
    made.project("heron")
    made.repo("example/heron", "heron")
    made.signal("heron", "release_weeks", 34.0)
    made.signal("heron", "effective_contributors", 1.4, companions={"contributor_absence_factor": 1})
    assert told(made) == "Ships: new work in 34 of 52 weeks. One person does half of the work."
    made.signal("heron", "release_weeks", 43.0, low=37.0, high=47.0, score=0.7, as_of="2025-01-06")
    assert told(made).startswith("Ships: new work in 34 of 52 weeks, down from 43 a year earlier.")


@pytest.mark.parametrize(
    ("of_known", "sentence"),
    [(12, "2 people do half of the work."), (5, "2 people do half of the work of known accounts.")],
)
def test_whose_work_people_do_half_of_is_said_where_some_is_nobodys(made: Book, of_known: int, sentence: str) -> None:
    made.project("heron")
    made.repo("example/heron", "heron")
    made.signal("heron", "effective_contributors", 2.4, companions={"contributor_absence_factor": 2})
    made.signal("heron", "contributor_days", of_known, companions={"author_days": of_known})
    project = replace(row(made), weekly_author_days=[12, *[0] * 51])
    assert verdict.of(project, made.day).endswith(sentence)
    spread = "The work of known accounts is spread" if of_known < 12 else "The work is spread"
    assert any(text.startswith(spread) for text in sentences.of(project))


def test_a_last_release_that_is_long_ago_is_dated(made: Book) -> None:
    made.project("heron")
    made.signal("heron", "release_weeks", 4.0)
    assert told(made, last_release="2025-06-29T10:00:00Z") == "Ships: new work in 4 of 52 weeks, last on 2025-06-29."


def test_who_stopped_answering_is_said_with_the_month(made: Book) -> None:
    made.project("heron")
    stopped = {"last_answer_at": "2025-05-20T10:00:00Z", "people_unanswered_since": 3}
    made.signal("heron", "first_response_7d", 0.1, companions=stopped)
    assert told(made) == "Stopped answering outsiders in May 2025."
    made.db.execute("DELETE FROM signals")
    made.signal("heron", "first_response_7d", None, companions=stopped)
    assert told(made) == "Stopped answering outsiders in May 2025.", "few issues make it no better"
    made.db.execute("DELETE FROM signals")
    made.signal("heron", "first_response_7d", 0.1, companions={**stopped, "people_unanswered_since": 2})
    assert told(made) == "Answers 10 % of outsiders within a week."


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (
            {"state": "silent", "last_change": "2025-03-01T00:00:00Z", "author_days_52": 0, "last_release": None},
            "Silent since 2025-03-01: no work in the last year, 62 days in the one before.",
        ),
        ({"state": "slowing"}, "Slowing: 30 days of work in half a year, 40 in the half before."),
        ({"state": "waking"}, "Waking: 30 days of work in half a year, none in the half before."),
        ({"state": "sporadic", "author_days_52": 1}, "Works now and then: 1 day of work in the year."),
        ({"state": "never_published"}, "Never published: no release, and under 10 days of work ever."),
        ({"state": "not_on_github"}, "Nothing to be seen on GitHub."),
        ({"state": "active", "last_change": "2025-06-29T00:00:00Z"}, "No work since 2025-06-29."),
        ({"state": "active"}, "Nothing is known yet."),
    ],
)
def test_each_state_reads_as_what_it_is(made: Book, facts: dict[str, Any], verdict: str) -> None:
    assert told(made, **facts) == verdict


def test_a_silent_project_says_since_when(made: Book) -> None:
    silent = row(made, state="silent", last_change="2025-09-22T20:27:19Z")
    assert words.state(silent, made.day) == "silent since 2025-09-22"


def test_a_project_without_work_for_a_quarter_is_not_simply_active(made: Book) -> None:
    lately, quiet = (row(made, state="active", last_change=f"2025-{day}T00:00:00Z") for day in ("10-06", "10-05"))
    assert (words.state(lately, made.day), words.state_class(lately, made.day)) == ("active", "active")
    assert (words.state(quiet, made.day), words.state_class(quiet, made.day)) == ("active until 2025-10-05", "quiet")


@pytest.fixture(scope="module")
def moving() -> ProjectRow:
    book = Book(day=date(2026, 1, 5))
    book.project("heron")
    for key in ("effective_contributors", "concentration_trend"):
        book.signal("heron", key, 5.0)
        book.signal("heron", key, 5.0, as_of="2025-01-06")
    (project,) = build(book.db, book.day).projects
    return project


@given(st.floats(0, 20), st.floats(0, 20), st.floats(0, 20), st.sampled_from([None, "spreading", "narrowing"]))
def test_an_arrow_never_points_against_a_sentence(
    moving: ProjectRow, value: float, one: float, other: float, direction: str | None
) -> None:
    low, high = sorted((one, other))
    effective, trend = (s for s in moving.signals if s.family == "contributors")
    (before,) = (b for b in moving.a_year_before if b.signal == effective.signal)
    project = replace(
        moving,
        signals=[replace(effective, value=value), replace(trend, companions={"direction": direction})],
        a_year_before=[replace(before, value=low, low=low, high=high, score=None)],
    )
    arrow = words.moved(project, "contributors")
    if arrow:
        assert arrow == (words.UP if value > high else words.DOWN)
        assert direction != {words.UP: "narrowing", words.DOWN: "spreading"}[arrow]
    assert bool(since(project, project.signals[0])) == (not low <= value <= high)


def test_a_family_moves_only_if_its_signals_agree(made: Book) -> None:
    made.project("heron")
    own = [s.key for s in SIGNALS if s.family == "release cadence"]
    assert own == ["release_weeks", "longest_release_silence"]
    for key, value in zip(own, (20.0, 90.0), strict=True):
        made.signal("heron", key, value)
        made.signal("heron", key, 30.0, low=25.0, high=35.0, score=0.6, as_of="2025-01-06")
    assert words.moved(row(made), "release cadence") == words.DOWN, "a longer wait is worse"
    made.db.execute("UPDATE signals SET value = 10 WHERE value = 90")
    assert words.moved(row(made), "release cadence") == "", "one better, one worse"


def test_a_score_that_hardly_changed_is_no_change(made: Book) -> None:
    made.project("heron")
    made.signal("heron", "longest_release_silence", 40.0)
    made.signal("heron", "longest_release_silence", 33.0, low=33.0, high=34.0, score=0.53, as_of="2025-01-06")
    assert words.moved(row(made), "release cadence") == "", "the interval of the longest wait may be a day wide"
