"""Building blocks of the charts: SVG elements that are always well-formed, scales and axes."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

WIDTH = 340
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 8, 20
_NUMBER = re.compile(r"-?[\d.,]*\d")


def number(x: float) -> str:
    """Format a coordinate with at most one decimal."""
    text = f"{x:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True)
class Scale:
    """A linear scale from `low`..`high` to coordinates `start`..`end`; values outside are clamped."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, x: float) -> float:
        """Return the coordinate of a value."""
        share = (min(max(x, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


class Chart:
    """An SVG with fixed coordinates, a title and a description for screen readers."""

    def __init__(self, height: int, title: str, description: str, kind: str) -> None:
        self.height = height
        self.root = Element("svg", {"viewBox": f"0 0 {WIDTH} {height}", "role": "img", "class": f"chart {kind}"})
        SubElement(self.root, "title").text = title
        SubElement(self.root, "desc").text = description
        self.into = self.root

    @contextmanager
    def plot(self, begin: date, end: date) -> Iterator[None]:
        """Put what is added inside the block into a part that a script may stretch, to show only the last weeks."""
        width = WIDTH - LEFT - RIGHT
        place = {"x": str(LEFT), "y": "0", "width": str(width), "height": str(self.height)}
        view = {"viewBox": f"{LEFT} 0 {width} {self.height}", "preserveAspectRatio": "none", "class": "plot"}
        self.root.attrib |= {"data-begin": begin.isoformat(), "data-end": end.isoformat()}
        self.into = SubElement(self.root, "svg", place | view)
        yield
        self.into = self.root

    def said(self, begin: date, values: Sequence[tuple[date, str]]) -> None:
        """Add the values as text, so that a script can show the one nearest to the pointer.

        Most texts differ in their numbers only, so one is stored as a pattern, and of the others only the numbers.
        """
        patterns = Counter(_NUMBER.sub("{}", text) for _, text in values)
        usual = patterns.most_common(1)[0][0] if values else ""
        self.root.set("data-at", ",".join(str((day - begin).days) for day, _ in values))
        self.root.set("data-pattern", usual)
        texts = (
            " ".join(_NUMBER.findall(text)) if _NUMBER.sub("{}", text) == usual else f"={text}" for _, text in values
        )
        self.root.set("data-said", "|".join(texts))

    def add(self, tag: str, kind: str, text: str | None = None, **attributes: float | str) -> Element:
        """Add an element of class `kind`; numbers are formatted as coordinates, and text is escaped."""
        given = {k.replace("_", "-"): v if isinstance(v, str) else number(v) for k, v in attributes.items()}
        element = SubElement(self.into, tag, {"class": kind, **given})
        element.text = text
        return element

    def path(self, kind: str, points: Sequence[tuple[float, float]], closed: bool = False) -> None:
        """Add a line through points, or the area that they enclose; after the first as steps, which are shorter."""
        # In whole tenths, so that rounding the steps does not add up along the line.
        tenths = [(round(x * 10), round(y * 10)) for x, y in points]
        steps = " ".join(
            f"{number((x - before_x) / 10)} {number((y - before_y) / 10)}"
            for (before_x, before_y), (x, y) in pairwise(tenths)
        )
        first = " ".join(number(end / 10) for end in tenths[0])
        self.add("path", kind, d=f"M{first}l{steps}{'Z' if closed else ''}")

    def horizontal_grid(self, y: Scale, ticks: Sequence[tuple[float, str]]) -> None:
        """Add a line at each tick, with its label on the left."""
        for at, label in ticks:
            self.add("line", "grid", x1=LEFT, x2=WIDTH - RIGHT, y1=y(at), y2=y(at))
            self.add("text", "tick end", label, x=LEFT - 5, y=y(at) + 3.5)

    def time_axis(self, x: Scale, begin: date, end: date) -> None:
        """Add a tick at each half year, with a label where there is room."""
        base = self.height - BOTTOM
        self.add("line", "axis", x1=LEFT, x2=WIDTH - RIGHT, y1=base, y2=base)
        for day in _half_years(begin, end):
            at = x(day.toordinal())
            self.add("line", "axis time", x1=at, x2=at, y1=base, y2=base + 4)
            if LEFT + 12 < at < WIDTH - RIGHT - 18:
                self.add("text", "tick middle time", f"{day:%b %Y}", x=at, y=base + 15)

    def text(self) -> str:
        """Return the SVG as text, to be embedded in a page."""
        return tostring(self.root, encoding="unicode")


def time_scale(begin: date, end: date) -> Scale:
    """Return a scale of days across the width of a chart."""
    return Scale(begin.toordinal(), max(end, begin).toordinal() + (end <= begin), LEFT, WIDTH - RIGHT)


def nice_top(highest: float) -> float:
    """Return the smallest of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, ... that is at least `highest`."""
    power = 10.0 ** math.floor(math.log10(max(highest, 1)))
    return next(top * power for top in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if top * power >= highest)


def _half_years(begin: date, end: date) -> list[date]:
    days = [date(year, month, 1) for year in range(begin.year, end.year + 1) for month in (1, 7)]
    return [day for day in days if begin <= day <= end]
