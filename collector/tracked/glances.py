"""What GitHub shows of repositories that may be worth tracking, asked in as few questions as it bears."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from collector import clock
from collector.config.names import LOGIN
from collector.errors import UsageError
from collector.github import documents
from collector.github.client import GitHub, Meter, TooHeavy
from collector.github.models import Page, RepositoryGlance, parse
from collector.github.pages import PageSize

AT_ONCE = 50
YEAR = timedelta(days=365)


async def by_name(github: GitHub, names: Sequence[str], now: datetime, meter: Meter) -> dict[str, RepositoryGlance]:
    """Name (owner/name, as asked) -> what GitHub shows of it today; what is not public is left out."""
    found: dict[str, RepositoryGlance] = {}
    size, at = AT_ONCE, 0
    while at < len(names):
        part = names[at : at + size]
        variables = {"since": clock.to_text(now - YEAR)}
        for i, name in enumerate(part):
            variables[f"owner{i}"], variables[f"name{i}"] = name.split("/")
        try:
            text = documents.repository_glances(len(part))
            answer = await github.graphql("RepositoryGlances", text, variables, meter, can_split=len(part) > 1)
        except TooHeavy:
            size = max(1, len(part) // 5)
            continue
        for i, name in enumerate(part):
            if answer.data.get(f"n{i}"):
                found[name] = parse(RepositoryGlance, answer.data[f"n{i}"], f"the question about {name}")
        at += len(part)
    return found


async def of_owner(github: GitHub, login: str, now: datetime, meter: Meter) -> list[RepositoryGlance]:
    """All public repositories of an organisation or a user. Raises UsageError when there is no such account."""
    if not LOGIN.fullmatch(login):
        raise UsageError(f'"{login}" is not the name of an organisation on GitHub.', "Give it without @ and slashes.")
    found: dict[int, RepositoryGlance] = {}
    pages, after = PageSize("repositories"), None
    while True:
        variables = {"login": login, "since": clock.to_text(now - YEAR), "after": after}
        document = documents.load("OwnedRepositories")
        answer = await github.graphql("OwnedRepositories", document, variables, meter, pages)
        owner = answer.data["repositoryOwner"]
        if owner is None:
            raise UsageError(f"GitHub has no organisation or user {login}.", "Look at the address on github.com.")
        page = parse(Page[RepositoryGlance], owner["repositories"], f"the question about {login}")
        # The list is in the order of pushes, so that one may stand on two pages.
        found.update({r.database_id: r for r in page.nodes})
        after = page.next
        if after is None:
            return list(found.values())


def rank(found: Sequence[RepositoryGlance]) -> list[RepositoryGlance]:
    """The most active first: by commits of the default branch within a year, then by the last push.

    Forks come last, since most of what is in them is not their own; so do archived ones.
    """
    return sorted(
        found,
        key=lambda r: (r.is_fork or r.is_archived, -r.commits, _descending(r.pushed_at or ""), r.name_with_owner),
    )


def _descending(text: str) -> tuple[int, ...]:
    return tuple(-ord(c) for c in text)
