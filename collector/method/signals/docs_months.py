"""Are the docs kept under visible version history?"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from collector.method.author_days import BLOCKS, day_of
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import LANDED, LINES_UNKNOWN
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.intervals import wilson
from collector.method_constants import BLOCK_WEEKS, SUBSTANTIVE_LINES


def docs_months(changes: Iterable[tuple[date, int]], context: Context, releases_with_notes: float | None) -> Signal:
    """Return in how many periods of BLOCK_WEEKS weeks enough lines of docs changed.

    Of the periods in which the project existed, scaled to BLOCKS; n is these periods, and the interval Wilson's, scaled
    alike. `changes` are days and lines; those outside the window, or before the oldest repository, are ignored.
    """
    window = context.window
    observed = window.blocks_of_existence(context.created_at)
    if reason := context.too_young():
        return context.insufficient(reason, observed)
    lines: Counter[int] = Counter()
    for day, changed in changes:
        week = window.week_of(day)
        if week is not None and week // BLOCK_WEEKS >= BLOCKS - observed:
            lines[week // BLOCK_WEEKS] += changed
    hit = sum(changed >= SUBSTANTIVE_LINES for changed in lines.values())
    low, high = wilson(hit, observed)
    companions: dict[str, object] = {"periods": hit, "releases_with_notes": releases_with_notes}
    return context.measured(hit * BLOCKS / observed, (low * BLOCKS, high * BLOCKS), observed, companions)


def _compute(context: Context) -> Signal:
    if not context.rows and not context.too_young():
        return context.not_observable("no change of docs is known: neither in docs paths nor in a docs repository")
    changes = [(day_of(row), int(row["lines"])) for row in context.counted]
    notes = next((row["releases_with_notes"] for row in context.rows), None)
    return docs_months(changes, context, notes)


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"commits": dashboard.docs_commits(project)}


SIGNAL = SignalDefinition(
    key="docs_months",
    family="docs",
    title="Months with work on docs",
    question="Are the docs kept under visible version history?",
    unit=f"of {BLOCKS}",
    direction="up",
    least_n="docs",
    reads=("day", "lines", "releases_with_notes"),
    compute=_compute,
    naive=_naive,
    naive_figures={"commits": "commits of the window that landed with changes of docs"},
    leaves_out=(*LANDED, LINES_UNKNOWN, "no_counted_lines", "outside_the_window"),
    curve=lambda periods: periods / BLOCKS,
    needs=("paths",),
)
