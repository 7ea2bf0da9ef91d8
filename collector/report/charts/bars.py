"""A score and its interval as a bar that scales to any width, for use in tables."""

from xml.etree.ElementTree import Element, SubElement, tostring


def interval_bar(low: float | None, score: float | None, high: float | None) -> str:
    """Draw a line from `low` to `high` and a dot at `score` on a track from 0 to 1; a dashed track if unknown.

    It is hidden from screen readers, because the numbers are next to it.
    """
    root = Element("svg", {"class": "bar", "aria-hidden": "true", "focusable": "false"})
    known = score is not None
    SubElement(root, "line", {"class": "track" if known else "track unknown", **_ends(0, 1)})
    if score is not None:
        if low is not None and high is not None:
            SubElement(root, "line", {"class": "range", **_ends(low, high)})
        SubElement(root, "circle", {"class": "dot", "cx": _percent(score), "cy": "8", "r": "4"})
    return tostring(root, encoding="unicode")


def _ends(begin: float, end: float) -> dict[str, str]:
    return {"x1": _percent(begin), "x2": _percent(end), "y1": "8", "y2": "8"}


def _percent(share: float) -> str:
    # Leave a margin at both ends, so that a dot at 0 or 1 is not clipped.
    return f"{4 + 92 * min(max(share, 0), 1):.1f}%"
