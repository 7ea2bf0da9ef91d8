"""The ways of writing a report down."""

import csv
import io
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from collector.errors import UsageError, of_disk
from collector.report import markdown, words
from collector.report.model import Report
from collector.report.overview import Overview
from collector.report.table import TerminalTable


@dataclass(frozen=True)
class Page:
    """What a terminal shows: columns, colours, the present (for the data's age), and whether
    single projects were asked for."""

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
            return markdown.written(report, page.now)
        case _ if page.detail:
            return TerminalTable(report, page.width, page.colour, page.now).text()
        case _:
            return Overview(report, page.width, page.colour, page.now).text()


def save(text: str, path: Path) -> None:
    """Write it to a file. Raises UsageError when that cannot be done, DatabaseError when the disk is full."""
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise of_disk(error, str(path)) or UsageError(
            f"{path} cannot be written ({(error.strerror or 'unknown').lower()}).", "Give another file with --output."
        ) from None


def _csv(report: Report) -> str:
    """One row for each project and signal. A project without any has one row with the signal left empty."""
    file = io.StringIO()
    out = csv.writer(file, lineterminator="\n")
    figures = (
        "signal",
        "family",
        "status",
        "reason",
        "value",
        "low",
        "high",
        "unit",
        "n",
        "score",
        "score_low",
        "score_high",
    )
    nested = ("naive", "companions", "excluded")
    head = ("as_of", "synthetic", "project", "name", "category", "data_as_of")
    out.writerow([*head, *figures, *nested, "method_version"])
    for p in report.projects:
        synthetic = "true" if report.synthetic else "false"
        start = [report.as_of, synthetic, p.slug, _text(p.name), _text(p.category), p.data_as_of]
        for s in p.signals:
            row = [_text(v) if isinstance(v := getattr(s, name), str) else v for name in figures]
            more = (json.dumps(getattr(s, name)) for name in nested)
            out.writerow([*start, *row, *more, report.method_version])
        if not p.signals:
            out.writerow([*start, *[""] * len(figures + nested), report.method_version])
    return file.getvalue()


def _text(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    text = words.plain(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
