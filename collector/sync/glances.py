"""Fetch an overview of repositories that may be worth tracking, in as few batched queries as GitHub can answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from collector import clock
from collector.config.names import LOGIN
from collector.errors import CollectError, UsageError
from collector.github import queries
from collector.github.client import Forbidden, GitHub, Meter, NotThere, RequestFailed, TooHeavy, require
from collector.github.models import OddAnswer, Page, RepositoryGlance, parse
from collector.github.responses import Absence

# The commits of this period rank a repository by activity; without a push for as long it is inactive.
YEAR = timedelta(days=365)


async def by_name(
    github: GitHub, names: Sequence[str], now: datetime, meter: Meter
) -> tuple[dict[str, RepositoryGlance], dict[str, Absence]]:
    """Return the glance of each repository by name, and why it is missing for the others.

    Names are owner/name as given.
    """
    found: dict[str, RepositoryGlance] = {}
    missing: dict[str, Absence] = {}
    pages, at = github.pages("glances"), 0
    start = pages.size
    while at < len(names):
        part = names[at : at + pages.size]
        variables = {"since": clock.to_text(now - YEAR)}
        for i, name in enumerate(part):
            variables[f"owner{i}"], variables[f"name{i}"] = name.split("/")
        try:
            text = queries.repository_glances(len(part))
            answer = await github.graphql("RepositoryGlances", text, variables, meter, can_split=len(part) > 1)
        except (RequestFailed, NotThere) as error:
            if len(part) > 1:  # retry with half of them
                while isinstance(error, TooHeavy) and pages.size >= len(part):
                    pages.failed()
                pages.size = min(pages.size, len(part) // 2)
                continue
            missing[part[0]] = _absence(error)
            pages.restore(start)
        else:
            pages.worked()
            for i, name in enumerate(part):
                try:
                    if answer.data.get(f"n{i}"):
                        found[name] = parse(RepositoryGlance, answer.data[f"n{i}"], f"the query for {name}")
                    else:
                        missing[name] = answer.missing.get(f"n{i}", Absence("not_found", ""))
                except OddAnswer as error:
                    missing[name] = _absence(error)
        at += len(part)
    github.learn_size(pages)
    return found, missing


def _absence(error: CollectError) -> Absence:
    return Absence(error.reason, error.said) if isinstance(error, NotThere) else Absence("failed", str(error))


async def of_owner(github: GitHub, login: str, now: datetime, meter: Meter) -> list[RepositoryGlance]:
    """Return all public repositories of an organisation or a user.

    Raises UsageError when there is no such account, or the organisation refuses the token.
    """
    if not LOGIN.fullmatch(login):
        raise UsageError(f'"{login}" is not the name of an organisation on GitHub.', "Write it without @ and slashes.")
    found: dict[str, RepositoryGlance] = {}
    pages, after = github.pages("glances"), None
    while True:
        variables = {"login": login, "since": clock.to_text(now - YEAR), "after": after}
        document = queries.load("OwnedRepositories")
        try:
            answer = await github.graphql("OwnedRepositories", document, variables, meter, pages)
            owner = require(answer, "repositoryOwner", login)
        except NotThere as error:
            raise not_shown(_absence(error), login, f"GitHub has no organisation or user {login}.") from None
        page = parse(Page[RepositoryGlance], owner["repositories"], f"the query for {login}")
        # The list is ordered by pushes, so a push between two pages may list a repository twice.
        found.update({r.name_with_owner: r for r in page.nodes})
        if page.next is None:
            return list(found.values())
        if page.next == after:
            raise RequestFailed(f"GitHub's list of {login}'s repositories does not advance.", "Try again later.")
        after = page.next


def not_shown(absence: Absence, what: str, not_found: str) -> UsageError:
    """Return the error for something the user has named that GitHub does not show."""
    if absence.reason == "forbidden":
        refused = Forbidden(what, absence.message)
        return UsageError(refused.message, refused.next_step)
    if absence.reason == "failed":
        return UsageError(absence.message, "Try again later.")
    return UsageError(not_found, "Check the name on github.com.")


def rank(found: Sequence[RepositoryGlance]) -> list[RepositoryGlance]:
    """Sort repositories by activity: by commits on the default branch within a year, then by the last push.

    Forks come last, because most of their commits are from elsewhere, and so do archived repositories.
    """
    return sorted(
        found,
        key=lambda r: (r.is_fork or r.is_archived, -r.commits, _descending(r.pushed_at or ""), r.name_with_owner),
    )


def _descending(text: str) -> tuple[int, ...]:
    return tuple(-ord(c) for c in text)
