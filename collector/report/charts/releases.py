"""Releases on a timeline: counted ones above the axis, excluded ones below."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from collector.report.charts.svg import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Chart, Scale, time_scale

HEIGHT = 128


def releases(counted: Sequence[date], left_out: Sequence[date], begin: date, end: date, title: str, text: str) -> str:
    """Draw a bar per week with releases: counted ones up, excluded ones down, on the same scale."""
    chart = Chart(HEIGHT, title, text, "releases")
    x = time_scale(begin, end)
    up, down = _weekly(counted), _weekly(left_out)
    above, below = max(up.values(), default=1), max(down.values(), default=1)
    room = HEIGHT - TOP - BOTTOM
    # Each side gets at least a quarter of the height, so that one release stays visible next to a hundred.
    middle = TOP + room * min(max(above / (above + below), 0.25), 0.75)
    # At most 12 pixels each: a single release must not fill the chart.
    step = min((middle - TOP) / above, (TOP + room - middle) / below, 12)
    width = max(1.5, (WIDTH - LEFT - RIGHT) / max(1, (end - begin).days / 7) - 0.6)
    with chart.plot(begin, end):
        for week, count in up.items():
            at = _inside(x, week, begin, end) - width / 2
            chart.add("rect", "counted", x=at, y=middle - count * step, width=width, height=count * step)
        for week, count in down.items():
            at = _inside(x, week, begin, end) - width / 2
            chart.add("rect", "left-out", x=at, y=middle, width=width, height=count * step)
    chart.add("line", "axis", x1=LEFT, x2=WIDTH - RIGHT, y1=middle, y2=middle)
    if up:
        chart.add("text", "tick end", str(above), x=LEFT - 5, y=middle - above * step + 7)
    if down:
        chart.add("text", "tick end", str(below), x=LEFT - 5, y=middle + below * step)
    chart.time_axis(x, begin, end)
    weeks = sorted(up.keys() | down.keys())
    chart.said(begin, [(max(week, begin), f"{up[week]} with new work, {down[week]} left out") for week in weeks])
    return chart.text()


def _weekly(days: Sequence[date]) -> Counter[date]:
    """Return the number of days by Monday of their week."""
    return Counter(day - timedelta(days=day.weekday()) for day in days)


def _inside(x: Scale, monday: date, begin: date, end: date) -> float:
    return x(min(max(monday + timedelta(days=3), begin), end).toordinal())
