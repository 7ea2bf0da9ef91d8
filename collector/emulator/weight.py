"""Model how long GitHub takes for a query, from the fields requested and the rows served.

The figures are in `collector/github/response_times.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.emulator.executor import Field
from collector.emulator.oddities import OBJECT
from collector.github.response_times import COMMIT_DIFF_MOST, LIMIT, SIZES, WEIGHTS, milliseconds

__all__ = ["LIMIT", "Weigher", "rest_seconds"]

_EACH = {"pullRequests": "pull", "issues": "issue", "discussions": "issue", "repositories": "repository"}
_NODES = {"PullRequest": "pull", "Issue": "issue", "Discussion": "issue", "Repository": "repository"}


def rest_seconds(body: Any) -> float:
    """Return the modelled time of a REST response in seconds."""
    return milliseconds("rest", len(body) if isinstance(body, list) else 1) / 1000


@dataclass
class Weigher:
    """Sums up the modelled time of a query while its fields are resolved."""

    milliseconds: float = field(default_factory=lambda: milliseconds("question"))
    _sized: set[int] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        """The modelled time so far."""
        return self.milliseconds / 1000

    def add(self, asked: Field, source: Mapping[str, Any], value: Any, arguments: Mapping[str, Any]) -> None:
        """Add the time of one resolved field."""
        kind, name = asked.parent, asked.name
        if isinstance(value, dict) and "totalCount" in value:
            self._connection(kind, name, value, arguments)
        elif name in SIZES and kind in ("PullRequest", "Commit"):
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
            self.milliseconds += served * milliseconds(_EACH[name])
        elif kind != "Repository":
            self._add("list", served)

    def _size(self, kind: str, source: Mapping[str, Any]) -> None:
        """Add the time of computing an object's diff, once per object: its sizes are computed together."""
        thing = id(source[OBJECT])
        if thing in self._sized:
            return
        self._sized.add(thing)
        if kind == "PullRequest":
            self._add("diff")
        else:
            base, each = WEIGHTS["commit_diff"]
            self.milliseconds += base + min(COMMIT_DIFF_MOST, each * (source["additions"] + source["deletions"]))

    def _add(self, name: str, things: int = 0) -> None:
        self.milliseconds += milliseconds(name, things)
