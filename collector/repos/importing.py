"""Decide which repositories of a list are tracked, and why the others are left out."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from collector import clock
from collector.config import Config
from collector.repos.export_lines import Entry
from collector.repos.lookup_cache import LookedUp, LookupResult
from collector.repos.outcome import Found, LeftOut, Outcome
from collector.repos.taxonomy import Chosen
from collector.sync.glances import YEAR


def untracked(chosen: Chosen, config: Config, projects: Mapping[str, str]) -> Iterator[str]:
    """Yield the repositories of a list that are to be looked up, in its order: those that a project does not have yet.

    `projects` maps each ecosystem to the project its repositories go to.
    """
    listed = _listed(config)
    for entry in chosen.entries:
        there = listed.get(entry.repo.lower())
        if there is None or any(projects[name] not in there for name in chosen.entries.ecosystems(entry.repo)):
            yield entry.repo


def sort_out(
    chosen: Chosen, config: Config, looked_up: LookedUp, projects: Mapping[str, str], now: datetime, limit: int
) -> Outcome:
    """Sort the repositories of a list.

    `projects` maps each ecosystem to the project its repositories go to: all to one, or each to one of its own. A
    repository of several projects is sorted for each. `limit` is the largest number that is shown, 0 for no limit.
    """
    out = Outcome()
    listed = _listed(config)
    since = clock.to_text(now - YEAR)
    is_one_project = len(set(projects.values())) < len(projects)
    for entry in chosen.entries.by_ecosystem(once=is_one_project):
        out.listed += 1
        key, project = entry.repo.lower(), projects[entry.ecosystem]
        answer = looked_up.answers.get(key)
        name = answer.name if answer and answer.name else entry.repo
        # As the configuration writes it for another project: GitHub ignores letter case and follows renames.
        there = listed.get(key) or listed.get(name.lower()) or {}
        if project in there:
            out.tracked += 1
            out.leave_out(LeftOut(entry.repo, entry.ecosystem, "tracked", f"tracked in {project}"))
        elif answer is None:
            detail = looked_up.unknown.get(entry.repo, "")
            out.leave_out(LeftOut(entry.repo, entry.ecosystem, "not_shown", detail))
        elif answer.name is None:
            reason = "blocked" if answer.status == "blocked" else "not_public"
            out.leave_out(LeftOut(entry.repo, entry.ecosystem, reason))
        else:
            found = _found(entry, answer, next(iter(there.values()), name), project, since)
            if first := out.add(found, answer.id):
                detail = f"{name} is listed as {first.listed_as} in {first.ecosystem}, too"
                out.leave_out(LeftOut(entry.repo, entry.ecosystem, "same_repository", detail))
    out.rank(limit)
    return out


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
