"""How the evidence of a signal changes from day to day while no fact does: what waits has waited longer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from collector.method.window import Window

_SECONDS = 86_400  # of a day


StoredRow = dict[str, Any]
"""A row of evidence that was stored with the signals of a date."""


def days_later(waited: float, days: int) -> float:
    """Return a time in days, known in whole seconds, after so many more days.

    The quotient is rounded once, as where the time is computed from two moments, so that it is the same float.
    """
    return (round(waited * _SECONDS) + days * _SECONDS) / _SECONDS


def _same_row(row: StoredRow, _days: int, _window: Window) -> StoredRow:
    return row


def _same_figures(naive: dict[str, object], _days: int) -> dict[str, object]:
    return naive


@dataclass(frozen=True)
class Ageing:
    """How to get from the evidence of one date to that of a later date of the same week, if no fact changed.

    `row` maps a row of evidence, with the number of days between the two and the window of the later one; `naive` maps
    the naive figures. The columns that `row` reads are among those that the signal `reads`.
    """

    row: Callable[[StoredRow, int, Window], StoredRow] = _same_row
    naive: Callable[[dict[str, object], int], dict[str, object]] = _same_figures


def waiting(ends: Mapping[str, str]) -> Ageing:
    """Return the ageing of rows that wait: each column of a time in `ends` grows until the event in its column.

    A wait that its author withdrew, where rows have the column `withdrawn_at`, is over too.
    """

    def row(row: StoredRow, days: int, _window: Window) -> StoredRow:
        if row.get("withdrawn_at") is not None:
            return row
        return {**row, **{time: days_later(row[time], days) for time, event in ends.items() if not row[event]}}

    return Ageing(row)
