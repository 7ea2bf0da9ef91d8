"""Plays a history into a database as a sync would have stored it: week by week, by the program's own store.

What is asked for over the network is left out, so that a history takes a fraction of a second; `pretend` plays the
same histories to the pretend GitHub and syncs them for real.
"""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.redteam.code import Code
from benchmarks.redteam.facts import Facts, to_text
from benchmarks.redteam.history import LOOKBACK, History
from benchmarks.redteam.threads import Threads
from collector.store.state import COMPLETE

Step = tuple[datetime, Callable[[], Any]]


def record(history: History) -> sqlite3.Connection:
    """A database in memory with the history as its syncs saw it."""
    facts = Facts()
    db = facts.db
    db.execute("INSERT OR REPLACE INTO meta VALUES ('start', ?)", [to_text(LOOKBACK)])
    db.execute("INSERT INTO projects (slug, name, category) VALUES ('acme', 'Acme', 'compute')")
    code = Code(history, facts)
    # The order of what happens at one moment is that in which it is named below: sorting keeps it.
    steps = sorted([*_code_steps(history, code), *_thread_steps(history, Threads(code))], key=lambda step: step[0])
    place, previous = 0, None
    for sync in history.syncs:
        while place < len(steps) and steps[place][0] < sync:
            steps[place][1]()
            place += 1
        there = [line for line in code.lines.values() if line.repo.created_at <= sync]
        facts.flush([(line.repo, code.repository_row(line, sync)) for line in there], sync, previous)
        previous = steps[place - 1][0] if place else None
        run = (to_text(sync), to_text(sync + timedelta(minutes=5)))
        db.execute("INSERT INTO sync_runs (started_at, finished_at, exit_code) VALUES (?, ?, 0)", run)
    kinds = (*COMPLETE, "advisories")
    for line in code.lines.values():
        seen = [s for s in history.syncs if line.repo.created_at <= s <= (line.repo.hidden_at or s)]
        first, last = to_text(seen[0]), to_text(seen[-1])
        db.executemany(
            "INSERT INTO sync_state (repository, kind, first_complete_at, completed_at, witnessed_at, sweep_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(line.id, kind, first, last, last, last) for kind in kinds],
        )
        db.executemany(
            "INSERT INTO looks VALUES (?, ?, ?)", [(line.id, kind, to_text(at)) for kind in kinds for at in seen]
        )
    return db


def _code_steps(history: History, code: Code) -> Iterator[Step]:
    for push in history.pushes:
        yield push.at, partial(code.push, push)
    for advisory in history.advisories:
        yield advisory.at, partial(code.advise, advisory)
    for release in history.releases:
        if release.of is not None:
            yield release.of, partial(code.mark, release)
        yield release.at, partial(code.release, release)
        for at, draft in release.flips:
            yield at, partial(code.flip, release, at, draft)
        for at in release.tag_moves:
            yield at, partial(code.move_tag, release, at)
        if release.deleted_at:
            yield release.deleted_at, partial(code.delete_release, release)


def _thread_steps(history: History, threads: Threads) -> Iterator[Step]:
    for repo in history.repos:
        if repo.renamed_at:
            yield repo.renamed_at, partial(threads.rename_branch, threads.code.lines[repo], repo.renamed_at)
    for person in (*history.team, *history.outsiders):
        if person.joined_at:
            yield person.joined_at, partial(threads.join, person)
    for pull in history.pulls:
        yield pull.at, partial(threads.open_pull, pull)
        for review in pull.reviews:
            yield review.at, partial(threads.review, pull, review)
        for comment in pull.comments:
            yield comment.at, partial(threads.comment, pull, comment)
        for event in pull.events:
            yield event.at, partial(threads.event, pull, event)
        if pull.refers_at:
            yield pull.refers_at, partial(threads.refer, pull, pull.refers_at)
        if pull.merged_at and not pull.queued:
            yield pull.merged_at, partial(threads.merge, pull)
        elif pull.closed_at:
            yield pull.closed_at, partial(threads.close_pull, pull)
    for issue in history.issues:
        yield issue.at, partial(threads.open_issue, issue)
        for comment in issue.comments:
            yield max(comment.at, issue.at), partial(threads.comment, issue, comment)
        for event in issue.events:
            yield max(event.at, issue.at), partial(threads.event, issue, event)
        if issue.deleted_at:
            yield issue.deleted_at, partial(threads.delete_issue, issue)
