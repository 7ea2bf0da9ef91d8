"""Decide which projects differ; those that the data cannot tell apart share a letter."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from collector.method.registry import FAMILIES
from collector.method.scores import OVERALL, Scored, draws
from collector.method_constants import DIFFERENCE_PERCENT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Letters = dict[str, dict[str, str]]
"""Family (or "overall") -> slug -> letters, such as "a" or "ab". What has no score has no letters."""


@dataclass(frozen=True)
class ScoredProject:
    """A project to compare within its categories. `shown`: family (or "overall") -> the score to compare it by."""

    slug: str
    categories: Sequence[str]
    scored: Sequence[Scored]
    shown: Mapping[str, float]


def by_category(candidates: Sequence[ScoredProject], as_of: date) -> dict[str, Letters]:
    """Return category -> family (or "overall") -> slug -> letters.

    Projects are compared within their categories only. Two differ in a family if the interval (DIFFERENCE_PERCENT) of
    the difference of their scores excludes 0; then they share no letter, otherwise they share one. "a" is the highest.
    Letters of different families or categories are unrelated.
    """
    categories = dict.fromkeys(category for c in candidates for category in c.categories)
    return {name: _of_category([c for c in candidates if name in c.categories], as_of) for name in categories}


def differ(one: "NDArray[np.float64]", other: "NDArray[np.float64]") -> bool:
    """Return whether the interval of the difference of two scores excludes 0. Both are draws of shape (draws,).

    It does when more of the differences lie on one side of 0 than the interval has above its lower end.
    """
    import numpy as np

    most = (1 + DIFFERENCE_PERCENT / 100) / 2 * len(one)
    higher = np.count_nonzero(one > other)
    # Most often so many are higher that the others cannot be enough.
    return bool(higher > most or (len(one) - higher > most and np.count_nonzero(one < other) > most))


def letters(scores: Mapping[str, float], differ: Callable[[str, str], bool]) -> dict[str, str]:
    """Return the compact letter display: two names share a letter exactly if they do not differ.

    `scores` orders the letters: "a" goes to the group that holds the highest score. `differ` must be symmetric.
    Source: the insert-and-absorb algorithm; H.-P. Piepho, Journal of Computational and Graphical Statistics 13 (2004),
    https://doi.org/10.1198/1061860043515
    """
    names = sorted(scores, key=lambda name: (-scores[name], name))
    groups = [frozenset(names)] if names else []
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            if differ(one, other):
                groups = _absorbed(
                    part
                    for group in groups
                    for part in ((group - {one}, group - {other}) if {one, other} <= group else (group,))
                )
    groups.sort(key=lambda group: [place for place, name in enumerate(names) if name in group])
    return {name: "".join(_letter(n) for n, group in enumerate(groups) if name in group) for name in names}


def _of_category(candidates: Sequence[ScoredProject], as_of: date) -> Letters:
    drawn = {c.slug: draws(c.slug, as_of, c.scored) for c in candidates}
    out: Letters = {}
    for family in (*FAMILIES, OVERALL):
        scores = {c.slug: c.shown[family] for c in candidates if family in c.shown}
        out[family] = _compared(scores, {slug: drawn[slug][family] for slug in scores})
    return out


def _compared(scores: Mapping[str, float], draws: "Mapping[str, NDArray[np.float64]]") -> dict[str, str]:
    return letters(scores, lambda one, other: differ(draws[one], draws[other]))


def _absorbed(groups: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return the distinct groups, without those that are contained in another."""
    unique = list(dict.fromkeys(groups))
    return [group for group in unique if not any(group < other for other in unique)]


def _letter(place: int) -> str:
    """Return the letter of a rank: a to z, then a' to z', a'' and so on."""
    return chr(ord("a") + place % 26) + "'" * (place // 26)
