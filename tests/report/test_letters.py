"""The letters of a report: within a category, and only for scores that are shown."""

import re
from itertools import combinations

from collector.method.scores import OVERALL
from collector.method_constants import METHOD_VERSION
from collector.report import letters
from collector.report.model import Report
from collector.report.reading import build
from tests.made import AS_OF, Book
from tests.report.acme import acme


def signs(text: str) -> set[str]:
    return set(re.findall("[a-z]'*", text))


def report(made: Book, **scores: tuple[str, float, float, float]) -> Report:
    for slug, (category, score, low, high) in scores.items():
        made.project(slug, category=category)
        for key in ("docs_months", "builder_upkeep"):
            made.signal(slug, key, 1, score=score, score_low=low, score_high=high)
    return build(made.db, made.day)


def test_a_project_is_compared_within_its_category(made: Book) -> None:
    found = report(
        made,
        heron=("compute", 0.9, 0.85, 0.95),
        crane=("compute", 0.88, 0.8, 0.95),
        mole=("compute", 0.1, 0.05, 0.2),
        owl=("models", 0.5, 0.4, 0.6),
    ).letters
    assert found["compute"]["docs"] == {"heron": "a", "crane": "a", "mole": "b"}
    assert found["models"]["docs"] == {}  # nothing to compare with
    assert found["compute"]["review"] == {}
    assert found["compute"][OVERALL] == {}


def test_the_overall_score_is_compared_too(made: Book) -> None:
    for slug, score in (("heron", 0.9), ("mole", 0.2)):
        made.project(slug)
        for key in (
            "release_weeks",
            "active_weeks",
            "docs_months",
            "builder_upkeep",
            "server_evidence",
            "resolution_90d",
        ):
            made.signal(slug, key, 1, score=score, score_low=score - 0.05, score_high=score + 0.05)
    assert build(made.db, made.day).letters["compute"][OVERALL] == {"heron": "a", "mole": "b"}


def test_another_project_changes_nobodys_figures_and_no_pair(made: Book) -> None:
    whole = report(
        made, a=("c", 0.5, 0.4, 0.6), b=("c", 0.6, 0.5, 0.7), d=("c", 0.8, 0.7, 0.9), e=("c", 0.55, 0.2, 0.8)
    )
    without = letters.computed([p for p in whole.projects if p.slug != "b"], made.day)
    before, after = without["c"]["docs"], whole.letters["c"]["docs"]
    for one, other in combinations(before, 2):
        assert bool(signs(before[one]) & signs(before[other])) is bool(signs(after[one]) & signs(after[other]))


def test_a_project_that_publishes_little_is_not_compared(little: Book) -> None:
    for slug in ("heron", "crane"):
        little.project(slug)
        little.signal(slug, "release_weeks", 20.0, score=0.9, score_low=0.85, score_high=0.95)
    found = build(little.db, little.day).letters["compute"]
    assert found["release cadence"] == {"heron": "a", "crane": "a"}
    assert found["commit frequency"] == {}


def test_a_date_with_stored_scores_is_not_computed_anew() -> None:
    book = acme(1)
    book.project("other")
    book.add("scores", project="other", as_of=AS_OF.isoformat(), family="docs", score=0.4, score_low=0.3,
             score_high=0.5, known=1, asked=1, little=0, method_version=METHOD_VERSION)  # fmt: skip
    for slug in ("acme", "other"):
        book.db.execute("DELETE FROM score_letters WHERE project = ? AND family = 'docs'", [slug])
        book.add("score_letters", category="compute", family="docs", project=slug, as_of=AS_OF.isoformat(), letters="q")
    book.db.execute("UPDATE scores SET score = 0.123 WHERE project = 'acme' AND family = 'overall'")
    found = build(book.db, AS_OF)
    assert {p.slug: p.score for p in found.projects}["acme"] == 0.123
    assert found.letters["compute"]["docs"] == {"acme": "q", "other": "q"}
    assert build(book.db, AS_OF, ["acme"]).letters["compute"]["docs"] == {}, "nothing beside it is shown"
