"""The ways of writing a report down."""

import csv
import io
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from collector.errors import UsageError
from collector.report import words
from collector.report.model import ProjectRow, Report, SignalRow
from collector.report.table import Table
from collector.signals.registry import BY_KEY


@dataclass(frozen=True)
class Page:
    """What a terminal shows: columns, colours, the present (for the data's age), and whether in detail."""

    width: int
    colour: bool
    now: datetime
    detail: bool


def written(report: Report, form: str, page: Page) -> str:
    """The report as "table", "markdown", "json" or "csv", ending with a line end."""
    match form:
        case "json":
            return json.dumps(asdict(report), indent=2, allow_nan=False) + "\n"
        case "csv":
            return _csv(report)
        case "markdown":
            return _markdown(report, page)
        case _:
            return Table(report, page.width, page.colour, page.now, page.detail).text()


def save(text: str, path: Path) -> None:
    """Write it to a file. Raises UsageError when that cannot be done."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written ({(error.strerror or 'unknown').lower()}).", "Give another file with --output."
        ) from None


def _csv(report: Report) -> str:
    """One row for each project and signal. A project without any has one row with the signal left empty."""
    file = io.StringIO()
    out = csv.writer(file, lineterminator="\n")
    figures = ("signal", "family", "status", "reason", "value", "low", "high", "unit", "n", "score")
    nested = ("naive", "companions", "excluded")
    head = ("as_of", "synthetic", "project", "name", "category", "data_as_of")
    out.writerow([*head, *figures, *nested])
    for p in report.projects:
        mark = "SYNTHETIC" if report.synthetic else ""
        start = [report.as_of, mark, p.slug, words.plain(p.name), words.plain(p.category), p.data_as_of]
        for s in p.signals:
            row = [getattr(s, name) for name in figures]
            out.writerow([*start, *row, *(json.dumps(getattr(s, name)) for name in nested)])
        if not p.signals:
            out.writerow([*start, *[""] * len(figures + nested)])
    return file.getvalue()


def _markdown(report: Report, page: Page) -> str:
    lines = [f"# Signals as of {report.as_of}", ""]
    if report.synthetic:
        lines += [f"**{words.SYNTHETIC}**", ""]
    lines += [
        "Each value is over the last 52 complete weeks, with its 95 % interval. Projects stand in the order of their "
        "names, which is no ranking.",
    ]
    for category, projects in groupby(report.projects, lambda p: p.category):
        lines += ["", f"## {_cell(category)}"]
        for project in projects:
            lines += ["", *_project(project, None if report.synthetic else page.now)]
    if report.failures:
        lines += ["", "## The last sync did not get everything", ""]
    lines += [f"- {_cell(f.repository)} ({f.kind}): {_cell(f.error)}" for f in report.failures]
    lines += ["", f"Method {report.method_version}." + (f" {words.SYNTHETIC}" if report.synthetic else "")]
    return "\n".join(lines) + "\n"


def _project(project: ProjectRow, now: datetime | None) -> list[str]:
    lines = [f"### {_cell(project.name)}", ""]
    same = words.alike(project)
    if project.repositories:
        age = words.data_age(project.data_as_of, now)
        lines += [f"{age[0].upper()}{age[1:]}.", ""]
    elif project.note and project.note not in (same or ""):
        lines += [_cell(project.note), ""]
    if project.score is not None:
        lines += [f"Overall, 0 to 1: {words.score(project.low, project.score, project.high)}.", ""]
    if same:
        lines.append(_cell(same))
    else:
        lines += ["| signal | value | 95 % interval | naive figure |", "| --- | --- | --- | --- |"]
        lines += [_row(signal) for signal in project.signals]
    odd = [r for r in project.repositories if r.status in words.REPOSITORY_STATUSES]
    lines += [""] * bool(odd)
    return lines + [f"- {_cell(r.full_name)} {words.REPOSITORY_STATUSES[r.status]}." for r in odd]


def _row(signal: SignalRow) -> str:
    asked = BY_KEY[signal.signal].question if signal.signal in BY_KEY else signal.signal
    shown = words.value(signal) if signal.value is not None else words.reason(signal)
    cells = (asked, shown, words.interval(signal), words.figures(signal.naive))
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    """Text that Markdown shows as it is."""
    escaped = words.plain(text)
    for mark in "\\`*_[]<>|":
        escaped = escaped.replace(mark, f"\\{mark}")
    return escaped
