"""How long GitHub would have worked on a question: a model, by what was asked and what was served.

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
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLResolveInfo

from collector.pretend.oddities import OF

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
_SIZES = ("additions", "deletions", "changedFiles", "changedFilesIfAvailable")
_EACH = {"pullRequests": "pull", "issues": "issue", "repositories": "repository"}
_NODES = {"PullRequest": "pull", "Issue": "issue", "Repository": "repository"}


def rest_seconds(body: Any) -> float:
    """How long a REST answer takes."""
    return _milliseconds("rest", len(body) if isinstance(body, list) else 1) / 1000


@dataclass
class Weigher:
    """Sums up one question's milliseconds, field by field as they are resolved."""

    milliseconds: float = field(default_factory=lambda: _milliseconds("question"))
    _sized: set[int] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        """How long the question takes."""
        return self.milliseconds / 1000

    def met(
        self, info: "GraphQLResolveInfo[Any]", source: Mapping[str, Any], value: Any, arguments: Mapping[str, Any]
    ) -> None:
        """Weigh one field's value."""
        kind, name = info.parent_type.name, info.field_name
        if isinstance(value, dict) and "totalCount" in value:
            self._connection(kind, name, value, arguments)
        elif name in _SIZES and kind in ("PullRequest", "Commit"):
            self._size(kind, source)
        elif kind == "Commit" and name == "signature" and value is not None:
            self._add("signature")
        elif name in ("repository", "parent") and kind in ("Query", "Repository") and value is not None:
            self._add("repository")
        elif kind == "Query" and name in ("node", "nodes"):
            for found in value if isinstance(value, list) else [value]:
                if isinstance(found, dict) and found["__typename"] in _NODES:
                    self._add(_NODES[found["__typename"]])

    def _connection(self, kind: str, name: str, value: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
        nodes, total = value.get("nodes"), value["totalCount"]
        listed = isinstance(nodes, list)
        served = len(nodes) if isinstance(nodes, list) else 0
        if kind == "Repository":
            self._add("count")
        if kind == "PullRequest" and name == "files":
            self._add("files", total)
        elif kind == "PullRequest" and name == "commits":
            self._add("pull_commits", served)
        elif kind == "Commit" and name == "history":
            self._add(*(("history", served) if listed else ("history_count", total)))
        elif kind == "Commit" and name == "associatedPullRequests":
            self._add("associated", served)
        elif name == "refs":
            by_date = listed and (arguments.get("orderBy") or {}).get("field") == "TAG_COMMIT_DATE"
            self._add(*(("refs_by_date", total) if by_date else ("refs", served)))
        elif name == "releases":
            self._add("releases", served)
        elif name in _EACH:
            self.milliseconds += served * _milliseconds(_EACH[name])
        elif kind != "Repository":
            self._add("list", served)

    def _size(self, kind: str, source: Mapping[str, Any]) -> None:
        """The first of its sizes makes GitHub compute an object's diff."""
        thing = id(source[OF])
        if thing in self._sized:
            return
        self._sized.add(thing)
        if kind == "PullRequest":
            self._add("diff")
        else:
            base, each = WEIGHTS["commit_diff"]
            self.milliseconds += base + min(COMMIT_DIFF_MOST, each * (source["additions"] + source["deletions"]))

    def _add(self, name: str, things: int = 0) -> None:
        self.milliseconds += _milliseconds(name, things)


def _milliseconds(name: str, things: int = 0) -> float:
    base, each = WEIGHTS[name]
    return base + each * things
