"""Account for the points that failed queries really cost. Pure.

GitHub reports a query's cost in its response, so the cost of a query that timed out is unknown. Such a query is counted
at its computed price, and corrected downwards when x-ratelimit-used of a later response shows that GitHub charged less;
never upwards, because another program may be using the same token.
"""

from dataclasses import dataclass, field

from collector.github.meter import Meter


@dataclass
class Ledger:
    """The GraphQL points of one viewer, by our count and by GitHub's. Queries are numbered as they are sent."""

    window: int | None = None  # end of the rate limit window that GitHub's count belongs to, seconds since the epoch
    start: int | None = None  # GitHub's count at the last comparison; None: none yet in this window
    reported: int = 0  # the latest x-ratelimit-used
    counted: int = 0  # points counted by us since `start`
    doubts: list[tuple[int, tuple[Meter, ...]]] = field(default_factory=list)  # points that may not have been charged
    newest: int = 0  # number of the last query sent when the latest doubt was recorded

    def count(self, points: int) -> None:
        """Record the known cost of a query."""
        self.counted += points

    def count_doubtful(self, points: int, meters: tuple[Meter, ...], newest: int) -> None:
        """Record a failed query that was added to `meters` with `points`, though GitHub may have charged less."""
        self.counted += points
        self.doubts.append((points, meters))
        self.newest = newest

    def report(self, used: int, window: int) -> None:
        """Record x-ratelimit-used and x-ratelimit-reset of a response."""
        if window != self.window:
            # The open doubts of the previous window can no longer be resolved.
            self.window, self.start, self.reported = window, None, used
            self.doubts.clear()
        self.reported = max(self.reported, used)

    def compare(self, number: int) -> None:
        """Compare both counts: query `number` has just been answered and no other one is in flight."""
        if self.window is None or (self.doubts and number <= self.newest):
            return  # GitHub's count may predate the failed query
        if self.start is not None:
            self._refund(self.counted - (self.reported - self.start))
        self.doubts.clear()
        self.start, self.counted = self.reported, 0

    def _refund(self, over: int) -> None:
        """Subtract up to `over` points from the meters of the doubtful queries."""
        for points, meters in self.doubts:
            back = max(0, min(points, over))
            over -= back
            for meter in meters:
                meter.points -= back
