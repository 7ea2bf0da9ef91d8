"""Badges: small SVG pictures of a project's state and of its signals, to show in a README."""

from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

from collector.report import words
from collector.report.model import ProjectRow, SignalRow

HEIGHT = 20
# Width of a letter at the size of the text, in pixels; `textLength` makes every font keep to it.
LETTER, MARGIN = 6.4, 7
# White text on each has a contrast of at least 4.5 (https://www.w3.org/TR/WCAG22/#contrast-minimum).
LABEL, KNOWN, UNKNOWN = "#444", "#1f5fa8", "#6b6b6b"


def of_project(project: ProjectRow, as_of: date, synthetic: bool) -> str:
    """Draw the state of a project, such as "silent since 2025-09-22"."""
    state = project.state or "not_synced"
    return _badge(
        words.plain(project.name),
        words.state(project, as_of) or words.STATES[state],
        UNKNOWN if state in words.UNKNOWN_STATES | {"never_published"} else KNOWN,
        synthetic,
    )


def of_signal(project: ProjectRow, row: SignalRow, synthetic: bool) -> str:
    """Draw the value of a signal, or why there is none."""
    title = words.title(row.signal)
    # An abbreviation at the beginning keeps its capitals.
    label = title if title[1].isupper() else title[0].lower() + title[1:]
    return _badge(
        f"{words.plain(project.name)}: {label}", words.value(row), UNKNOWN if row.value is None else KNOWN, synthetic
    )


def _badge(label: str, value: str, colour: str, synthetic: bool) -> str:
    label = f"SYNTHETIC {label}" if synthetic else label
    left, right = (len(text) * LETTER + 2 * MARGIN for text in (label, value))
    size = {"width": f"{left + right:.0f}", "height": str(HEIGHT)}
    name = f"{label}: {value}"
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img", "aria-label": name})
    SubElement(root, "title").text = name
    for begin, width, fill in ((0.0, left, LABEL), (left, right, colour)):
        SubElement(root, "rect", {"x": f"{begin:.1f}", "width": f"{width:.1f}", "height": str(HEIGHT), "fill": fill})
    text = {"fill": "#fff", "font-family": "Verdana,DejaVu Sans,sans-serif", "font-size": "11"}
    group = SubElement(root, "g", text)
    for begin, shown in ((0.0, label), (left, value)):
        place = {"x": f"{begin + MARGIN:.1f}", "y": "14", "textLength": f"{len(shown) * LETTER:.1f}"}
        SubElement(group, "text", place).text = shown
    return tostring(root, encoding="unicode") + "\n"
