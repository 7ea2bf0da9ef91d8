"""What is asked of single commits, by oid, once everything else of all repositories is there.

- The lines of those where a signal needs them (`landing.sizes`): GitHub computes a commit's lines when they are asked
  for, which is what makes pages of commits time out.
- The pull request of young commits that have none: GitHub may know it only hours after the merge
  (release-drafter/release-drafter#1604).
- What GitHub did not serve before.
"""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from collector import clock
from collector.derive import needed_sizes
from collector.github import models as m
from collector.github import queries
from collector.github.client import TooHeavy, require
from collector.github.models import OddAnswer, parse
from collector.sql import statement
from collector.store.batch import Batch
from collector.store.state import State
from collector.sync.fetchers import one_commit
from collector.sync.fetchers.one_commit import KIND
from collector.sync.fetchers.source import Source

LINES, PULL_REQUESTS = "additions", "associatedPullRequests"
# For so long the pull request of a commit is asked for again.
YOUNG = timedelta(days=3)
# So many commits of a repository are looked at again in one run, of those that GitHub did not serve whole.
AGAIN = 20
# So many commits in a row may fail alone.
FEW = 4
NOT_THERE = "GitHub has no such commit any more"


@dataclass(frozen=True)
class Wish:
    """A commit of which a part is asked for: its LINES or its PULL_REQUESTS."""

    oid: str
    part: str


@dataclass
class Needs:
    """Which commits' lines the signals need: worked out once a run for each project that changed."""

    _marks: dict[str, str] = field(default_factory=dict)
    _needed: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    def of(self, db: sqlite3.Connection, repository: int, mark: str | None) -> tuple[str, list[str]]:
        """What changes when other lines may be needed, and the commits whose unknown lines are, unless it is `mark`."""
        (project,) = db.execute("SELECT project FROM repositories WHERE id = ?", [repository]).fetchone()
        if project not in self._marks:
            self._marks[project] = _mark(db, project)
        if self._marks[project] == mark:
            return self._marks[project], []
        if project not in self._needed:
            of_repository = self._needed[project] = dict[int, list[str]]()
            for ident, oid in sorted(needed_sizes.needed(db, project)):
                of_repository.setdefault(ident, []).append(oid)
        noted = _noted(db, repository, LINES)
        return self._marks[project], [o for o in self._needed[project].get(repository, ()) if o not in noted]


async def fetch(source: Source, state: State, needs: Needs) -> AsyncIterator[Batch]:
    """Fill in what is missing of the commits of one repository.

    To be run when all other parts of all repositories are done: copies are looked for in all of a project.
    """
    async for batch in _read_again(source):
        yield batch
    async for batch in _check_pull_requests(source, state):
        yield batch
    mark, wanted = await source.read(needs.of, source.id, state.fingerprint)
    due = await source.read(_due, source.id, source.now)
    young = await source.read(_young, source.id, source.now)
    wishes = [Wish(oid, PULL_REQUESTS) for oid in young] + [Wish(oid, LINES) for oid in [*due, *wanted]]
    async for batch in _ask_all(source, wishes):
        yield batch
    if wishes or state.fingerprint != mark:
        yield Batch(state={"fingerprint": mark, "completed_at": source.now})


async def _read_again(source: Source) -> AsyncIterator[Batch]:
    """Commits of which GitHub did not serve a part, when it is time to ask for it again."""
    for oid, parts in (await source.read(_incomplete, source.id, source.now)).items():
        batch = Batch()
        try:
            one = await one_commit.read(source, oid)
        except one_commit.Unserved as error:
            one_commit.note(batch, source, oid, dict.fromkeys(parts, str(error)))
        else:
            if one is None:
                one_commit.note(batch, source, oid, dict.fromkeys(parts, NOT_THERE))
            else:
                await one_commit.amend(batch, source, one)
                batch.readable_parts += [(KIND, oid, part) for part in parts if part not in one.troubles]
        yield batch


