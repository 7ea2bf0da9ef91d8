"""The size of the pages that a list is asked for in: what the server bears, remembered."""

from dataclasses import dataclass

LARGEST = 100
# After so many pages in a row a larger one is tried; each try that fails doubles it.
PATIENCE = 8


@dataclass
class PageSize:
    """Halved when the server does not bear a page, doubled again after a run of good ones."""

    size: int = LARGEST
    good: int = 0
    patience: int = PATIENCE

    def worked(self) -> None:
        """A page of this size came back whole."""
        self.good += 1
        if self.size < LARGEST and self.good >= self.patience:
            self.size, self.good = min(LARGEST, self.size * 2), 0

    def failed(self) -> bool:
        """The page was too heavy: halve it. False when it cannot be smaller."""
        if self.good == 0:
            self.patience *= 2
        self.good = 0
        if self.size == 1:
            return False
        self.size = max(1, self.size // 2)
        return True
