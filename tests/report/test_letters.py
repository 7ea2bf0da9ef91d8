"""The letters of a report: within a category, and only for scores that are shown."""

import re
from dataclasses import replace
from itertools import combinations

from collector.method.scores import OVERALL
from collector.report.letters import of_report
from collector.report.model import Report, build
from tests.made import Book


def signs(text: str) -> set[str]:
    return set(re.findall("[a-z]'*", text))


def report(made: Book, **scores: tuple[str, float, float, float]) -> Report:
    for slug, (category, score, low, high) in scores.items():
        made.project(slug, category=category)
        for key in ("docs_months", "builder_upkeep"):
            made.signal(slug, key, 1, score=score, score_low=low, score_high=high)
    return build(made.db, made.day)


def test_a_project_is_compared_within_its_category(made: Book) -> None:
    found = of_report(
        report(
            made,
            heron=("compute", 0.9, 0.85, 0.95),
            crane=("compute", 0.88, 0.8, 0.95),
            mole=("compute", 0.1, 0.05, 0.2),
            owl=("models", 0.5, 0.4, 0.6),
        )
    )
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
    assert of_report(build(made.db, made.day))["compute"][OVERALL] == {"heron": "a", "mole": "b"}


def test_another_project_changes_nobodys_figures_and_no_pair(made: Book) -> None:
    whole = report(
        made, a=("c", 0.5, 0.4, 0.6), b=("c", 0.6, 0.5, 0.7), d=("c", 0.8, 0.7, 0.9), e=("c", 0.55, 0.2, 0.8)
    )
    without = replace(whole, projects=[p for p in whole.projects if p.slug != "b"])
    before, after = of_report(without)["c"]["docs"], of_report(whole)["c"]["docs"]
    for one, other in combinations(before, 2):
        assert bool(signs(before[one]) & signs(before[other])) is bool(signs(after[one]) & signs(after[other]))


def test_a_project_that_publishes_little_is_not_compared(little: Book) -> None:
    for slug in ("heron", "crane"):
        little.project(slug)
        little.signal(slug, "release_weeks", 20.0, score=0.9, score_low=0.85, score_high=0.95)
    found = of_report(build(little.db, little.day))["compute"]
    assert found["release cadence"] == {"heron": "a", "crane": "a"}
    assert found["commit frequency"] == {}
