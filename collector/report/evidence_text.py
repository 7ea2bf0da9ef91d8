"""The rows behind a signal as text for the terminal."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from collector.method.registry import BY_KEY
from collector.report import phrases, words
from collector.report.evidence import ACCOUNTS, SAID_BY_THE_LINK, Evidence, Row, heading, is_yes_or_no
from collector.text import plural

INDENT = "    "
_LONGEST = 48


def render(evidence: Evidence, limit: int, width: int) -> str:
    """Format at most `limit` rows (0 for all); only links may exceed `width` columns."""
    return "\n".join(_lines(evidence, limit, width)) + "\n"


def _lines(evidence: Evidence, limit: int, width: int) -> Iterator[str]:
    if evidence.synthetic:
        yield from (*textwrap.wrap(words.SYNTHETIC, width), "")
    yield from textwrap.wrap(f"{words.plain(evidence.name)}: {BY_KEY[evidence.signal].question}", width)
    own = evidence.signal_row
    if own is None:
        result = f"not computed; run `collect signals --as-of {evidence.as_of}`"
    else:
        result = words.reason(own) if own.value is None else f"{words.value(own)} (95 %: {words.interval(own)})"
    yield from textwrap.wrap(f"As of {evidence.as_of}: {result}.", width)
    out = sum(evidence.excluded.values())
    yield f"{plural(evidence.counted, 'row')} counted, {out} left out."
    for reason, count in evidence.excluded.items():
        yield f"  {count:>6} left out: {phrases.why(reason)}"
    yield from _paths(evidence.paths, width)
    shown = evidence.rows[: limit or None]
    if shown:
        yield from ("", *_table(shown, evidence.logins, width))
    if len(shown) < len(evidence.rows):
        more = plural(len(evidence.rows) - len(shown), "more row")
        yield from ("", *textwrap.wrap(f"{more}: --limit 0 shows all, --json prints all as JSON.", width))


def _paths(paths: Sequence[Row], width: int) -> Iterator[str]:
    """List the declared patterns: how many files of pull requests match each, and what direct pushes were asked."""
    if not paths:
        return
    yield "Paths looked at:"
    for row in paths:
        files = f"{plural(int(str(row['files'])), 'file')} of pull requests"
        if str(row["pattern"]).startswith("!"):
            found = f"{files} taken back"
        elif row["path"] is None:
            found = f"{files}; not asked of pushes"
        else:
            asked = plural(int(str(row["commits_asked"])), "pushed commit")
            found = f"{files}; {row['commits_touched']} of {asked} touched {words.plain(str(row['path']))}"
        text = f"{words.plain(str(row['pattern']))}: {found}"
        yield from textwrap.wrap(text, width, initial_indent="  ", subsequent_indent=INDENT)


def _table(found: Sequence[Row], logins: Mapping[int, str], width: int) -> Iterator[str]:
    """Align the columns on as many lines as needed, with the link on the same line if it fits, otherwise below."""
    columns = [c for c in found[0] if c not in SAID_BY_THE_LINK and any(row[c] is not None for row in found)]
    cells = [["counted", *(heading(c, columns) for c in columns)]]
    for row in found:
        mark = "yes" if row["counted"] else f"no: {phrases.why(str(row['reason']))}"
        cells.append([_short(mark), *(_cell(c, row[c], logins) for c in columns)])
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    links = ["on GitHub", *(words.plain(str(row["url"] or row.get("repository") or "")) for row in found)]
    beside = sum(widths) + 2 * len(widths) + max(map(len, links)) <= width
    for line, link in zip(cells, links, strict=True):
        padded = [f"{cell:{space}}" for cell, space in zip(line, widths, strict=True)]
        if beside:
            yield "  ".join([*padded, link])
            continue
        yield from _packed(padded, width)
        if line is not cells[0]:
            yield INDENT + link


def _packed(cells: Sequence[str], width: int) -> Iterator[str]:
    """Put the cells on as few lines as possible; cells of a column have equal width, so every row
    breaks the same way.
    """
    line = cells[0]
    for cell in cells[1:]:
        if len(line) + 2 + len(cell) <= width:
            line += f"  {cell}"
        else:
            yield line.rstrip()
            line = INDENT + cell
    yield line.rstrip()


def _cell(column: str, value: object, logins: Mapping[int, str]) -> str:
    if value is None:
        return "-"
    if column in ACCOUNTS and str(value).isdigit():
        return _short(words.plain(logins.get(int(str(value)), "unknown account")))
    if is_yes_or_no(column, value):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}"
    text = words.plain(str(value))
    return f"{text[:10]} {text[11:16]}" if words.is_moment(text) else _short(text)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
