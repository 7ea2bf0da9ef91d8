import math
import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.comparison import differ, letters, of_report
from collector.method.scores import OVERALL, Scored, family_draws
from collector.report.model import Report, build

DAY = date(2026, 1, 5)
NAMES = "abcdefgh"


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, float], set[frozenset[str]]]:
    """Scores of some names, and which pairs of them differ."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    scores = {name: draw(st.floats(0, 1)) for name in names}
    pairs = [frozenset(pair) for pair in combinations(names, 2)]
    return scores, draw(st.sets(st.sampled_from(pairs))) if pairs else set()


def signs(text: str) -> set[str]:
    return set(re.findall("[a-z]'*", text))


def display(scores: dict[str, float], different: set[frozenset[str]]) -> dict[str, str]:
    return letters(scores, lambda one, other: frozenset((one, other)) in different)


@given(cases())
def test_two_share_a_letter_exactly_if_they_do_not_differ(case: tuple[dict[str, float], set[frozenset[str]]]) -> None:
    scores, different = case
    found = display(scores, different)
    assert set(found) == set(scores)
    assert all(found.values())
    for one, other in combinations(scores, 2):
        assert bool(signs(found[one]) & signs(found[other])) is (frozenset((one, other)) not in different)


@given(cases(), st.randoms())
def test_the_order_given_changes_nothing(case: tuple[dict[str, float], set[frozenset[str]]], random: Any) -> None:
    scores, different = case
    shuffled = list(scores.items())
    random.shuffle(shuffled)
    assert display(dict(shuffled), different) == display(scores, different)


@given(cases(), st.permutations(NAMES))
def test_names_change_nothing(case: tuple[dict[str, float], set[frozenset[str]]], other_names: list[str]) -> None:
    scores, different = case
    # Equal scores are ordered by name, so that only different ones leave names out of it.
    scores = {name: place / 10 for place, name in enumerate(scores)}
    new = dict(zip(NAMES, other_names, strict=True))
    renamed = display({new[n]: s for n, s in scores.items()}, {frozenset(new[n] for n in pair) for pair in different})
    assert renamed == {new[n]: found for n, found in display(scores, different).items()}


def test_letters_go_from_the_highest_score_down() -> None:
    order = ["top", "high", "low", "bottom"]
    different = {frozenset(pair) for pair in combinations(order, 2)} - {frozenset(("high", "low"))}
    scores = dict(zip(order, (0.9, 0.6, 0.5, 0.1), strict=True))
    assert display(scores, different) == {"top": "a", "high": "b", "low": "b", "bottom": "c"}
    between = different - {frozenset(("top", "high"))}
    assert display(scores, between) == {"top": "a", "high": "ab", "low": "b", "bottom": "c"}


def test_after_z_letters_are_marked() -> None:
    scores = {f"p{n:02}": -float(n) for n in range(28)}
    found = letters(scores, lambda one, other: True)
    assert (found["p00"], found["p25"], found["p26"], found["p27"]) == ("a", "z", "a'", "b'")
    assert letters({}, lambda one, other: True) == {}


def test_two_differ_when_ninety_percent_of_the_difference_lies_on_one_side() -> None:
    even = np.linspace(0, 1, 10_001)
    assert differ(even, np.zeros(10_001)) is True  # 0.05 to 0.95
    assert differ(even, np.full(10_001, 0.04)) is True
    assert differ(even, np.full(10_001, 0.06)) is False
    assert differ(np.full(10_001, 0.94), even) is False
    assert differ(np.full(10_001, 0.96), even) is True
    assert differ(even, even) is False


def test_draws_are_as_wide_as_the_interval_on_the_logit_scale() -> None:
    for score, low, high in ((0.5, 0.4, 0.6), (0.3, 0.05, 0.4), (0.9, 0.84, 0.97)):
        drawn = family_draws("heron", DAY, [Scored("docs", score, low, high)])["docs"]
        logits = np.log(drawn / (1 - drawn))
        assert np.median(logits) == pytest.approx(math.log(score / (1 - score)), abs=0.03)
        width = math.log(high / (1 - high)) - math.log(low / (1 - low))
        assert np.std(logits) == pytest.approx(width / 3.92, rel=0.03)


def report(made: Any, **scores: tuple[str, float, float, float]) -> Report:
    for slug, (category, score, low, high) in scores.items():
        made.project(slug, category=category)
        for key in ("docs_months", "builder_upkeep"):
            made.signal(slug, key, 1, score=score, score_low=low, score_high=high)
    return build(made.db, made.day)


def test_a_project_is_compared_within_its_category(made: Any) -> None:
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
    assert found["models"]["docs"] == {"owl": "a"}
    assert found["compute"]["review"] == {}
    assert found["compute"][OVERALL] == {}


def test_the_overall_score_is_compared_too(made: Any) -> None:
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


def test_another_project_changes_nobodys_figures_and_no_pair(made: Any) -> None:
    whole = report(
        made, a=("c", 0.5, 0.4, 0.6), b=("c", 0.6, 0.5, 0.7), d=("c", 0.8, 0.7, 0.9), e=("c", 0.55, 0.2, 0.8)
    )
    without = replace(whole, projects=[p for p in whole.projects if p.slug != "b"])
    before, after = of_report(without)["c"]["docs"], of_report(whole)["c"]["docs"]
    for one, other in combinations(before, 2):
        assert bool(signs(before[one]) & signs(before[other])) is bool(signs(after[one]) & signs(after[other]))


def test_a_project_that_publishes_little_is_not_compared(little: Any) -> None:
    little.project("heron")
    little.signal("heron", "release_weeks", 20.0, score=0.9, score_low=0.85, score_high=0.95)
    found = of_report(build(little.db, little.day))["compute"]
    assert found["release cadence"] == {"heron": "a"}
    assert found["commit frequency"] == {}
