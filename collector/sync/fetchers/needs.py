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
        """Return a fingerprint, and the commits of a repository whose line counts are needed but unknown.

        No commits are returned when the fingerprint still equals the stored `mark`.
        """
        projects = self._of(db, repository)
        current = self._marks_of(db, projects)
        if current == mark:
            return current, []
        for project in projects:
            self._look(db, project)
        return current, sorted({oid for project in projects for oid in self._sizes[project].get(repository, ())})

    def paths(self, db: sqlite3.Connection, repository: int, mark: str | None, now: str) -> tuple[str, list[Question]]:
        """Return a fingerprint and the questions about the paths of a repository's direct commits.

        None are returned when the fingerprint, which includes the declared paths, still equals the stored `mark`. What
        GitHub did not serve is left out until it is due for a retry, and asked again then.
        """
        projects = self._of(db, repository)
        current = ";".join((self._marks_of(db, projects), *self._parts(projects)))
        noted = _unserved(db, repository, now)
        if current == mark and all(noted.values()):
            return current, []
        for project in projects:
            self._look(db, project)
        # They are the same for all projects, except for those that it is a fork in: these have none.
        questions = next((found for project in projects if (found := self._questions[project].get(repository))), [])
        found = [
            replace(question, parts=tuple(part for part in question.parts if not noted.get((part, question.tip))))
            for question in questions
        ]
        return current, [question for question in found if question.parts]

    def branches(
        self, db: sqlite3.Connection, repository: int, now: str
    ) -> tuple[str, list[tuple[str, ...]], set[str]]:
        """Return a fingerprint, the patterns of rules of each of its projects, and the commits not to ask for yet.

        The fingerprint changes with what decides which branches are looked at, and when a retry is due.
        """
        projects = self._of(db, repository)
        patterns = [self.rule_patterns.get(project, ()) for project in projects]
        kept, due = set[str](), set[str]()
        for oid, again in db.execute(
            "SELECT key, ask_again_at FROM unreadable WHERE repository = ? AND kind = 'branch_commits'", [repository]
        ):
            (kept if again > now else due).add(oid)
        listed = (pattern for of_one in patterns for pattern in of_one)
        return ";".join((self._marks_of(db, projects), *listed, *sorted(due))), patterns, kept

    def _of(self, db: sqlite3.Connection, repository: int) -> dict[str, str]:
        """Return the projects of a repository, the first first, each with its role there."""
        return dict(
            db.execute(
                "SELECT project, role FROM project_repositories WHERE repository = ? AND tracked ORDER BY position",
                [repository],
            ).fetchall()
        )

    def _parts(self, projects: Mapping[str, str]) -> tuple[str, ...]:
        """Return the declared paths of a repository's projects."""
        found = (self.declared.get(project, Declared()).of(role) for project, role in projects.items())
        return tuple(sorted({part for parts in found for part in parts}))

    def _marks_of(self, db: sqlite3.Connection, projects: Mapping[str, str]) -> str:
        return "|".join(self._mark(db, project) for project in projects)

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
        self._questions[project] = {
            ident: _questions(db, gathered, ident, self._parts(self._of(db, ident))) for ident in gathered.names
        }


def _questions(db: sqlite3.Connection, gathered: Gathered, repository: int, parts: tuple[str, ...]) -> list[Question]:
    head = states.load(db, repository, "commits").watermark
    return needed_paths.questions(db, gathered, repository, head, parts)


def _unserved(db: sqlite3.Connection, repository: int, now: str) -> dict[tuple[str, str], bool]:
    """Return the (path, commit asked about) that GitHub did not serve, each with whether to leave it out for now."""
    found = db.execute(
        "SELECT key, part, ask_again_at > ? FROM unreadable WHERE repository = ? AND kind = 'commit_paths'",
        [now, repository],
    )
    return {(path, tip): bool(is_later) for path, tip, is_later in found}
