"""Output formats of a report."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from collector import atomic_files
from collector.errors import UsageError, of_disk
from collector.report import markdown, words
from collector.report.model import Report
from collector.report.overview import Overview
from collector.report.table import TerminalTable
from collector.store import own_files


@dataclass(frozen=True)
class Layout:
    """How to format: width in columns, colours, the current time (for the age of data), and whether to show details."""

    width: int
    colour: bool
    now: datetime
    detail: bool


def render(report: Report, form: str, layout: Layout) -> str:
    """Format the report as "table", "markdown", "json" or "csv", ending with a newline."""
    match form:
        case "json":
            return as_json(report, indent=2)
        case "csv":
            return _csv(report)
        case "markdown":
            return markdown.render(report, layout.now)
        case _ if layout.detail:
            return TerminalTable(report, layout.width, layout.colour, layout.now).text()
        case _:
            return Overview(report, layout.width, layout.colour, layout.now).text()


def as_json(report: Report, indent: int | None) -> str:
    """Return the report as JSON, ending with a newline; without an indent it is as short as can be."""
    separators = None if indent else (",", ":")
    return json.dumps(report, default=vars, indent=indent, separators=separators, allow_nan=False) + "\n"


def save(text: str | Iterable[str], path: Path, tidy: bool = True) -> None:
    """Replace a file by the text or its pieces, at once; `tidy` as in `atomic_files.replacing`.

    Raises UsageError if that fails or the file belongs to a database, DatabaseError if the disk is full.
    """
    if own_files.belongs_to_a_database(path):
        raise UsageError(f"{path} belongs to a database, and would be replaced.", "Name another file.")
    try:
        atomic_files.write_text(path, text, tidy=tidy)
    except OSError as error:
        raise of_disk(error, str(path)) or UsageError(
            f"{path} cannot be written ({(error.strerror or 'unknown').lower()}).", "Name another file with --output."
        ) from None


def _csv(report: Report) -> str:
    """Return CSV with a row per project and signal. A project without signals has one row with empty signal columns."""
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
    """Prevent a spreadsheet from reading text as a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    text = words.plain(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