async def _check_pull_requests(source: Source, state: State) -> AsyncIterator[Batch]:
    """The pull requests that an earlier version named for commits, which may be a fork's: all are asked for again."""
    while state.target is not None:
        oids = await source.read(_to_check, source.id, state.target, source.pages.size)
        async for batch in _ask_all(source, [Wish(oid, PULL_REQUESTS) for oid in oids]):
            yield batch
        yield Batch(state={"target": oids[-1] if oids else None})


async def _ask_all(source: Source, wishes: list[Wish]) -> AsyncIterator[Batch]:
    """Ask for many parts of commits at once, for fewer when that is too heavy; one that fails alone is noted.

    Raises TooHeavy when one after the other fails alone: then it is not these commits that GitHub has trouble with.
    """
    good, alone = source.pages.size, 0
    while wishes:
        asked = wishes[: source.pages.size]
        try:
            batch = await _ask(source, asked)
            source.pages.worked()
            good, alone = source.pages.size, 0
        except TooHeavy as error:
            if len(asked) > 1:
                # By quarters: each step costs two time-outs until the one that is never answered stands alone.
                source.pages.size = max(2, len(asked) // 2)
                source.pages.failed()
                continue
            source.pages.restore(good)
            alone += 1
            if alone > FEW:
                raise
            batch = Batch()
            one_commit.note(batch, source, asked[0].oid, {asked[0].part: str(error)})
        wishes = wishes[len(asked) :]
        yield batch


async def _ask(source: Source, wishes: list[Wish]) -> Batch:
    """One question. Raises TooHeavy when GitHub cannot answer it."""
    aliases: dict[str, Wish] = {}
    for part, name in ((LINES, "lines"), (PULL_REQUESTS, "pulls")):
        aliases |= {f"{name}{i}": wish for i, wish in enumerate(w for w in wishes if w.part == part)}
    of_lines = sum(wish.part == LINES for wish in wishes)
    variables = {"repository": source.repository.id, **{alias: wish.oid for alias, wish in aliases.items()}}
    answer = await source.github.graphql(
        "CommitDetails",
        queries.commit_details(of_lines, len(wishes) - of_lines),
        variables,
        source.meter,
        can_split=True,
        holes=True,
    )
    found = require(answer, "node", source.repository.name_with_owner)
    said = {alias: absence.message for alias, absence in answer.missing.items()}
    said |= {str(hole.path[1]): hole.message for hole in answer.holes if len(hole.path) > 1}
    batch, owners = Batch(), await source.read(_owners, source.id, [w.oid for w in wishes if w.part == LINES])
    for alias, wish in aliases.items():
        try:
            why = said.get(alias, NOT_THERE) if found[alias] is None else None
            if why is None:
                await _take(batch, source, wish, found[alias], owners)
        except OddAnswer as error:
            why = str(error)
        if why is None:
            batch.readable_parts.append((KIND, wish.oid, wish.part))
        else:
            one_commit.note(batch, source, wish.oid, {wish.part: why})
    return batch


async def _take(batch: Batch, source: Source, wish: Wish, raw: dict[str, Any], owners: dict[str, list[int]]) -> None:
    """Put a part of a commit that was served into a batch. `owners` are pull requests that have it as their own."""
    if wish.part == PULL_REQUESTS:
        commit = parse(m.Commit, {**raw, "oid": wish.oid}, "CommitDetails")
        number = await one_commit.pull_request(source, commit)
        row = {"repository": source.id, "oid": wish.oid, "pull_request": number}
        batch.amended.setdefault("commits", []).append(row)
        return
    lines = parse(m.CommitLines, raw, "CommitDetails")
    counted = {"additions": lines.additions, "deletions": lines.deletions}
    row = {"repository": source.id, "oid": wish.oid, **counted, "changed_files": lines.changed_files_if_available}
    batch.amended.setdefault("commits", []).append(row)
    for pull_request in owners.get(wish.oid, ()):
        row = {"pull_request": pull_request, "oid": wish.oid, **counted}
        batch.amended.setdefault("pull_request_commits", []).append(row)


def _mark(db: sqlite3.Connection, project: str) -> str:
    """Changes whenever the commits of a project could land otherwise, or its pull requests have other lines."""
    row = db.execute(statement(__package__, "sizes_mark"), [project]).fetchone()
    return ";".join(map(str, row))


def _noted(db: sqlite3.Connection, repository: int, part: str) -> set[str]:
    """Commits of which GitHub did not serve a part: they are asked for again when that is due."""
    found = db.execute(
        "SELECT key FROM unreadable WHERE repository = ? AND kind = ? AND part = ?", [repository, KIND, part]
    )
    return {row[0] for row in found}


def _due(db: sqlite3.Connection, repository: int, now: str) -> list[str]:
    """Commits whose lines GitHub did not tell and may tell now."""
    found = db.execute(
        "SELECT key FROM unreadable WHERE repository = ? AND kind = ? AND part = ? AND ask_again_at <= ?",
        [repository, KIND, LINES, now],
    )
    return [row[0] for row in found]


def _incomplete(db: sqlite3.Connection, repository: int, now: str) -> dict[str, list[str]]:
    """oid -> parts other than lines that GitHub did not serve and may serve now; not where it served nothing at all."""
    found = db.execute(
        "SELECT key, group_concat(part) FROM unreadable WHERE repository = ? AND kind = ? AND part NOT IN ('', ?) "
        "GROUP BY key HAVING min(ask_again_at) <= ? ORDER BY min(ask_again_at) LIMIT ?",
        [repository, KIND, LINES, now, AGAIN],
    )
    return {oid: parts.split(",") for oid, parts in found}


def _young(db: sqlite3.Connection, repository: int, now: str) -> list[str]:
    """Commits of the last days without a pull request, which GitHub may name late, but for those of this run.

    What a first sync finds of old is not young; a commit that came later may have been made long before.
    """
    since = clock.to_text(clock.from_text(now) - YOUNG)
    noted = _noted(db, repository, PULL_REQUESTS)
    found = db.execute(
        "SELECT c.oid FROM commits AS c JOIN sync_state AS s ON s.repository = c.repository AND s.kind = 'commits' "
        "WHERE c.repository = ?1 AND c.pull_request IS NULL AND c.gone_at IS NULL "
        "AND c.first_seen_at >= ?2 AND c.first_seen_at < ?3 "
        "AND (c.committed_at >= ?2 OR c.first_seen_at > s.first_complete_at) ORDER BY c.first_seen_at DESC, c.oid",
        [repository, since, now],
    )
    return [oid for (oid,) in found if oid not in noted]


def _to_check(db: sqlite3.Connection, repository: int, after: str, limit: int) -> list[str]:
    """Commits with a pull request, from an oid on; not those that this repository's own one was merged as."""
    found = db.execute(
        "SELECT oid FROM commits AS c WHERE repository = ?1 AND oid > ?2 AND pull_request IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM pull_requests AS p WHERE p.repository = ?1 AND p.number = c.pull_request "
        "AND p.merge_commit_oid = c.oid) ORDER BY oid LIMIT ?3",
        [repository, after, limit],
    )
    return [row[0] for row in found]


def _owners(db: sqlite3.Connection, repository: int, oids: list[str]) -> dict[str, list[int]]:
    """oid -> the pull requests of a repository that have this commit as one of their own, without its lines."""
    found = db.execute(
        "SELECT o.oid, o.pull_request FROM pull_requests AS p JOIN pull_request_commits AS o ON o.pull_request = p.id "
        f"WHERE p.repository = ? AND o.additions IS NULL AND o.oid IN ({', '.join('?' * len(oids))})",
        [repository, *oids],
    )
    out: dict[str, list[int]] = {}
    for oid, pull_request in found:
        out.setdefault(oid, []).append(pull_request)
    return out
