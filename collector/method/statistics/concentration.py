"""How work is spread over people."""

from collections.abc import Collection


def effective_number(amounts: Collection[float]) -> float:
    """How many equal shares would give this concentration: 1 / sum p², with p each amount's share of the whole.

    Between 1 and the number of amounts. Raises ValueError unless the amounts, at least one, are above 0.
    Source: the inverse of the Herfindahl-Hirschman index; M. O. Hill, Ecology 54 (1973), number of order 2.
    """
    if not amounts or min(amounts) <= 0:
        raise ValueError("the effective number needs amounts above 0")
    # Not by shares: (sum a)² / sum a² is exact for whole numbers, so the order given changes nothing.
    return sum(amounts) ** 2 / sum(amount * amount for amount in amounts)


def contributor_absence_factor(amounts: Collection[float]) -> int:
    """The fewest people who together have at least half of the work (CHAOSS metric of that name).

    Raises ValueError unless the amounts, at least one, are above 0.
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
