"""Small marks for tables: a value and its interval as a bar that scales to any width, and a year as a sparkline."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from collector.report.charts.svg import number

SPARK_HEIGHT, SPARK_STEP = 24, 2


def interval_bar(low: float | None, score: float | None, high: float | None, partly: bool = False) -> str:
    """Draw a line from `low` to `high` and a dot at `score` on a track from 0 to 1; a hatched track if unknown.

    The dot is hollow where it is known in part. It is hidden from screen readers, because the numbers are next to it.
    """
    root = Element("svg", {"class": "bar", "aria-hidden": "true", "focusable": "false"})
    if score is None:
        SubElement(root, "rect", {"class": "unknown", "x": "4%", "y": "3", "width": "92%", "height": "10"})
        return tostring(root, encoding="unicode")
    SubElement(root, "line", {"class": "track", **_ends(0, 1)})
    if low is not None and high is not None:
        SubElement(root, "line", {"class": "range", **_ends(low, high)})
    SubElement(root, "circle", {"class": "dot partly" if partly else "dot", "cx": _percent(score), "cy": "8", "r": "4"})
    return tostring(root, encoding="unicode")


def sparkline(amounts: Sequence[int]) -> str:
    """Draw amounts as columns, the highest as high as there is room; hidden from screen readers as well."""
    width, most = len(amounts) * SPARK_STEP, max(amounts, default=0)
    root = Element("svg", {"class": "spark", "viewBox": f"0 0 {width} {SPARK_HEIGHT}", "aria-hidden": "true"})
    root.set("preserveAspectRatio", "none")
    SubElement(root, "path", {"class": "base", "d": f"M0 {SPARK_HEIGHT - 0.5}H{width}"})
    columns = "".join(
        f"M{(n + 0.5) * SPARK_STEP:g} {SPARK_HEIGHT}V{number(SPARK_HEIGHT - max(2, amount / most * SPARK_HEIGHT))}"
        for n, amount in enumerate(amounts)
        if amount
    )
    if columns:
        SubElement(root, "path", {"class": "columns", "d": columns})
    return tostring(root, encoding="unicode")


def _ends(begin: float, end: float) -> dict[str, str]:
    return {"x1": _percent(begin), "x2": _percent(end), "y1": "8", "y2": "8"}


def _percent(share: float) -> str:
    # Leave a margin at both ends, so that a dot at 0 or 1 is not clipped.
    return f"{4 + 92 * min(max(share, 0), 1):.1f}%"
