"""Backfill details of single commits, by oid, after everything else of all repositories has been fetched.

- Line counts, where a signal needs them (`derive.needed_sizes`): GitHub computes them on request, which would make
  pages of commits time out, and each timeout costs points of the next hour
  (https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts).
- The pull request of recent commits without one: GitHub may associate it only hours after the merge
  (release-drafter/release-drafter#1604).
- The messages of reverts, which may say what they revert and why. Only numbers and lengths are stored.
- Parts that GitHub did not serve in an earlier run.
"""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from collector import clock
from collector.derive import failures
from collector.github import commit_models, queries
from collector.github.client import TooHeavy, require
from collector.github.models import OddAnswer, parse
from collector.prose_length import prose_length
from collector.store.batch import Batch
from collector.store.state import State
from collector.sync.fetchers import one_commit
from collector.sync.fetchers.needs import Needs
from collector.sync.fetchers.one_commit import KIND
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.texts import reverts

LINES, PULL_REQUESTS, MESSAGE = "additions", "associatedPullRequests", "messageBody"
# The parts, in the order in which a query takes them, and what their aliases begin with.
_ALIASES = {LINES: "lines", PULL_REQUESTS: "pulls", MESSAGE: "messages"}
# How long after a commit its pull request is looked for again.
RECENT = timedelta(days=3)
# After this many commits that are still incomplete, a run retries no more of a repository: each costs some timeouts.
MOST_RETRIES = 20
# Single commits that may fail in a row before the fetch gives up.
MOST_IN_A_ROW = 4
NOT_THERE = "GitHub has no such commit any more"


@dataclass(frozen=True)
class Detail:
    """A part of a commit to fetch: its LINES, its PULL_REQUESTS or its MESSAGE."""

    oid: str
    part: str


async def fetch(source: Source, state: State, needs: Needs) -> AsyncIterator[Batch]:
    """Backfill missing details of one repository's commits.

    Run it after all other parts of all repositories, because copies are looked for in the whole project.
    """
    async for batch in _retry(source):
        yield batch
    async for batch in _check_pull_requests(source, state):
        yield batch
    mark, details = await source.read(_missing, source.id, source.now, state.fingerprint, needs)
    async for batch in _ask_all(source, details):
        yield batch
    if details or state.fingerprint != mark:
        yield Batch(state={"fingerprint": mark, "completed_at": source.now})


async def _retry(source: Source) -> AsyncIterator[Batch]:
    """Retry the commits of which GitHub did not serve a part and that are due."""
    incomplete = 0
    for oid, parts in (await source.read(_incomplete, source.id, source.now)).items():
        if incomplete == MOST_RETRIES:
            return
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
        incomplete += bool(batch.unreadable)
        yield batch


async def _check_pull_requests(source: Source, state: State) -> AsyncIterator[Batch]:
    """Fetch again the pull requests that an older version stored for commits: they may belong to a fork."""
    while state.target is not None:
        oids = await source.read(_to_check, source.id, state.target, source.pages.size)
        async for batch in _ask_all(source, [Detail(oid, PULL_REQUESTS) for oid in oids]):
            yield batch
        yield Batch(state={"target": oids[-1] if oids else None})


