"""One signal of one project, before it is measured."""

import sqlite3
from collections import Counter
from dataclasses import dataclass

from collector.method.projects import Project
from collector.method.window import Window


@dataclass(frozen=True)
class Case:
    """One signal of one project: the rows looked at and the figure that a dashboard would show."""

    project: Project
    window: Window
    key: str
    rows: list[sqlite3.Row]
    naive: dict[str, object]

    @property
    def counted(self) -> list[sqlite3.Row]:
        """The rows that count."""
        return [r for r in self.rows if r["counted"]]

    @property
    def excluded(self) -> dict[str, int]:
        """Why the others do not, and how many each."""
        return dict(Counter(str(r["reason"]) for r in self.rows if not r["counted"]))
