"""Aligned columns of text, safe to print whatever characters GitHub's names contain."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collector.repos.add import Candidate


def table(head: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Print rows below their column heads; print nothing when there are no rows."""
    from collector.text import plain

    lines = [head, *([plain(cell) for cell in line] for line in cells)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines if cells else []:
        click.echo("  ".join(f"{cell:{space}}" for cell, space in zip(line, widths, strict=True)).rstrip())


def candidates(shown: "Sequence[Candidate]") -> None:
    """Print a table of repositories that could be tracked."""
    cells = [
        (c.repo, f"{c.commits:,}", f"{c.pull_requests:,}", f"{c.releases:,}", (c.pushed_at or "-")[:10], c.remark)
        for c in shown
    ]
    table(("repository", "commits/year", "merged", "releases", "last push", ""), cells)
