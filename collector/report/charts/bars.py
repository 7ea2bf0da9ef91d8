"""A score and its interval as a bar of any width, to stand beside the figures in a table."""

from xml.etree.ElementTree import Element, SubElement, tostring


def interval_bar(low: float | None, score: float | None, high: float | None) -> str:
    """A line from `low` to `high` and a dot at `score`, on a track of 0 to 1; a dashed track where it is unknown.

    It is hidden from screen readers, because the same figures stand beside it.
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
    # A little room at both ends, so that a dot at 0 or 1 is whole.
    return f"{4 + 92 * min(max(share, 0), 1):.1f}%"
