"""Evidence rows as a small table: the newest counted and excluded rows, with links to GitHub."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from collector.report import phrases, words
from collector.report.evidence import ACCOUNTS, SAID_BY_THE_LINK, Row, heading, is_yes_or_no

# Examples on a project's page; `collect explain` shows all rows.
MOST_COUNTED = 5
MOST_LEFT_OUT = 3


@dataclass(frozen=True)
class EvidenceLine:
    """One row: its link and link text, whether it counts (and otherwise why not), and the other cells."""

    url: str | None
    text: str
    counted: bool
    reason: str | None
    cells: list[str]


@dataclass(frozen=True)
class EvidenceTable:
    """The column heads, which columns are numeric, the rows shown, and the total numbers of rows."""

    head: list[str]
    numeric: list[bool]
    lines: list[EvidenceLine]
    counted: int
    left_out: int

    @property
    def more(self) -> int:
        """The number of rows not shown."""
        return self.counted + self.left_out - len(self.lines)


def table(rows: Sequence[Row]) -> EvidenceTable:
    """Return the table for these rows, which must have counted rows first."""
    counted = [row for row in rows if row["counted"]]
    left_out = [row for row in rows if not row["counted"]]
    shown = counted[:MOST_COUNTED] + left_out[:MOST_LEFT_OUT]
    # Accounts are not named in the report; the links lead to GitHub, where they are public.
    columns = [c for c in (rows[0] if rows else ()) if c not in ACCOUNTS | SAID_BY_THE_LINK]
    columns = [c for c in columns if any(row[c] is not None for row in shown)]
    lines = [_line(row, columns) for row in shown]
    head = [heading(c, columns) for c in columns]
    numeric = [
        all(isinstance(row[c], (int, float, type(None))) and not is_yes_or_no(c, row[c]) for row in shown)
        for c in columns
    ]
    return EvidenceTable(head, numeric, lines, len(counted), len(left_out))


def link_text(url: str) -> str:
    """Shorten a GitHub URL to a label: "heron#12", "heron v1.2", "heron 1a2b3c4"."""
    parts = [unquote(part) for part in urlsplit(url).path.strip("/").split("/")]
    if len(parts) < 4:
        return "/".join(parts) or url
    name, kind, what = parts[1], parts[2], "/".join(parts[3:])
    match kind:
        case "issues" | "pull":
            return f"{name}#{what}"
        case "releases" | "tree":
            return f"{name} {what.removeprefix('tag/')}"
        case "compare":
            return f"{name} {what.split('...')[-1][:7]}"
        case "commit" | "commits":
            return f"{name} {what[:7]}"
    return f"{name} {kind} {what}"


def _line(row: Row, columns: Sequence[str]) -> EvidenceLine:
    url = str(row["url"] or "")
    reason = None if row["counted"] else phrases.why(str(row["reason"]))
    safe = url if url.startswith(("https://", "http://")) else None  # an Enterprise server may have no TLS
    text = link_text(url) if safe else str(row.get("repository") or "not on GitHub")
    return EvidenceLine(safe, text, bool(row["counted"]), reason, [_cell(column, row[column]) for column in columns])


def _cell(column: str, value: object) -> str:
    if value is None:
        return "-"
    if is_yes_or_no(column, value):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return words.number(value)
    text = str(value)
    if column == "version":
        return text
    return text[:10] if words.is_moment(text) else text.replace("_", " ")
