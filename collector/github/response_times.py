"""Estimate how long GitHub takes to answer a query, by what it selects.

The true figures are not public. These weights reproduce public measurements:

- A page of pull requests with sizes, labels and commits: 100 fail, 50 take 4.9 s, 25 take 2.5 s
  (spiceai/spiceai#13762, #13938).
- Repositories with two counts each: 100 take 8 to 10 s, 50 take 4.5 s, 30 take 3 s (wiiiimm/gh-manager-cli#106); with
  one alias each, 60 work and 70 do not (liatrio/liatrio-otel-collector#71).
- For files GitHub computes the diff of each pull request (getsentry/sentry#122671), and its counts "can take a while to
  calculate" (atlassian/github-for-jira#82).

GitHub aborts a query after ten seconds:
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
"""

from collections.abc import Mapping
from typing import Any

from collector.github.query_parsing import Selected, selected

# Seconds until GitHub aborts a query.
LIMIT = 10.0
# Milliseconds: a fixed part, and one for each object that the comment names.
WEIGHTS: dict[str, tuple[float, float]] = {
    "question": (20, 0),
    "repository": (58, 0),
    "count": (17, 0),  # a connection of a repository
    "pull": (5, 0),
    "issue": (3, 0),  # or a discussion
    "diff": (53, 0),  # additions, deletions and changedFiles of a pull request
    "files": (60, 0.3),  # a file of the whole pull request
    "pull_commits": (25, 0.2),  # a returned commit
    "history": (20, 1),  # a returned commit
    "history_count": (30, 0.002),  # a commit of the history
    "commit_diff": (10, 0.02),  # a line; see COMMIT_DIFF_MOST
    "associated": (8, 1),  # a returned pull request
    "signature": (3, 0),
    "list": (8, 0.5),  # a returned comment, review, event, label or parent
    "refs": (20, 0.2),  # a returned ref
    "refs_by_date": (40, 0.5),  # a ref of the repository: all are resolved and sorted
    "releases": (20, 2),  # a returned release
    "rest": (150, 1),  # a row
}
COMMIT_DIFF_MOST = 2000.0
SIZES = frozenset({"additions", "deletions", "changedFiles", "changedFilesIfAvailable"})
# Typical sizes: rows in a list of one thread or commit, lines of a commit, commits of a history.
FEW, LINES, HISTORY = 3, 100, 3000
_LISTED = {"pullRequests": "pull", "issues": "issue", "discussions": "issue", "repositories": "repository"}
_NODES = {"PullRequest": "pull", "Issue": "issue", "Discussion": "issue", "Repository": "repository"}


def milliseconds(name: str, things: float = 0) -> float:
    """Return the estimated milliseconds of one object of a kind with `things` rows."""
    base, each = WEIGHTS[name]
    return base + each * things


def seconds(text: str, variables: Mapping[str, Any]) -> float:
    """Return the estimated response time of a GraphQL query, in seconds, with lists as long as requested.

    Pass the expected number of rows as `first` (or as many `ids`): a page that is not full takes less time.
    """
    asked = selected(text, variables, few=FEW)
    return (milliseconds("question") + sum(one.times * _each(one) for one in asked)) / 1000


def rest_seconds(rows: int) -> float:
    """Return the estimated response time of a REST request with this many rows, in seconds."""
    return milliseconds("rest", rows) / 1000


def _each(one: Selected) -> float:
    """Return the milliseconds that a field takes on each object it is selected on."""
    match one.owner, one.name:
        case "Query", "node" | "nodes":
            things = [milliseconds(_NODES[name]) for name in one.fragments if name in _NODES]
            return max(things, default=0.0) * (one.rows or 1)
        case "Query", "repository":
            return milliseconds("repository")
        case "Commit", "signature":
            return milliseconds("signature")
        case "PullRequest" | "Commit", name if name == min(SIZES & one.beside, default=""):
            # GitHub computes the diff once, for the first of these fields.
            return milliseconds("diff") if one.owner == "PullRequest" else milliseconds("commit_diff", LINES)
    return _list(one) if one.type.endswith("Connection") else 0.0


def _list(one: Selected) -> float:
    """Return the milliseconds that a list of one object takes."""
    counted = milliseconds("count") if one.owner == "Repository" else 0.0
    match one.owner, one.name:
        case "PullRequest", "files":
            return milliseconds("files", one.rows)
        case "PullRequest", "commits":
            return milliseconds("pull_commits", one.rows)
        case "Commit", "history":
            return milliseconds("history", one.rows) if one.rows else milliseconds("history_count", HISTORY)
        case "Commit", "associatedPullRequests":
            return milliseconds("associated", 1)
        case _, "refs":
            by_date = one.arguments.get("orderBy", {}).get("field") == "TAG_COMMIT_DATE"
            return counted + milliseconds("refs_by_date" if by_date else "refs", one.rows)
        case _, "releases":
            return counted + milliseconds("releases", one.rows)
        case _, name if name in _LISTED:
            return counted + one.rows * milliseconds(_LISTED[name])
    return counted or milliseconds("list", one.rows)
