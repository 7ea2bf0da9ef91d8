"""Marks for the terminal: a score with its interval on a track, and a year as a sparkline."""

from collections.abc import Sequence

from collector.method.scores import FamilyScore
from collector.report import words
from collector.report.model import ProjectRow
from collector.report.sentences import arrow, shown_as_little

KNOWN, PARTLY, UNKNOWN, LITTLE = "●", "○", "?", "~"
_ARROWS = {words.UP: "better", words.DOWN: "worse"}
_LEVELS = "▁▂▃▄▅▆▇█"


def track(project: ProjectRow, family: FamilyScore, width: int) -> str:
    """Draw a score from 0 to 1 on `width` columns: its 95 % interval as a line, and a dot, hollow if known in part.

    The line begins and ends at half columns. Unknown, and too little to rate, are one mark in the middle.
    """
    mark = _mark(project, family)
    if family.low is None or family.high is None or family.score is None or mark in (UNKNOWN, LITTLE):
        return mark.center(width)
    first, last = (min(2 * width - 1, int(end * 2 * width)) for end in (family.low, family.high))
    marks = [
        {(True, True): "━", (True, False): "╸", (False, True): "╺", (False, False): "·"}[
            first <= 2 * n <= last, first <= 2 * n + 1 <= last
        ]
        for n in range(width)
    ]
    marks[min(width - 1, int(family.score * width))] = mark
    return "".join(marks)


def legend(projects: Sequence[ProjectRow]) -> str:
    """Explain the marks on the tracks of these projects and beside them, and only those."""
    families = [(p, f) for p in projects for f in p.families if any(s.family == f.family for s in p.signals)]
    seen = {_mark(project, family) for project, family in families}
    dots = {
        KNOWN: "the family's score",
        PARTLY: "if not all of its signals are known" if KNOWN in seen else "the family's score, known in part",
    }
    texts = [f"{dot} {text}" for dot, text in dots.items() if dot in seen]
    texts = [f"Each track runs from 0 to 1: {', '.join(texts)}, ━ its 95 % interval."] if texts else []
    texts += [f"{UNKNOWN}: unknown, which is not low."] if UNKNOWN in seen else []
    texts += [f"{LITTLE}: too little public work to rate."] if LITTLE in seen else []
    seen = {arrow(project, family.family) for project, family in families}
    arrows = [mark for mark in _ARROWS if mark in seen]
    if arrows:
        meaning = " or ".join(_ARROWS[mark] for mark in arrows)
        texts.append(f"{' '.join(arrows)}: {meaning}, outside the interval of a year earlier.")
    return " ".join(texts)


def _mark(project: ProjectRow, family: FamilyScore) -> str:
    if family.score is None or family.low is None or family.high is None:
        return UNKNOWN
    if shown_as_little(project, family.family):
        return LITTLE
    return KNOWN if family.known == family.of else PARTLY


def sparkline(amounts: Sequence[int]) -> str:
    """Draw amounts as a column each, the highest as a full one, and none as a dot."""
    most = max(amounts, default=0)
    return "".join("·" if not n else _LEVELS[max(0, n * len(_LEVELS) // most - 1)] for n in amounts)
