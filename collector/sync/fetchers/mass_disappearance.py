"""Decide when so many rows disappear from a list at once that the list itself is in doubt.

A list may lose a few rows at any moment. The fetchers decide what is done about one in doubt: they read it again, look
for the rows by name or id, or verify the head.
"""

# Owners do delete ten rows in a day. A fifth of a longer list is more likely missing by a fault of GitHub's.
MANY, ONE_IN = 10, 5


def is_many(missing: int, of: int) -> bool:
    """Return whether more than MANY rows, and more than one in ONE_IN, are missing from a list of `of` rows."""
    return missing > MANY and missing * ONE_IN > of


def is_mass(missing: int, of: int) -> bool:
    """Return whether many rows are missing from a list of `of` rows, or all of several."""
    return is_many(missing, of) or missing == of > 1


def contradicts(listed: int, counted: int) -> bool:
    """Return whether a list's total is much smaller than the batched query counted a moment earlier, or 0."""
    return is_mass(counted - listed, counted) or (counted > 0 and listed == 0)
