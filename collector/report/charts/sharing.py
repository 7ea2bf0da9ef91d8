"""How the work was shared in each quarter, without naming anyone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from collector.report.charts.svg import BOTTOM, LEFT, RIGHT, TOP, WIDTH, Chart, Scale

HEIGHT = 150
HEAD = 14
LAYERS = ("first", "second", "third", "others")
"""From bottom to top: the most active person, the second, the third, and everyone else."""


@dataclass(frozen=True)
class Quarter:
    """Thirteen weeks that end before `end`, and each person's number of author-days in them, largest first."""

    begin: date
    end: date
    author_days: tuple[int, ...]


def sharing(quarters: Sequence[Quarter], title: str, description: str) -> str:
    """Draw a column per quarter, oldest first, with the share of each layer; the number of people is above it."""
    chart = Chart(HEIGHT, title, description, "sharing")
    top, base = TOP + HEAD, HEIGHT - BOTTOM
    y = Scale(0, 1, base, top)
    chart.horizontal_grid(y, [(0, "0"), (0.5, "50 %"), (1, "100 %")])
    room = (WIDTH - LEFT - RIGHT) / max(1, len(quarters))
    for place, quarter in enumerate(quarters):
        left, middle = LEFT + place * room + 3, LEFT + (place + 0.5) * room
        below = 0.0
        for layer, share in zip(LAYERS, layers(quarter), strict=True):
            if share:
                height = y(below) - y(below + share)
                chart.add("rect", layer, x=left, y=y(below + share), width=room - 6, height=height)
            below += share
        people = len(quarter.author_days)
        chart.add("text", "tick middle", str(people) if people else "none", x=middle, y=top - 4)
        if place % 2 == len(quarters) % 2:
            chart.add("text", "tick middle", f"{quarter.begin:%b %Y}", x=middle, y=base + 15)
    chart.add("line", "axis", x1=LEFT, x2=WIDTH - RIGHT, y1=base, y2=base)
    return chart.text()


def layers(quarter: Quarter) -> tuple[float, float, float, float]:
    """Return the shares of the first, second and third person and of all others; zeros if there was no work."""
    total = sum(quarter.author_days)
    if not total:
        return 0.0, 0.0, 0.0, 0.0
    first, second, third = (*quarter.author_days[:3], 0, 0, 0)[:3]
    return first / total, second / total, third / total, sum(quarter.author_days[3:]) / total
