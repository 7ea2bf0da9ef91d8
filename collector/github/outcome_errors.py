"""Turn an unsuccessful outcome of a request into an error that says why it failed, and what to do."""

from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

from collector.errors import GitHubUnreachable, NotAuthorised, UsageError
from collector.github import failures, responses
from collector.github.failures import NotAccepted, SchemaChanged
from collector.github.sending import TryAgain


class NotInSchema(Exception):
    """The query names types, fields or arguments that the server's schema does not have."""


def fail_moved(graphql_url: str, location: str | None) -> NoReturn:
    """Raise the error for a redirected GraphQL request: a wrong URL, or a proxy or login page in between."""
    there = joined(graphql_url, location)
    if there == graphql_url:
        raise TryAgain("a redirect to itself")
    if urlsplit(there).hostname == urlsplit(graphql_url).hostname:
        raise UsageError(
            f"GitHub's GraphQL API at {graphql_url} has moved to {there}.", "Set GITHUB_GRAPHQL_URL to that."
        )
    raise GitHubUnreachable(
        f"{graphql_url} leads to another server, {there}.",
        "Check GITHUB_GRAPHQL_URL, and whether a proxy or a login page is in between.",
    )


def fail(what: str, outcome: responses.Outcome) -> NoReturn:
    """Raise the error for an unsuccessful outcome."""
    match outcome:
        case responses.Transient(why, shrink, seconds):
            raise TryAgain(why, seconds, shrink)
        case responses.Missing(reason, _, said):
            raise failures.absent(what, reason, said)
        case responses.NotInSchema(why):
            raise NotInSchema(why)
        case responses.ApiEnded(said):
            raise SchemaChanged(
                f"GitHub no longer serves the requested version of its API: {said.rstrip('.')}.",
                "Install a newer version of collect-signals.",
            )
        case responses.Refused(why):
            raise NotAuthorised(f"GitHub refuses the token ({why.rstrip('.')}).", failures.next_step(why))
        case _:
            raise NotAccepted(f"GitHub does not accept {what}: {getattr(outcome, 'why', outcome)}.")


def require(answer: responses.Success, key: str, what: str) -> Any:
    """Return the value at a dotted path of a response ("node.issues").

    Raises Forbidden or NotThere, with GitHub's reason, when it is null; `what` names it in the message.
    """
    found = answer.data
    for name in key.split("."):
        found = found.get(name)
        if found is None:
            absence = answer.missing.get(name, responses.Absence("not_found", ""))
            raise failures.absent(what, absence.reason, absence.message)
    return found


def joined(base: str, location: str | None) -> str:
    """Return the URL that a redirect leads to. Raises TryAgain when it is not a valid one."""
    try:
        there = urljoin(base, location or "")
        urlsplit(there)
    except ValueError:
        raise TryAgain(f'a redirect to "{location}", which is not a valid URL') from None
    return there