async def _ask_all(source: Source, details: list[Detail]) -> AsyncIterator[Batch]:
    """Fetch parts of commits in batches, smaller ones when GitHub times out; record a commit that fails alone.

    Raises TooHeavy when more than MOST_IN_A_ROW commits in a row fail alone: then the cause is not these commits.
    """
    good, alone = source.pages.size, 0
    while details:
        asked = details[: source.pages.size]
        try:
            batch = await _ask(source, asked)
            source.pages.worked()
            good, alone = source.pages.size, 0
        except TooHeavy as error:
            if len(asked) > 1:
                # Reduce to a quarter: every step costs two timeouts until the failing commit is alone.
                source.pages.size = max(2, len(asked) // 2)
                source.pages.failed()
                continue
            source.pages.restore(good)
            alone += 1
            if alone > MOST_IN_A_ROW:
                raise
            batch = Batch()
            one_commit.note(batch, source, asked[0].oid, {asked[0].part: str(error)})
        details = details[len(asked) :]
        yield batch


async def _ask(source: Source, details: list[Detail]) -> Batch:
    """Fetch one batch. Raises TooHeavy when GitHub cannot answer it."""
    aliases: dict[str, Detail] = {}
    for part, name in _ALIASES.items():
        aliases |= {f"{name}{i}": detail for i, detail in enumerate(w for w in details if w.part == part)}
    counts = [sum(detail.part == part for detail in details) for part in _ALIASES]
    variables = {"repository": source.repository.id, **{alias: detail.oid for alias, detail in aliases.items()}}
    answer = await source.github.graphql(
        "CommitDetails",
        queries.commit_details(*counts),
        variables,
        source.meter,
        can_split=True,
        partial=True,
    )
    found = require(answer, "node", source.repository.name_with_owner)
    said = {alias: absence.message for alias, absence in answer.missing.items()}
    said |= {str(error.path[1]): error.message for error in answer.field_errors if len(error.path) > 1}
    batch, owners = Batch(), await source.read(_owners, source.id, [w.oid for w in details if w.part == LINES])
    for alias, detail in aliases.items():
        try:
            why = said.get(alias, NOT_THERE) if found[alias] is None else None
            if why is None:
                await _add(batch, source, detail, found[alias], owners)
        except OddAnswer as error:
            why = str(error)
        if why is None:
            batch.readable_parts.append((KIND, detail.oid, detail.part))
        else:
            one_commit.note(batch, source, detail.oid, {detail.part: why})
    return batch


async def _add(batch: Batch, source: Source, detail: Detail, raw: dict[str, Any], owners: dict[str, list[int]]) -> None:
    """Add a part of a commit to a batch. `owners` maps an oid to the pull requests that contain the commit."""
    if detail.part == PULL_REQUESTS:
        one = one_commit.CommitReading(parse(commit_models.Commit, {**raw, "oid": detail.oid}, "CommitDetails"))
        number = await one_commit.pull_request(source, one)
        for trouble in one.troubles.values():
            raise OddAnswer(trouble)
        row = {"repository": source.id, "oid": detail.oid, "pull_request": number}
        batch.amended.setdefault("commits", []).append(row)
        return
    if detail.part == MESSAGE:
        body = parse(commit_models.CommitMessage, raw, "CommitDetails").message_body
        row = {"repository": source.id, "oid": detail.oid, "message_prose_length": prose_length(body)}
        batch.amended.setdefault("commits", []).append(row | reverts(body))
        return
    lines = parse(commit_models.CommitLines, raw, "CommitDetails")
    counted = {"additions": lines.additions, "deletions": lines.deletions}
    row = {"repository": source.id, "oid": detail.oid, **counted, "changed_files": lines.changed_files_if_available}
    batch.amended.setdefault("commits", []).append(row)
    batch.amended.setdefault("tagged_commits", []).append({"repository": source.id, "oid": detail.oid, **counted})
    for pull_request in owners.get(detail.oid, ()):
        row = {"pull_request": pull_request, "oid": detail.oid, **counted}
        batch.amended.setdefault("pull_request_commits", []).append(row)


def _missing(
    db: sqlite3.Connection, repository: int, now: str, mark: str | None, needs: Needs
) -> tuple[str, list[Detail]]:
    """Return the project's fingerprint (see `Needs.sizes`) and the details to fetch."""
    current, needed = needs.sizes(db, repository, mark)
    noted = _unserved(db, repository, LINES)
    wanted = [oid for oid in needed if oid not in noted]
    return current, [
        *(Detail(oid, PULL_REQUESTS) for oid in _recent(db, repository, now)),
        *(Detail(oid, LINES) for oid in [*_due(db, repository, now), *wanted]),
        *(Detail(oid, MESSAGE) for oid in _unread_messages(db, repository)),
    ]


def _unserved(db: sqlite3.Connection, repository: int, part: str) -> set[str]:
    """Return the commits of which GitHub did not serve a part."""
    found = db.execute(
        "SELECT key FROM unreadable WHERE repository = ? AND kind = ? AND part = ?", [repository, KIND, part]
    )
    return {row[0] for row in found}


def _unread_messages(db: sqlite3.Connection, repository: int) -> list[str]:
    """Return the reverts whose messages were not read, except those that GitHub did not serve."""
    noted = _unserved(db, repository, MESSAGE)
    return [oid for oid in failures.with_unread_message(db, repository) if oid not in noted]


def _due(db: sqlite3.Connection, repository: int, now: str) -> list[str]:
    """Return the commits whose line counts GitHub did not serve and that are due for a retry."""
    found = db.execute(
        "SELECT key FROM unreadable WHERE repository = ? AND kind = ? AND part = ? AND ask_again_at <= ?",
        [repository, KIND, LINES, now],
    )
    return [row[0] for row in found]


def _incomplete(db: sqlite3.Connection, repository: int, now: str) -> dict[str, list[str]]:
    """Return the missing parts, except line counts, by oid, of incomplete commits that are due for a retry."""
    found = db.execute(
        "SELECT key, group_concat(part) FROM unreadable WHERE repository = ? AND kind = ? AND part NOT IN ('', ?) "
        "GROUP BY key HAVING min(ask_again_at) <= ? ORDER BY min(ask_again_at)",
        [repository, KIND, LINES, now],
    )
    return {oid: parts.split(",") for oid, parts in found}


def _recent(db: sqlite3.Connection, repository: int, now: str) -> list[str]:
    """Return recent commits without a pull request, except those of this run: GitHub may associate one late.

    Old commits found by the first sync are not recent; commits that landed later are, whatever their date.
    """
    since = clock.to_text(clock.from_text(now) - RECENT)
    noted = _unserved(db, repository, PULL_REQUESTS)
    found = db.execute(
        "SELECT c.oid FROM commits AS c JOIN sync_state AS s ON s.repository = c.repository AND s.kind = 'commits' "
        "WHERE c.repository = :repository AND c.pull_request IS NULL AND c.gone_at IS NULL "
        "AND c.first_seen_at >= :since AND c.first_seen_at < :now "
        "AND (c.committed_at >= :since OR c.first_seen_at > s.first_complete_at) ORDER BY c.first_seen_at DESC, c.oid",
        {"repository": repository, "since": since, "now": now},
    )
    return [oid for (oid,) in found if oid not in noted]


def _to_check(db: sqlite3.Connection, repository: int, after: str, limit: int) -> list[str]:
    """Return commits with a pull request, after an oid; not those that a pull request of this repository merged."""
    found = db.execute(
        "SELECT oid FROM commits AS c WHERE repository = :repository AND oid > :after AND pull_request IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM pull_requests AS p WHERE p.repository = :repository "
        "AND p.number = c.pull_request AND p.merge_commit_oid = c.oid) ORDER BY oid LIMIT :limit",
        {"repository": repository, "after": after, "limit": limit},
    )
    return [row[0] for row in found]


def _owners(db: sqlite3.Connection, repository: int, oids: list[str]) -> dict[str, list[int]]:
    """Return, by oid, the pull requests that contain a commit whose line counts are unknown."""
    found = db.execute(
        "SELECT o.oid, o.pull_request FROM pull_requests AS p JOIN pull_request_commits AS o ON o.pull_request = p.id "
        f"WHERE p.repository = ? AND o.additions IS NULL AND o.oid IN ({', '.join('?' * len(oids))})",
        [repository, *oids],
    )
    out: dict[str, list[int]] = {}
    for oid, pull_request in found:
        out.setdefault(oid, []).append(pull_request)
    return out
