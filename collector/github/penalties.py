"""What questions that failed really cost. Pure.

GitHub says the cost of a question in its answer, so not that of one it never answered. Such a question is counted at
its price, and corrected once the header x-ratelimit-used of a later answer shows that less was taken; never the other
way, since somebody else may use the same token.
"""

from dataclasses import dataclass, field

from collector.github.budget import Meter


@dataclass
class Ledger:
    """The GraphQL points of one viewer, by our count and by GitHub's. Questions are numbered as they are sent."""

    window: int | None = None  # when the hour ends that GitHub's counts are of
    start: int | None = None  # GitHub's count when both were last compared; None: not yet in this hour
    told: int = 0  # GitHub's count, as it was last seen
    counted: int = 0  # ours, since `start`
    doubts: list[tuple[int, tuple[Meter, ...]]] = field(default_factory=list)
    newest: int = 0  # the last question that had been sent when the last doubt arose

    def count(self, points: int) -> None:
        """Note what a question cost."""
        self.counted += points

    def doubt(self, points: int, meters: tuple[Meter, ...], newest: int) -> None:
        """Note a question that may have cost less than the `points` by which these meters rose."""
        self.counted += points
        self.doubts.append((points, meters))
        self.newest = newest

    def tell(self, used: int, window: int) -> None:
        """Take over what an answer's headers say."""
        if window != self.window:
            # What was still open of the hour before cannot be known any more.
            self.window, self.start, self.told = window, None, used
            self.doubts.clear()
        self.told = max(self.told, used)

    def settle(self, number: int) -> None:
        """Compare the counts: question `number` was just answered, and no other one is under way."""
        if self.window is None or (self.doubts and number <= self.newest):
            return  # GitHub's count may be older than the doubt
        if self.start is not None:
            self._refund(self.counted - (self.told - self.start))
        self.doubts.clear()
        self.start, self.counted = self.told, 0

    def _refund(self, over: int) -> None:
        """Take back what was counted too much, as far as it is in doubt."""
        for points, meters in self.doubts:
            back = max(0, min(points, over))
            over -= back
            for meter in meters:
                meter.points -= back
