"""The tables of scores and letters, and the views on them."""

from datetime import date, timedelta

import pytest

from collector.method import score_tables, scores
from collector.method.registry import FAMILIES
from collector.method_constants import METHOD_VERSION, MOST_COMPARED
from collector.report import letters, reading
from tests.made import AS_OF, Book
from tests.report.acme import acme

LAST_YEAR = AS_OF - timedelta(weeks=52)


def signal(book: Book, project: str, key: str, score: float | None, as_of: date = AS_OF, **more: object) -> None:
    known = None if score is None else score - 0.02, None if score is None else score + 0.02
    book.signal(
        project, key, score, as_of=as_of.isoformat(), score=score, score_low=known[0], score_high=known[1],
        method_version=METHOD_VERSION, **more,
    )  # fmt: skip


def test_they_are_those_of_the_report() -> None:
    book = acme(1)
    report = reading.build(book.db, AS_OF)
    told = {
        (p.slug, f.family): (f.score, f.low, f.high, f.known, f.of)
        for p in report.projects
        for f in (*scores.families(p.scored()), scores.overall_of(p.slug, AS_OF, p.scored()))
    }
    assert told == {
        (p.slug, f.family): (f.score, f.low, f.high, f.known, f.of)
        for p in report.projects
        for f in (*p.families, p.overall)
    }
    rows = book.rows("SELECT * FROM scores")
    assert {
        (r["project"], r["family"]): (r["score"], r["score_low"], r["score_high"], r["known"], r["asked"]) for r in rows
    } == told
    assert any(score is not None for score, *_ in told.values())
    rows = book.rows("SELECT * FROM score_letters")
    computed = letters.computed(report.projects, AS_OF)
    assert {(r["category"], r["family"], r["project"]): r["letters"] for r in rows} == {
        (category, family, slug): own
        for category, families in computed.items()
        for family, found in families.items()
        for slug, own in found.items()
    }


def test_the_best_of_a_category_can_be_asked() -> None:
    book = Book()
    for slug, score, *also in (("uno", 0.9, "agents"), ("due", 0.5), ("tre", 0.49)):
        book.project(slug, also=[str(a) for a in also])
        signal(book, slug, "independent_review", score)
    score_tables.store(book.db, AS_OF)
    best = book.rows(
        "SELECT category, project FROM score_letters WHERE family = 'review' AND letters LIKE '%a%' ORDER BY 1, 2"
    )
    assert [(r["category"], r["project"]) for r in best] == [("agents", "uno"), ("compute", "uno")]
    others = book.rows("SELECT letters FROM score_letters WHERE category = 'compute' AND project IN ('due', 'tre')")
    assert [r["letters"] for r in others] == ["b", "b"]


def test_what_is_too_little_to_rate_has_a_score_but_no_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book()
    book.project("oyster")
    signal(book, "oyster", "active_weeks", 0.1)
    signal(book, "oyster", "contributor_days", None)
    score_tables.store(book.db, AS_OF)
    assert scores.publishes_little({"active_weeks": "ok", "contributor_days": "insufficient"})
    (row,) = book.rows("SELECT * FROM scores WHERE family = 'commit frequency'")
    assert (row["score"], row["little"]) == (0.1, 1)
    assert book.rows("SELECT * FROM score_letters") == []
    assert book.rows("SELECT commit_frequency FROM scorecard") == [{"commit_frequency": None}]


def test_a_large_category_has_no_letters() -> None:
    book = Book()
    for n in range(MOST_COMPARED + 1):
        book.project(f"p{n}", category="many", also=["few"] if n < 2 else [])
        signal(book, f"p{n}", "independent_review", 0.5)
    score_tables.store(book.db, AS_OF)
    assert {r["category"] for r in book.rows("SELECT category FROM score_letters")} == {"few"}


def test_dates_of_an_earlier_version_get_theirs() -> None:
    book = acme(1)
    book.db.execute("DELETE FROM scores")
    assert score_tables.without_scores(book.db) == [AS_OF]
    book.compute(AS_OF + timedelta(days=7))
    assert score_tables.without_scores(book.db) == []
    assert len(book.rows("SELECT DISTINCT as_of FROM scores")) == 2


def test_the_scorecard_has_a_column_for_each_family() -> None:
    columns = {row["name"] for row in Book().rows("SELECT name FROM pragma_table_info('scorecard')")}
    assert {family.replace(" ", "_") for family in FAMILIES} <= columns
    assert {"overall", "letters", "state", "scores", "statuses"} <= columns


@pytest.mark.parametrize(
    ("days_off", "found"),
    [([0], 0), ([3], 3), ([-10], -10), ([11], None), ([-4, 3], 3), ([-3, 3], -3), ([9, 1, -8], 1)],
)
def test_a_year_ago_is_the_nearest_computed_date(days_off: list[int], found: int | None) -> None:
    book = Book()
    book.project("uno")
    signal(book, "uno", "independent_review", 0.5)
    for off in days_off:
        signal(book, "uno", "independent_review", 0.2 + off / 100, LAST_YEAR + timedelta(days=off))
    for day in (AS_OF, *(LAST_YEAR + timedelta(days=off) for off in days_off)):
        score_tables.store(book.db, day)
    for view in ("year_on_year", "scores_year_on_year WHERE family = 'review'"):
        (row,) = (r for r in book.rows(f"SELECT * FROM {view}") if r["as_of"] == AS_OF.isoformat())
        then = None if found is None else (LAST_YEAR + timedelta(days=found)).isoformat()
        assert (row["as_of_before"], row["change"]) == (then, "up" if then else None)
        assert row["score_before"] == (None if found is None else pytest.approx(0.2 + found / 100))


def test_a_year_ago_of_another_method_is_none() -> None:
    book = Book()
    book.project("uno")
    signal(book, "uno", "independent_review", 0.5)
    signal(book, "uno", "independent_review", 0.5, LAST_YEAR)
    book.db.execute("UPDATE signals SET method_version = '0' WHERE as_of = ?", [LAST_YEAR.isoformat()])
    assert {r["as_of_before"] for r in book.rows("SELECT as_of_before FROM year_on_year")} == {None}


def test_facts_have_their_project_and_names() -> None:
    book = Book()
    repo = book.repo()
    book.issue(repo, 7, "ann", "2026-01-01T00:00:00Z", title="Why?")
    pull = book.pull(repo, 8, "bea", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", merger="ann")
    book.comment(repo, pull, "ann", "2026-01-01T12:00:00Z", subject_type="PullRequest")
    (issue,) = book.rows("SELECT project, repository_name, author_login, url, title FROM project_issues")
    assert tuple(issue.values()) == ("acme", "acme/engine", "ann", "https://github.com/acme/engine/issues/7", "Why?")
    (merged,) = book.rows("SELECT author_login, merged_by_login FROM project_pull_requests")
    assert tuple(merged.values()) == ("bea", "ann")
    assert [r["number"] for r in book.rows("SELECT number FROM project_comments")] == [8]
    book.db.execute("UPDATE project_repositories SET tracked = 0")
    assert book.rows("SELECT * FROM project_issues") == []
