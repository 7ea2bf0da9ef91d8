"""Adaptive page sizes: halved when GitHub times out, doubled after several successes.

The initial sizes are those that other clients with similar queries settled on. The largest are the most rows that still
cost one point, or, where GitHub computes diffs, those that take a few seconds: change-metrics/monocle,
apache/devlake#3708, spiceai/spiceai#13762, getsentry/sentry#122671. A query costs a point for each 100 connections, and
each row opens those within it; GitHub ends a query after 10 seconds.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#predicting-the-point-value-of-a-query
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
"""

from dataclasses import dataclass
from typing import NamedTuple

# Successful pages in a row before a larger size is tried; doubled whenever the larger size fails.
PATIENCE = 2


class Sizes(NamedTuple):
    """The initial and the largest page size of a list."""

    start: int
    largest: int


SIZES = {
    "issues": Sizes(25, 49),
    "pull_requests": Sizes(25, 37),  # one connection more than issues: the parents of the merge commit
    "discussions": Sizes(50, 100),
    "replies": Sizes(100, 100),  # comments of discussions by id: the replies to each
    "thread_lists": Sizes(100, 100),  # further pages of one thread's comments, events, files and so on
    "diffs": Sizes(20, 40),  # pull requests by id: files and numbers of lines, for which GitHub computes a diff
    "own_commits": Sizes(20, 40),  # pull requests by id: the commits of each
    "commits": Sizes(50, 74),
    "sizes": Sizes(40, 60),  # commits by oid: the numbers of lines; a single huge commit takes seconds by itself
    "branches": Sizes(10, 10),  # the last commits of a pull request's branch, with their numbers of lines
    "paths": Sizes(100, 100),  # commits that touched a path
    "releases": Sizes(100, 100),
    "tags": Sizes(100, 100),
    "pushes": Sizes(100, 100),
    "advisories": Sizes(100, 100),
    "repositories": Sizes(20, 20),  # repositories in one batched query
    "glances": Sizes(10, 10),  # the same, with the commits of each counted
}


@dataclass
class PageSize:
    """The page size of one list. A `size` of 0 means the initial size of its kind."""

    kind: str
    size: int = 0
    good: int = 0
    patience: int = PATIENCE
    falling: bool = False  # the last page failed
    tried: bool = False  # at least one page was requested

    def __post_init__(self) -> None:
        start, largest = SIZES[self.kind]
        self.size = min(self.size or start, largest)

    def worked(self) -> None:
        """Record a successful page of this size."""
        self.good += 1
        self.falling, self.tried = False, True
        largest = SIZES[self.kind].largest
        if self.size < largest and self.good >= self.patience:
            self.size, self.good = min(largest, self.size * 2), 0

    def failed(self) -> bool:
        """Record a page that was too heavy and halve the size. Returns False when it cannot be smaller."""
        # Several failures in a row are one fall, and cost patience once.
        if not self.falling:
            self.patience *= 2
        self.good, self.falling, self.tried = 0, True, True
        if self.size == 1:
            return False
        self.size //= 2
        return True

    def restore(self, size: int) -> None:
        """Return to an earlier size after a single object that failed has been skipped."""
        if self.falling:
            self.patience //= 2
        self.good, self.falling = 0, False
        self.size = min(size, SIZES[self.kind].largest)
