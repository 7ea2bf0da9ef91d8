"""Ask which declared paths were touched by the commits that no pull request brought.

GitHub lists the files of pull requests. Those of a commit are in REST only, one commit per request; but it lists the
commits of a path, so a folder costs one query for all of them:
https://docs.github.com/en/graphql/reference/objects#commit (history). What is asked, and for which commits, is decided
in `derive/needed_paths.py`, after everything else of the repository is stored.
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from collector.derive.needed_paths import Question
from collector.github import models as m
from collector.github import queries
from collector.github.client import RequestFailed, TooHeavy, require
from collector.github.models import OddAnswer, Page, parse
from collector.store.batch import Batch, Unreadable
from collector.store.state import State
from collector.sync.fetchers.needs import Needs
from collector.sync.fetchers.pagination import Contradiction, Incomplete, Walk, steady
from collector.sync.fetchers.source import Source

KIND = "commit_paths"
DOCUMENT = "PathHistories"
# Paths in one query.
MOST_PATHS = 20

Answer = dict[str, Any]


async def fetch(source: Source, state: State, needs: Needs) -> AsyncIterator[Batch]:
    """Fetch what is not known of a repository's direct commits and the declared paths.

    Resumes within the pages of a question if nothing has changed since; else that question is asked from the start.
    """
    mark, questions = await source.read(needs.paths, source.id, state.fingerprint, source.now)
    for question in questions:
        for start in range(0, len(question.parts), MOST_PATHS):
            parts = question.parts[start : start + MOST_PATHS]
            async for batch in _follow(source, _Places(question, parts, mark, state.cursor)):
                yield batch
    if questions or state.fingerprint != mark:
        yield Batch(state={"fingerprint": mark, "cursor": None, "completed_at": source.now})


class _Places:
    """Where the walk through the history of each path is: its next cursor and the rows listed so far.

    A walk of an earlier run is resumed unless something that decides the questions has changed (`mark`).
    """

    def __init__(self, question: Question, parts: tuple[str, ...], mark: str, stored: str | None) -> None:
        known = json.loads(stored) if stored else {}
        if (
            known.get("mark") != mark
            or known.get("tip") != question.tip
            # A walk that goes further back than is asked now serves as well.
            or (known["since"] or "") > (question.since or "")
        ):
            known = {"since": question.since, "places": {}}
        # A cursor is valid only for the same list: with the same `since`.
        self.question = replace(question, since=known["since"])
        self._mark = mark
        places = {part: known["places"].get(part, [None, 0]) for part in parts}
        self.cursors: dict[str, str | None] = {part: cursor for part, (cursor, _) in places.items()}
        self.walks = {part: Walk(listed) for part, (_, listed) in places.items()}

    def stored(self) -> str | None:
        """Return them as text for `sync_state`; None when all walks are at their end."""
        places = {part: [cursor, self.walks[part].listed] for part, cursor in self.cursors.items()}
        whole = {"mark": self._mark, "tip": self.question.tip, "since": self.question.since, "places": places}
        return json.dumps(whole) if places else None


async def _follow(source: Source, places: _Places) -> AsyncIterator[Batch]:
    """Read the histories of several paths, a page of each at a time; record those that GitHub does not serve."""
    question = places.question
    while places.cursors:
        served = await _ask(source, question, places.cursors)
        batch = Batch()
        for part, cursor in list(places.cursors.items()):
            del places.cursors[part]
            try:
                page = await _page(source, question, places.walks[part], part, cursor, served[part])
                if page.next is None:
                    places.walks[part].end(page.total_count)
            except (RequestFailed, OddAnswer, Incomplete, Contradiction) as error:
                url = source.url(f"commits/{question.tip}/{part}")
                batch.unreadable.append(Unreadable(KIND, part, question.tip, url, str(error)))
                continue
            touched = question.commits.intersection(commit.oid for commit in page.nodes)
            _add(batch, source, part, touched, touched=True)
            if page.next is not None:
                places.cursors[part] = page.next
            else:
                # Those of earlier pages are stored already, and some of them by an earlier run.
                before = await source.read(_touched, source.id, part)
                _add(batch, source, part, question.commits - touched - before, touched=False)
                batch.readable.append((KIND, part))
        batch.state = {"cursor": places.stored()}
        yield batch


async def _page(
    source: Source, question: Question, walk: Walk, part: str, cursor: str | None, served: Answer | RequestFailed
) -> Page[m.Oid]:
    """Return a page of a path's history. One that is odd or contradicts earlier ones is asked again, alone."""
    answers = [served]

    async def ask() -> Page[m.Oid]:
        first = answers.pop() if answers else None
        if isinstance(first, RequestFailed):
            raise first
        if first is not None:
            try:
                return parse(Page[m.Oid], first, DOCUMENT)
            except OddAnswer:
                pass
        again = (await _ask(source, question, {part: cursor}))[part]
        if isinstance(again, RequestFailed):
            raise again
        return parse(Page[m.Oid], again, DOCUMENT)

    return await steady(walk, ask, cursor, lambda commit: commit.oid, source.listed(f"commits that touched {part}"))


async def _ask(
    source: Source, question: Question, cursors: Mapping[str, str | None]
) -> dict[str, Answer | RequestFailed]:
    """Ask for a page of each path's history; smaller groups of paths when GitHub cannot answer all at once."""
    parts, several = list(cursors), len(cursors) > 1
    variables: dict[str, Any] = {"repository": source.repository.id, "oid": question.tip, "since": question.since}
    for i, part in enumerate(parts):
        variables |= {f"path{i}": part, f"after{i}": cursors[part]}
    text = queries.path_histories(len(parts))
    # While there are several paths, fewer of them are asked at once, not fewer rows of each.
    pages = None if several else source.pages
    first = {"first": source.pages.size} if several else {}
    try:
        answer = await source.github.graphql(DOCUMENT, text, variables | first, source.meter, pages, can_split=several)
    except TooHeavy as error:
        if not several:
            return {parts[0]: error}
        half = len(parts) // 2
        found: dict[str, Answer | RequestFailed] = {}
        for some in (parts[:half], parts[half:]):
            found |= await _ask(source, question, {part: cursors[part] for part in some})
        return found
    except RequestFailed as error:
        return dict.fromkeys(parts, error)
    commit = require(answer, "node", source.repository.name_with_owner)["object"]
    if commit is None:
        return dict.fromkeys(parts, RequestFailed("GitHub has no such commit any more"))
    return {part: commit.get(f"p{i}") for i, part in enumerate(parts)}


def _add(batch: Batch, source: Source, part: str, oids: frozenset[str], *, touched: bool) -> None:
    for oid in sorted(oids):
        batch.add("commit_paths", {"repository": source.id, "oid": oid, "path": part, "touched": int(touched)})


def _touched(db: sqlite3.Connection, repository: int, part: str) -> set[str]:
    """Return the commits already stored as having touched a path."""
    found = db.execute("SELECT oid FROM commit_paths WHERE repository = ? AND path = ? AND touched", [repository, part])
    return {row[0] for row in found}
