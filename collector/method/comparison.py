"""Which projects differ, and which share a letter because the data cannot tell them apart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from collector.method.registry import FAMILIES
from collector.method.scores import OVERALL, family_draws, overall_draws
from collector.report.model import ProjectRow, Report
from collector.report.sentences import shown_as_little

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Letters = dict[str, dict[str, str]]
"""Family (or "overall") -> slug -> letters, such as "a" or "ab". What has no score has no letters."""


def of_report(report: Report) -> dict[str, Letters]:
    """Category -> family (or "overall") -> slug -> letters.

    Projects are only compared within their category. Two differ in a family if the 90 % interval of the difference of
    their scores leaves out 0; two that do not differ have a letter in common, two that differ have none. Letters go
    from the highest score down. A score that is not shown, because the project publishes little, is not compared. They
    say nothing beyond that: "a" and "c" of different families do not compare.
    """
    categories = dict.fromkeys(p.category for p in report.projects)
    day = date.fromisoformat(report.as_of)
    return {c: _of_category([p for p in report.projects if p.category == c], day) for c in categories}


def differ(one: "NDArray[np.float64]", other: "NDArray[np.float64]") -> bool:
    """Whether the 90 % interval of the difference of two scores leaves out 0; both are draws of shape (draws,).

    That is so when more than 95 % of the differences lie on one side of it.
    """
    import numpy as np

    higher, lower = np.count_nonzero(one > other), np.count_nonzero(one < other)
    return bool(max(higher, lower) > 0.95 * len(one))


def letters(scores: Mapping[str, float], differ: Callable[[str, str], bool]) -> dict[str, str]:
    """The compact letter display: two names share a letter exactly if they do not differ.

    `scores` orders the letters: "a" goes to the group that holds the highest score. `differ` must be symmetric.
    Source: H.-P. Piepho, Journal of Computational and Graphical Statistics 13 (2004), the insert-and-absorb algorithm.
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


def _of_category(projects: Sequence[ProjectRow], day: date) -> Letters:
    by_project = {p.slug: family_draws(p.slug, day, p.scored()) for p in projects}
    out: Letters = {}
    for family in FAMILIES:
        seen = [p for p in projects if not shown_as_little(p, family)]
        scores = {p.slug: f.score for p in seen for f in p.families if f.family == family and f.score is not None}
        out[family] = _compared(scores, {slug: by_project[slug][family] for slug in scores})
    scores = {p.slug: p.score for p in projects if p.score is not None and not shown_as_little(p, OVERALL)}
    out[OVERALL] = _compared(scores, {slug: overall_draws(by_project[slug]) for slug in scores})
    return out


def _compared(scores: Mapping[str, float], draws: "Mapping[str, NDArray[np.float64]]") -> dict[str, str]:
    return letters(scores, lambda one, other: differ(draws[one], draws[other]))


def _absorbed(groups: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Each group once, without those that another one holds."""
    unique = list(dict.fromkeys(groups))
    return [group for group in unique if not any(group < other for other in unique)]


def _letter(place: int) -> str:
    """a to z, then a' to z', a'' and so on."""
    return chr(ord("a") + place % 26) + "'" * (place // 26)
