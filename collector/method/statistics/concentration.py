"""How work is spread over people."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def effective_number(amounts: Collection[float]) -> float:
    """Return how many equal shares would give this concentration: 1 / sum p², with p each amount's share of the whole.

    Between 1 and the number of amounts. Raises ValueError unless there is an amount and all are above 0.
    Source: the inverse of the Herfindahl-Hirschman index, the Hill number of order 2; M. O. Hill, Ecology 54 (1973),
    https://doi.org/10.2307/1934352
    """
    if not amounts or min(amounts) <= 0:
        raise ValueError("the effective number needs amounts above 0")
    # Not by shares: (sum a)² / sum a² is exact for whole numbers, so the order of the amounts changes nothing.
    return sum(amounts) ** 2 / sum(amount * amount for amount in amounts)


@dataclass(frozen=True)
class DrawnAmounts:
    """The sum of people's amounts, and of their squares, in each draw of a bootstrap; both of shape (draws,)."""

    total: "NDArray[np.float64]"
    squares: "NDArray[np.float64]"

    def scaled(self, by: "NDArray[np.float64]") -> "DrawnAmounts":
        """Return a copy with each amount multiplied by `by`, of shape (draws,)."""
        return DrawnAmounts(self.total * by, self.squares * by**2)

    def __add__(self, other: "DrawnAmounts") -> "DrawnAmounts":
        return DrawnAmounts(self.total + other.total, self.squares + other.squares)

    def effective_numbers(self) -> "NDArray[np.float64]":
        """Return the effective number of people in each draw, shape (draws,).

        It is at least 1, also in a draw of blocks in which nobody worked.
        """
        import numpy as np

        return np.divide(self.total**2, self.squares, out=np.ones_like(self.total), where=self.squares > 0)


def drawn_amounts(draws: "NDArray[np.float64]", worked: Sequence[Counter[int]]) -> DrawnAmounts:
    """Return the amounts of work in each draw of a bootstrap.

    `draws` says how often each block was drawn, shape (draws, blocks), and `worked` for each person how much they did
    in which block.
    """
    import numpy as np

    # Many people share one pattern of work: each pattern is computed once, and weighs as many people.
    patterns = Counter(tuple(sorted(amounts.items())) for amounts in worked)
    matrix = np.zeros((draws.shape[1], len(patterns)))
    for place, pattern in enumerate(sorted(patterns)):
        for block, amount in pattern:
            matrix[block, place] = amount
    people = np.array([patterns[pattern] for pattern in sorted(patterns)], dtype=np.float64)
    amounts = draws @ matrix
    return DrawnAmounts(amounts @ people, amounts**2 @ people)


def contributor_absence_factor(amounts: Collection[float]) -> int:
    """Return the fewest people who together have at least half of the work.

    Raises ValueError unless there is an amount and all are above 0.
    Source: https://chaoss.community/kb/metric-contributor-absence-factor/
    """
    if not amounts or min(amounts) <= 0:
        raise ValueError("the contributor absence factor needs amounts above 0")
    half = sum(amounts) / 2
    held = 0.0
    people = 0
    for amount in sorted(amounts, reverse=True):
        if held >= half:
            break
        held += amount
        people += 1
    return people
