"""Time until an event: the Kaplan-Meier estimate as a rising step curve with 95 % bounds."""

from itertools import pairwise

from collector.method.statistics.survival import KaplanMeier
from collector.report.charts.svg import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Chart, Scale

HEIGHT = 150
STEPS = 100
"""Number of points along the curve: finer than a screen shows, independent of the number of events."""


def survival(estimate: KaplanMeier, accounts: int, target: int, horizon: int, title: str, description: str) -> str:
    """Draw the probability that the event has happened, from 0 to `horizon` days, with a mark at `target` days.

    `accounts` is the number of votes, which the bounds need where the estimate is 0 or 1.
    """
    chart = Chart(HEIGHT, title, description, "survival")
    x = Scale(0, horizon, LEFT, WIDTH - RIGHT)
    y = Scale(0, 1, HEIGHT - BOTTOM, TOP)
    chart.horizontal_grid(y, [(0, "0"), (0.5, "50 %"), (1, "100 %")])
    at = [horizon * step / STEPS for step in range(STEPS + 1)]
    bounds = [estimate.interval_by(t, accounts) for t in at]
    low = _stairs([(x(t), y(bound[0])) for t, bound in zip(at, bounds, strict=True)])
    high = _stairs([(x(t), y(bound[1])) for t, bound in zip(at, bounds, strict=True)])
    chart.path("band", [*high, *reversed(low)], closed=True)
    chart.path("line", _stairs([(x(t), y(estimate.probability_by(t))) for t in at]))
    chart.add("line", "target", x1=x(target), x2=x(target), y1=TOP, y2=HEIGHT - BOTTOM)
    chart.add("circle", "dot", cx=x(target), cy=y(estimate.probability_by(target)), r=3)
    base = HEIGHT - BOTTOM
    chart.add("line", "axis", x1=LEFT, x2=WIDTH - RIGHT, y1=base, y2=base)
    for day, label in ((0, "0"), (target, f"{target} days"), (horizon, f"{horizon} days")):
        place = "start" if day == 0 else "end" if day == horizon else "middle"
        chart.add("text", f"tick {place}", label, x=x(day), y=base + 15)
    return chart.text()


def _stairs(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the line as steps (across, then up), without redundant points."""
    out = points[:1]
    for (_, before), (across, after) in pairwise(points):
        if after != before:
            out += [(across, before), (across, after)]
    return [*out, points[-1]] if out[-1] != points[-1] else out
