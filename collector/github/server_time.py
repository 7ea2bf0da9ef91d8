"""How long GitHub works on a question: an estimate, by what is asked.

Nobody outside GitHub knows the true figures. These reproduce what others have measured in public:

- A page of pull requests with sizes, labels and commits: 100 fail, 50 take 4.9 s, 25 take 2.5 s
  (spiceai/spiceai#13762, #13938).
- Repositories with two counts each: 100 take 8 to 10 s, 50 take 4.5 s, 30 take 3 s (wiiiimm/gh-manager-cli#106); of
  aliased ones 60 work and 70 do not (liatrio/liatrio-otel-collector#71).
- Files make GitHub compute the diff of each pull request (getsentry/sentry#122671), and its counts "can take a while to
  calculate" (atlassian/github-for-jira#82).

GitHub ends a question after ten seconds:
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
"""

from collections.abc import Mapping
from typing import Any

from collector.github.query_parsing import Selected, selected

# The seconds that GitHub gives a question.
LIMIT = 10.0
# Milliseconds: once, and for each thing that the comment names.
WEIGHTS: dict[str, tuple[float, float]] = {
    "question": (20, 0),
    "repository": (58, 0),
    "count": (17, 0),  # a connection of a repository
    "pull": (5, 0),
    "issue": (3, 0),
    "diff": (53, 0),  # additions, deletions and changedFiles of a pull request
    "files": (60, 0.3),  # a file of the whole pull request
    "pull_commits": (25, 0.2),  # a commit served
    "history": (20, 1),  # a commit served
    "history_count": (30, 0.002),  # a commit of the history
    "commit_diff": (10, 0.02),  # a line; see COMMIT_DIFF_MOST
    "associated": (8, 1),  # a pull request served
    "signature": (3, 0),
    "list": (8, 0.5),  # comments, reviews, events, labels, parents: a node served
    "refs": (20, 0.2),  # a ref served
    "refs_by_date": (40, 0.5),  # a ref of the repository: all are peeled and sorted
    "releases": (20, 2),  # a release served
    "rest": (150, 1),  # a row
}
COMMIT_DIFF_MOST = 2000.0
SIZES = frozenset({"additions", "deletions", "changedFiles", "changedFilesIfAvailable"})
# What is taken to be usual: things in a list of one thread or commit, lines of a commit, commits of a history.
FEW, LINES, HISTORY = 3, 100, 3000
_LISTED = {"pullRequests": "pull", "issues": "issue", "repositories": "repository"}
_NODES = {"PullRequest": "pull", "Issue": "issue", "Repository": "repository"}


def milliseconds(name: str, things: float = 0) -> float:
    """The weight of one thing asked for, with so many things in it."""
    base, each = WEIGHTS[name]
    return base + each * things


def seconds(text: str, variables: Mapping[str, Any]) -> float:
    """The estimated answering time of a GraphQL question whose lists are as long as it asks for.

    Give the rows that are expected as `first` (or as many `ids`): a page that is not full takes less.
    """
    asked = selected(text, variables, few=FEW)
    return (milliseconds("question") + sum(one.times * _each(one) for one in asked)) / 1000


def rest_seconds(rows: int) -> float:
    """The estimated answering time of a REST question that is answered with so many rows."""
    return milliseconds("rest", rows) / 1000


def _each(one: Selected) -> float:
    """Milliseconds that a field takes of each object it is asked of."""
    match one.owner, one.name:
        case "Query", "node" | "nodes":
            things = [milliseconds(_NODES[name]) for name in one.fragments if name in _NODES]
            return max(things, default=0.0) * (one.rows or 1)
        case "Query", "repository":
            return milliseconds("repository")
        case "Commit", "signature":
            return milliseconds("signature")
        case "PullRequest" | "Commit", name if name == min(SIZES & one.beside, default=""):
            # The first of its sizes makes GitHub compute an object's diff.
            return milliseconds("diff") if one.owner == "PullRequest" else milliseconds("commit_diff", LINES)
    return _list(one) if one.type.endswith("Connection") else 0.0


def _list(one: Selected) -> float:
    """Milliseconds that a list of one object takes."""
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
