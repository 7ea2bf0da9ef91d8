import math
import re
from datetime import date
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.method.letters import ScoredProject, by_category, differ, letters
from collector.method.scores import Scored, draws

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
def test_the_order_given_changes_nothing(case: tuple[dict[str, float], set[frozenset[str]]], random: Random) -> None:
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
        drawn = draws("heron", DAY, [Scored("docs", score, low, high)])["docs"]
        logits = np.log(drawn / (1 - drawn))
        assert np.median(logits) == pytest.approx(math.log(score / (1 - score)), abs=0.03)
        width = math.log(high / (1 - high)) - math.log(low / (1 - low))
        assert np.std(logits) == pytest.approx(width / 3.92, rel=0.03)


def test_a_project_is_compared_in_each_of_its_categories() -> None:
    def project(slug: str, score: float, *categories: str) -> ScoredProject:
        scored = [Scored("review", score, score - 0.02, score + 0.02)]
        return ScoredProject(slug, categories, scored, {"review": score})

    found = by_category([project("uno", 0.9, "agents", "models"), project("due", 0.5, "models")], DAY)
    assert {category: families["review"] for category, families in found.items()} == {
        "agents": {"uno": "a"},
        "models": {"uno": "a", "due": "b"},
    }
