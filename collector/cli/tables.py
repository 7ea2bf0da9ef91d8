"""Aligned columns of text, safe to print whatever characters GitHub's names contain."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collector.repos.add import Candidate


def table(head: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Print rows below their column heads; print nothing when there are no rows."""
    long_table(head, lambda: cells)


def long_table(head: Sequence[str], cells: Callable[[], Iterable[Sequence[str]]]) -> None:
    """Print a table whose rows may be too many to hold: `cells` is called once for the widths and once to print."""
    from collector.text import plain

    widths: list[int] | None = None
    for line in cells():
        widths = [max(space, len(plain(cell))) for space, cell in zip(widths or map(len, head), line, strict=True)]
    if widths is None:
        return
    for line in chain([head], cells()):
        padded = (f"{plain(cell):{space}}" for cell, space in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def candidates(shown: "Sequence[Candidate]") -> None:
    """Print a table of repositories that could be tracked."""
    cells = [
        (c.repo, f"{c.commits:,}", f"{c.pull_requests:,}", f"{c.releases:,}", (c.pushed_at or "-")[:10], c.remark)
        for c in shown
    ]
    table(("repository", "commits/year", "merged", "releases", "last push", ""), cells)
