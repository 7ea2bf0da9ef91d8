"""Which combinations of choices the short form of the suite tries; `.ci/full variants` tries the others."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest


def crossed(*choices: Sequence[Any]) -> list[Any]:
    """Return parameters of a test: every combination of one of each of `choices`.

    The short form goes through all of them side by side, and through the shorter ones again and again, so that it
    meets each choice at least once. The other combinations have the mark `variants`.
    """
    short = [tuple(one[place % len(one)] for one in choices) for place in range(max(map(len, choices)))]
    return [pytest.param(*found, marks=() if found in short else pytest.mark.variants) for found in product(*choices)]
