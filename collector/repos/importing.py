"""Decide which repositories of a list are tracked, and why the others are left out. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from collector import clock
from collector.config import Config
from collector.repos.export_lines import Entry
from collector.repos.lookup_cache import LookedUp, LookupResult
from collector.repos.taxonomy import Chosen
from collector.sync.glances import YEAR

# Why a repository is left out -> how a summary says it.
REASONS = {
    "tracked": "tracked already",
    "same_repository": "listed under another name, too",
    "not_public": "not public",
    "blocked": "blocked by GitHub",
    "not_shown": "without an answer",
    "fork": "forks",
    "archived": "archived",
    "disabled": "disabled",
    "empty": "empty",
    "silent": "without a push for a year",
    "limit": "beyond --limit",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A repository that is not taken: `reason` is a key of REASONS, `detail` more about it."""

    repo: str
    ecosystem: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A repository that GitHub shows and that a project does not have; taken unless there is a `reason` against it."""

    repo: str
    listed_as: str
    ecosystem: str
    project: str
    pushed_at: str | None
    stars: int
    fork_of: str | None
    archived: bool
    reason: str | None

    def as_row(self) -> dict[str, object]:
        """Return it as a dict for JSON."""
        return {**asdict(self), "taken": self.reason is None}

    @property
    def is_renamed(self) -> bool:
        """Whether the list has it under a former name."""
        return self.listed_as.lower() != self.repo.lower()

    @property
    def remark(self) -> str:
        """What speaks against it, and its other name; empty otherwise."""
        words = [f"fork of {self.fork_of}" if self.fork_of else self.reason or ""]
        words += [f"was {self.listed_as}"] if self.is_renamed else []
        return ", ".join(filter(None, words))


@dataclass
class Outcome:
    """The repositories of a list, shown and left out.

    The most recently pushed are shown first; forks and archived ones last.
    """

    shown: list[Found] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    listed: int = 0  # one for each project that a repository goes to
    tracked: int = 0  # in that project
    new: int = 0  # that GitHub shows and that are not tracked there, beyond the limit as well

    @property
    def taken(self) -> list[Found]:
        """Those to be tracked."""
        return [found for found in self.shown if found.reason is None]

    def counts(self) -> dict[str, int]:
        """Return the number of repositories left out for each reason, in the order of REASONS."""
        return {reason: n for reason in REASONS if (n := sum(one.reason == reason for one in self.left_out))}

    def sentence(self) -> str | None:
        """Describe what was left out, or return None."""
        counts = ", ".join(f"{n:,} {REASONS[reason]}" for reason, n in self.counts().items())
        return f"Left out: {counts}." if counts else None


def untracked(chosen: Chosen, config: Config, projects: Mapping[str, str]) -> list[str]:
    """Return the repositories of a list that are to be looked up, in its order: those that a project does not have yet.

    `projects` maps each ecosystem to the project its repositories go to.
    """
    listed = _listed(config)
    wanted = {key for (key, ecosystem) in chosen.also if projects[ecosystem] not in listed.get(key, {})}
    return [
        entry.repo
        for key, entry in chosen.entries.items()
        if key in wanted or projects[entry.ecosystem] not in listed.get(key, {})
    ]


def sort_out(
    chosen: Chosen, config: Config, looked_up: LookedUp, projects: Mapping[str, str], now: datetime, limit: int
) -> Outcome:
    """Sort the repositories of a list; `projects` maps each ecosystem to the project its repositories go to.

    `limit` is the largest number of `shown`, 0 for no limit. A repository of several projects is sorted for each.
    """
    out = Outcome()
    listed = _listed(config)
    since = clock.to_text(now - YEAR)
    seen: dict[tuple[int | None, str], Entry] = {}
    found: list[Found] = []
    for key, entry in _for_each_project(chosen, projects):
        out.listed += 1
        answer = looked_up.answers.get(key)
        name = answer.name if answer and answer.name else entry.repo
        project = projects[entry.ecosystem]
        # As the configuration writes it for another project: GitHub ignores letter case and follows renames.
        there = listed.get(key) or listed.get(name.lower()) or {}
        if project in there:
            out.tracked += 1
            out.left_out.append(LeftOut(entry.repo, entry.ecosystem, "tracked", f"tracked in {project}"))
        elif answer is None:
            detail = looked_up.unknown.get(entry.repo, "")
            out.left_out.append(LeftOut(entry.repo, entry.ecosystem, "not_shown", detail))
        elif answer.name is None:
            reason = "blocked" if answer.status == "blocked" else "not_public"
            out.left_out.append(LeftOut(entry.repo, entry.ecosystem, reason))
        elif (first := seen.setdefault((answer.id, project), entry)) is not entry:
            detail = f"{name} is listed as {first.repo} in {first.ecosystem}, too"
            out.left_out.append(LeftOut(entry.repo, entry.ecosystem, "same_repository", detail))
        else:
            found.append(_found(entry, answer, next(iter(there.values()), name), project, since))
    # By the most important key last, since sorts are stable:
    # https://docs.python.org/3/howto/sorting.html#sort-stability-and-complex-sorts
    found.sort(key=lambda f: (f.repo, f.project))
    found.sort(key=lambda f: f.pushed_at or "", reverse=True)
    found.sort(key=lambda f: f.fork_of is not None or f.archived)
    out.new, out.shown = len(found), found[: limit or None]
    for number, one in enumerate(found):
        against = one.reason or ("limit" if limit and number >= limit else None)
        if against is not None:
            detail = f"fork of {one.fork_of}" if one.fork_of else ""
            out.left_out.append(LeftOut(one.listed_as, one.ecosystem, against, detail))
    return out


def _for_each_project(chosen: Chosen, projects: Mapping[str, str]) -> Iterator[tuple[str, Entry]]:
    """Yield each repository once for every project that it goes to, in the order of the ecosystems asked for."""
    done: set[tuple[str, str]] = set()
    every = [*chosen.entries.items(), *((key, entry) for (key, _), entry in chosen.also.items())]
    for key, entry in sorted(every, key=lambda pair: chosen.ranks[pair[1].ecosystem]):
        if (key, projects[entry.ecosystem]) not in done:
            done.add((key, projects[entry.ecosystem]))
            yield key, entry


def _found(entry: Entry, answer: LookupResult, name: str, project: str, since: str) -> Found:
    reason = None
    if answer.fork_of is not None:
        reason = "fork"
    elif answer.status in ("archived", "disabled", "empty"):
        reason = answer.status
    elif (answer.pushed_at or "") <= since:
        reason = "silent"
    return Found(
        repo=name,
        listed_as=entry.repo,
        ecosystem=entry.ecosystem,
        project=project,
        pushed_at=answer.pushed_at,
        stars=answer.stars,
        fork_of=answer.fork_of,
        archived=answer.status == "archived",
        reason=reason,
    )


def _listed(config: Config) -> dict[str, dict[str, str]]:
    """Return, by repository name in lower case, its projects with the name as each project's entry spells it."""
    return {
        name: {project.slug: entry.repo for project, entry in members}
        for name, members in config.by_repository().items()
    }
