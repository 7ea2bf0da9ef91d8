"""Marks for the terminal: a score with its interval on a track, and a year as a sparkline."""

from collections.abc import Sequence

from collector.method.scores import FamilyScore
from collector.report.model import ProjectRow
from collector.report.sentences import shown_as_little

KNOWN, PARTLY, UNKNOWN, LITTLE = "●", "○", "?", "~"
_LEVELS = "▁▂▃▄▅▆▇█"


def track(project: ProjectRow, family: FamilyScore, width: int) -> str:
    """Draw a score from 0 to 1 on `width` columns: its 95 % interval as a line, and a dot, hollow if known in part.

    The line begins and ends at half columns. Unknown, and too little to rate, are one mark in the middle.
    """
    if family.score is None or family.low is None or family.high is None:
        return UNKNOWN.center(width)
    if shown_as_little(project, family.family):
        return LITTLE.center(width)
    first, last = (min(2 * width - 1, int(end * 2 * width)) for end in (family.low, family.high))
    marks = [
        {(True, True): "━", (True, False): "╸", (False, True): "╺", (False, False): "·"}[
            first <= 2 * n <= last, first <= 2 * n + 1 <= last
        ]
        for n in range(width)
    ]
    marks[min(width - 1, int(family.score * width))] = KNOWN if family.known == family.of else PARTLY
    return "".join(marks)


def sparkline(amounts: Sequence[int]) -> str:
    """Draw amounts as a column each, the highest as a full one, and none as a dot."""
    most = max(amounts, default=0)
    return "".join("·" if not n else _LEVELS[max(0, n * len(_LEVELS) // most - 1)] for n in amounts)
