"""A signal over time: values as a line, 95 % intervals as a band, and unknown periods hatched."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from collector.method_constants import WINDOW_WEEKS
from collector.report.charts.svg import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Chart, Scale, nice_top, time_scale

HEIGHT = 128
# Points further apart than in a monthly series are not connected: dates between them were not computed.
LARGEST_STEP = timedelta(days=32)


@dataclass(frozen=True)
class Point:
    """A signal as of a date; `value`, `low` and `high` are None unless the status is ok."""

    as_of: date
    status: str
    value: float | None
    low: float | None
    high: float | None

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None


def history(
    points: Sequence[Point],
    unit: str,
    begin: date,
    end: date,
    title: str,
    description: str,
    said: Callable[[Point], str] | None = None,
) -> str:
    """Draw `points`, oldest first, from `begin` to `end`. Unknown values are marked as such.

    `said` returns the text of a point for a script that shows the value under the pointer.
    """
    chart = Chart(HEIGHT, title, description, "history")
    x = time_scale(begin, end)
    bottom, ticks = value_range(points, unit)
    y = Scale(bottom, ticks[-1][0], HEIGHT - BOTTOM, TOP)
    chart.horizontal_grid(y, ticks)
    every = list(runs(points))
    with chart.plot(begin, end):
        for run in every:
            _draw(chart, run, [x(p.as_of.toordinal()) for p in run], y)
    for run in every:
        _note(chart, run, [x(p.as_of.toordinal()) for p in run])
    if points and points[-1].value is not None:
        chart.add("circle", "dot", cx=x(points[-1].as_of.toordinal()), cy=y(points[-1].value), r=3)
    chart.time_axis(x, begin, end)
    if said is not None:
        chart.said(begin, [(p.as_of, said(p)) for p in points])
    return chart.text()


def _draw(chart: Chart, run: Sequence[Point], at: Sequence[float], y: Scale) -> None:
    if not run[0].known:
        first, last = _ends(at)
        chart.add("rect", "unknown", x=first, y=TOP, width=last - first, height=HEIGHT - TOP - BOTTOM)
        return
    lows = [(a, y(p.low)) for a, p in zip(at, run, strict=True) if p.low is not None]
    highs = [(a, y(p.high)) for a, p in zip(at, run, strict=True) if p.high is not None]
    middle = [(a, y(p.value)) for a, p in zip(at, run, strict=True) if p.value is not None]
    if len(run) == 1:
        chart.add("line", "whisker", x1=at[0], x2=at[0], y1=lows[0][1], y2=highs[0][1])
        chart.add("circle", "dot", cx=at[0], cy=middle[0][1], r=2)
        return
    chart.path("band", [*highs, *reversed(lows)], closed=True)
    chart.path("line", middle)


def _note(chart: Chart, run: Sequence[Point], at: Sequence[float]) -> None:
    first, last = _ends(at)
    # Where there is room for the word.
    if not run[0].known and last - first > 52:
        chart.add("text", "note middle", "unknown", x=(first + last) / 2, y=(HEIGHT - BOTTOM + TOP) / 2 + 3.5)


def _ends(at: Sequence[float]) -> tuple[float, float]:
    return max(LEFT, at[0] - 1.5), min(WIDTH - RIGHT, at[-1] + 1.5)


def runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Split the points into runs that are all known or all unknown and have no gap larger than LARGEST_STEP."""
    run: list[Point] = []
    for point in points:
        if run and (point.known != run[-1].known or point.as_of - run[-1].as_of > LARGEST_STEP):
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def value_range(points: Sequence[Point], unit: str) -> tuple[float, list[tuple[float, str]]]:
    """Return the axis minimum and the ticks with labels, highest last. Only a slope can be negative."""
    match unit:
        case "probability" | "share":
            return 0, [(0, "0"), (0.5, "50 %"), (1, "100 %")]
        case "0..1":
            return 0, [(0, "0"), (0.5, "0.5"), (1, "1")]
        case "weeks":
            return 0, [(weeks, f"{weeks:g}") for weeks in (0, WINDOW_WEEKS / 2, WINDOW_WEEKS)]
        case "of 13":
            return 0, [(0, "0"), (6.5, "6.5"), (13, "13")]
    if unit == "per year":
        # A slope of logarithms: what a year multiplies by, up to a power of two.
        steepest = max((abs(end) for p in points for end in (p.low, p.high) if end is not None), default=0)
        doublings = max(1, math.ceil(steepest / math.log(2)))
        end = doublings * math.log(2)
        return -end, [(-end, f"x 1/{2**doublings}"), (0, "x 1"), (end, f"x {2**doublings}")]
    ends = [abs(end) for p in points for end in (p.low, p.high) if end is not None]
    top = nice_top(max(ends, default=1))
    return 0, [(0, "0"), (top / 2, f"{top / 2:,g}"), (top, f"{top:,g}")]
