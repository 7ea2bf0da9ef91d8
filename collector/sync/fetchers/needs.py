"""What the signals need to know of single commits, found out once per run for each project that changed."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from collector.config import Config
from collector.derive import needed_paths, needed_sizes
from collector.derive.needed_paths import Declared, Question
from collector.derive.work import Gathered, gather
from collector.sql import statement
from collector.store import state as states


@dataclass
class Needs:
    """The commits of which the signals need line counts or paths. `declared` holds the paths of each project."""

    declared: Mapping[str, Declared] = field(default_factory=dict)
    rule_patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _marks: dict[str, str] = field(default_factory=dict)
    _sizes: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    _questions: dict[str, dict[int, list[Question]]] = field(default_factory=dict)

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return the needs of a run: nothing is known yet but the paths that each project declares."""
        return cls(
            {project.slug: Declared.by(config, project.slug) for project in config.projects},
            {project.slug: config.rule_paths_of(project.slug) for project in config.projects},
        )

    def sizes(self, db: sqlite3.Connection, repository: int, mark: str | None) -> tuple[str, list[str]]:
        """Return the project's fingerprint and the commits of a repository whose line counts are needed but unknown.

        No commits are returned when the fingerprint still equals the stored `mark`.
        """
        project, _ = _project_of(db, repository)
        current = self._mark(db, project)
        if current == mark:
            return current, []
        self._look(db, project)
        return current, self._sizes[project].get(repository, [])

    def paths(self, db: sqlite3.Connection, repository: int, mark: str | None, now: str) -> tuple[str, list[Question]]:
        """Return a fingerprint and the questions about the paths of a repository's direct commits.

        None are returned when the fingerprint, which includes the declared paths, still equals the stored `mark`. What
        GitHub did not serve is left out until it is due for a retry, and asked again then.
        """
        project, role = _project_of(db, repository)
        parts = self.declared.get(project, Declared()).of(role)
        current = ";".join((self._mark(db, project), *parts))
        noted = _unserved(db, repository, now)
        if current == mark and all(noted.values()):
            return current, []
        self._look(db, project)
        found = [
            replace(question, parts=tuple(part for part in question.parts if not noted.get((part, question.tip))))
            for question in self._questions[project].get(repository, [])
        ]
        return current, [question for question in found if question.parts]

    def branches(self, db: sqlite3.Connection, repository: int, now: str) -> tuple[str, tuple[str, ...], set[str]]:
        """Return a fingerprint, the patterns of rules of a repository's project, and the commits not to ask for yet.

        The fingerprint changes with what decides which branches are looked at, and when a retry is due.
        """
        project, _ = _project_of(db, repository)
        patterns = self.rule_patterns.get(project, ())
        kept, due = set[str](), set[str]()
        for oid, again in db.execute(
            "SELECT key, ask_again_at FROM unreadable WHERE repository = ? AND kind = 'branch_commits'", [repository]
        ):
            (kept if again > now else due).add(oid)
        return ";".join((self._mark(db, project), *patterns, *sorted(due))), patterns, kept

    def _mark(self, db: sqlite3.Connection, project: str) -> str:
        """Return a fingerprint of everything in a project that decides what is needed."""
        if project not in self._marks:
            row = db.execute(statement(__package__, "needs_mark"), [project]).fetchone()
            self._marks[project] = ";".join(map(str, row))
        return self._marks[project]

    def _look(self, db: sqlite3.Connection, project: str) -> None:
        """Find out what a project needs, at most once per run."""
        if project in self._sizes:
            return
        gathered = gather(db, project)
        sizes = self._sizes[project] = dict[int, list[str]]()
        for ident, oid in sorted(needed_sizes.needed(db, project, gathered)):
            sizes.setdefault(ident, []).append(oid)
        declared = self.declared.get(project, Declared())
        self._questions[project] = {ident: _questions(db, gathered, ident, declared) for ident in gathered.names}


def _questions(db: sqlite3.Connection, gathered: Gathered, repository: int, declared: Declared) -> list[Question]:
    _, role = _project_of(db, repository)
    head = states.load(db, repository, "commits").watermark
    return needed_paths.questions(db, gathered, repository, head, declared.of(role))


def _project_of(db: sqlite3.Connection, repository: int) -> tuple[str, str]:
    """Return the project and the role of a repository."""
    project, role = db.execute("SELECT project, role FROM repositories WHERE id = ?", [repository]).fetchone()
    return project, role


def _unserved(db: sqlite3.Connection, repository: int, now: str) -> dict[tuple[str, str], bool]:
    """Return the (path, commit asked about) that GitHub did not serve, each with whether to leave it out for now."""
    found = db.execute(
        "SELECT key, part, ask_again_at > ? FROM unreadable WHERE repository = ? AND kind = 'commit_paths'",
        [now, repository],
    )
    return {(path, tip): bool(is_later) for path, tip, is_later in found}
