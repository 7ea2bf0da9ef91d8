"""Compare the tracked repositories with GitHub, and propose edits of the configuration."""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collector import clock
from collector.config import Config
from collector.config.names import REPOSITORY
from collector.github.client import GitHub, Meter
from collector.github.models import RepositoryGlance, RepositoryState
from collector.repos.edit import Edit
from collector.sync import glances, repositories, repository_query
from collector.sync.repository_query import Tracked

# Words in a description that say that development moved elsewhere.
_MOVED = re.compile(
    r"\b(?:moved|migrated|deprecated|superseded|replaced|obsolete|succe(?:ssor|eded)|continues)\b", re.IGNORECASE
)
_LINK = re.compile(r"github\.com/([\w.-]+/[\w.-]*\w)", re.IGNORECASE)
_NAMED = re.compile(r"(?:to|by|in|of|see|use)\s+([\w-]+/[\w.-]*\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """A finding about a repository in the configuration, and the edits it suggests."""

    project: str
    repo: str
    kind: str  # renamed | double | gone | blocked | not_authorised | archived | fork | silent | successor | failed
    message: str
    edits: tuple[Edit, ...] = ()


async def check(github: GitHub, config: Config, db: sqlite3.Connection, now: datetime, meter: Meter) -> list[Finding]:
    """Query GitHub for every tracked repository, and for possible successors of inactive ones.

    Repositories that were synced before are queried by id, so that another repository that has the name now is not
    taken for the same one. Raises the errors of a GitHub request.
    """
    tracked = repositories.tracked(db, config)
    try:
        await repository_query.ask(github, tracked, meter)
        candidates = {r.entry.repo: _candidates(r, config, now) for r in tracked}
        wanted = sorted({name for names in candidates.values() for name in names})
        shown, _ = await glances.by_name(github, wanted, now, meter)
    finally:
        await github.close()
    listed = {r.entry.repo.casefold() for r in tracked}
    listed |= {r.state.name_with_owner.casefold() for r in tracked if r.state}
    out: list[Finding] = []
    for repo in tracked:
        out += _of(repo, now)
        successor = _successor(repo, [shown[name] for name in candidates[repo.entry.repo] if name in shown], now)
        if successor is not None:
            out.append(_moved(repo, successor, listed))
    return out


def _of(repo: Tracked, now: datetime) -> Iterable[Finding]:
    entry, project = repo.entry, repo.project.slug

    def found(kind: str, message: str, *edits: Edit) -> Finding:
        return Finding(project, entry.repo, kind, message, edits)

    if repo.double_of is not None:
        message = f"It is the same repository as {repo.double_of}, which is also listed."
        if repo.rename_to is None:
            yield found("double", message, Edit("remove", entry.repo))
        elif repo.rename_to.casefold() != entry.repo.casefold():
            yield found("double", message, Edit("rename", entry.repo, repo.rename_to))
        # Else the other is renamed, and both have one name.
        return
    state = repo.state
    if state is None:
        if repo.is_refused:
            # A refused token says nothing about the repository itself, so no edit is proposed.
            yield found("not_authorised", repo.problem)
        elif repo.missing is None:
            yield found("failed", repo.problem)
        elif repo.missing.reason == "blocked":
            yield found("blocked", "GitHub blocks access to it; stored data is kept.")
        else:
            message = "It is now private or deleted." if repo.id else "GitHub shows no such public repository."
            yield found("gone", message, Edit("remove", entry.repo))
        return
    if state.name_with_owner.casefold() != entry.repo.casefold():
        message = f"It is now called {state.name_with_owner}."
        yield found("renamed", message, Edit("rename", entry.repo, state.name_with_owner))
    if state.is_archived or state.is_disabled:
        word = "archived" if state.is_archived else "disabled"
        yield found("archived", f"It is {word}, so there is no new activity.", *_note(repo, word, f"{word.title()}."))
    if state.is_fork:
        parent = state.parent.name_with_owner if state.parent else "a repository that is not public"
        message = f"It is a fork of {parent}: commits from there are not this project's work."
        yield found("fork", message, *_note(repo, "fork", f"A fork of {parent}."))
    if not state.is_archived and _is_silent(state, now):
        since = f"since {state.pushed_at[:10]}" if state.pushed_at else "ever"
        yield found("silent", f"Nothing was pushed to it {since}.")


def _note(repo: Tracked, known_by: str, sentence: str) -> tuple[Edit, ...]:
    """Propose an edit of the note, unless the note already says it."""
    return () if known_by in repo.entry.note.casefold() else (Edit("note", repo.entry.repo, sentence),)


def _is_silent(shown: RepositoryState | RepositoryGlance, now: datetime) -> bool:
    return shown.pushed_at is None or now - clock.from_text(shown.pushed_at) > glances.YEAR


def _candidates(repo: Tracked, config: Config, now: datetime) -> list[str]:
    """Return possible successors: repositories named in its description, and its name under the
    project's other owners.
    """
    state = repo.state
    text = f"{state.description or ''} {state.homepage_url or ''}" if state else ""
    ended = state is None or state.is_archived or state.is_disabled or _is_silent(state, now)
    if repo.error or repo.is_refused or not (ended or _MOVED.search(text)):
        return []
    names = _LINK.findall(text) + (_NAMED.findall(text) if _MOVED.search(text) else [])
    if ended:
        name = repo.name.rpartition("/")[2]
        names += [f"{owner}/{name}" for owner in _owners(repo.project.repos)]
    own = {repo.entry.repo.casefold(), repo.name.casefold()}
    usable = {n.casefold(): n for n in (n.removesuffix(".git") for n in names) if REPOSITORY.fullmatch(n)}
    return [n for key, n in usable.items() if key not in own]


def _owners(tracked: Sequence[object]) -> list[str]:
    return list(dict.fromkeys(str(getattr(t, "repo", "")).partition("/")[0] for t in tracked))


def _successor(repo: Tracked, shown: Sequence[RepositoryGlance], now: datetime) -> RepositoryGlance | None:
    """Return the most active candidate that is active and was pushed to more recently than `repo`.

    The strict comparison excludes the repository itself.
    """
    last = (repo.state.pushed_at if repo.state else None) or ""
    alive = [g for g in shown if not g.is_archived and not _is_silent(g, now) and (g.pushed_at or "") > last]
    return next(iter(glances.rank(alive)), None)


def _moved(repo: Tracked, successor: RepositoryGlance, listed: set[str]) -> Finding:
    name = successor.name_with_owner
    known = "predecessor" if "predecessor" in repo.entry.note.casefold() else name.casefold()
    edits = list(_note(repo, known, f"Continues in {name}."))
    message = f"It seems to have moved to {name}"
    if name.casefold() in listed:
        message += ", which is tracked."
    else:
        message += f", which is not tracked: {successor.commits:,} commits within a year."
        edits.append(Edit("add", name, f"Continues {repo.entry.repo}.", repo.project.slug, repo.entry.role))
        listed.add(name.casefold())
    return Finding(repo.project.slug, repo.entry.repo, "successor", message, tuple(edits))


def ordered(findings: Iterable[Finding]) -> list[Edit]:
    """Return all edits in a safe order: renames last, because the other edits refer to the old names."""
    places: Mapping[str, int] = {"remove": 0, "note": 1, "add": 2, "rename": 3}
    edits = [edit for finding in findings for edit in finding.edits]
    removed = {e.repo for e in edits if e.kind == "remove"}
    return sorted((e for e in edits if e.kind == "remove" or e.repo not in removed), key=lambda e: places[e.kind])
