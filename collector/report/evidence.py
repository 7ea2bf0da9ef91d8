"""The rows behind a number: what counted, and what was left out and why."""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import date

from collector import clock
from collector.errors import UsageError
from collector.report import words
from collector.report.days import is_synthetic
from collector.report.model import SignalRow, named, signals_of
from collector.signals.registry import BY_KEY
from collector.signals.window import plural

Row = dict[str, object]


@dataclass(frozen=True)
class Evidence:
    """All rows looked at for a signal of a project as of a date: those that count first, each part newest first.

    `signal_row` is the number itself, if it is computed.
    """

    project: str
    signal: str
    as_of: str
    synthetic: bool
    signal_row: SignalRow | None
    rows: list[Row]

    @property
    def counted(self) -> int:
        """How many rows count."""
        return sum(bool(row["counted"]) for row in self.rows)

    @property
    def excluded(self) -> dict[str, int]:
        """How many rows were left out for each reason, most first."""
        return dict(Counter(str(row["reason"]) for row in self.rows if not row["counted"]).most_common())


def rows(db: sqlite3.Connection, project: str, signal: str, as_of: date) -> Evidence:
    """The evidence of a signal. Raises UsageError for a project or signal that is not there, with the nearest one."""
    from collector.evidence import use

    slug = named(project, [row[0] for row in db.execute("SELECT slug FROM projects")], "project")
    key = named(signal, list(BY_KEY), "signal")
    latest = db.execute("SELECT as_of FROM as_of").fetchone()
    if latest is None or latest[0] != clock.to_text(clock.midnight(as_of)):
        use(db, as_of, temporary=True)
    view = f"evidence_{key}"
    if not db.execute(
        "SELECT 1 FROM sqlite_master WHERE name = ?1 UNION SELECT 1 FROM sqlite_temp_master WHERE name = ?1", [view]
    ).fetchone():
        raise UsageError(f"This version does not compute {key} yet, so there are no rows behind it.")
    cursor = db.execute(f"SELECT * FROM {view} WHERE project = ?", [slug])
    columns = [column[0] for column in cursor.description]
    found = [dict(zip(columns, row, strict=True)) for row in cursor]
    when = next((c for c in columns if c == "day" or c.endswith("_at")), "url")
    found.sort(key=lambda row: (bool(row["counted"]), str(row[when]), str(row["url"])), reverse=True)
    own = next((s for s in signals_of(db, as_of).get(slug, []) if s.signal == key), None)
    return Evidence(slug, key, as_of.isoformat(), is_synthetic(db), own, found)


def to_json(evidence: Evidence, limit: int) -> str:
    """For a program; `limit` rows at most, 0 for all."""
    from dataclasses import asdict

    shown = {
        "project": evidence.project,
        "signal": evidence.signal,
        "as_of": evidence.as_of,
        "synthetic": evidence.synthetic,
        "result": asdict(evidence.signal_row) if evidence.signal_row else None,
        "counted": evidence.counted,
        "excluded": evidence.excluded,
        "rows": evidence.rows[: limit or None],
    }
    return json.dumps(shown, indent=2)


def to_text(evidence: Evidence, limit: int, width: int) -> str:
    """For a reader; `limit` rows at most, 0 for all."""
    lines = [words.SYNTHETIC, ""] if evidence.synthetic else []
    lines.append(f"{evidence.project}: {BY_KEY[evidence.signal].question}")
    own = evidence.signal_row
    if own is None:
        lines.append(f"As of {evidence.as_of}: not computed; `collect signals --as-of {evidence.as_of}` does it.")
    elif own.value is None:
        lines.append(f"As of {evidence.as_of}: {words.reason(own)}.")
    else:
        lines.append(f"As of {evidence.as_of}: {words.value(own)} (95 %: {words.interval(own)}).")
    out = sum(evidence.excluded.values())
    lines.append(f"{plural(evidence.counted, 'row')} counted, {out} left out.")
    lines += [f"  {count:>6} left out: {words.plain(reason)}" for reason, count in evidence.excluded.items()]
    shown = evidence.rows[: limit or None]
    if shown:
        lines += ["", *_table(shown, width)]
    if len(shown) < len(evidence.rows):
        more = plural(len(evidence.rows) - len(shown), "more row")
        lines += ["", f"{more}: --limit 0 shows all, --json writes all for a program."]
    return "\n".join(lines) + "\n"


def _table(found: list[Row], width: int) -> list[str]:
    """Columns side by side, and the link below where it does not fit beside them."""
    columns = [c for c in found[0] if c not in ("project", "counted", "reason", "url")]
    cells = [["counted", *columns]]
    for row in found:
        mark = "yes" if row["counted"] else f"no: {row['reason']}"
        cells.append([_cell(mark), *(_cell(row[c]) for c in columns)])
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    links = ["url", *(words.plain(str(row["url"] or "")) for row in found)]
    beside = sum(widths) + 2 * len(widths) + max(map(len, links)) <= width
    lines = []
    for line, link in zip(cells, links, strict=True):
        text = "  ".join(f"{cell:{space}}" for cell, space in zip(line, widths, strict=True)).rstrip()
        if beside:
            lines.append("  ".join([*(f"{c:{s}}" for c, s in zip(line, widths, strict=True)), link]))
        else:
            lines += [text, *([f"    {link}"] if link and link != "url" else [])]
    return lines


def _cell(value: object) -> str:
    if value is None:
        return "-"
    text = f"{value:.3g}" if isinstance(value, float) else words.plain(str(value))
    return text if len(text) <= 48 else text[:45] + "..."
