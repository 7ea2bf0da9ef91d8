"""The number of weeks in which something happened: shared by the signals of releases and of work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from collector.method.definition import Context
from collector.method.statistics.intervals import wilson
from collector.method_constants import WINDOW_WEEKS


@dataclass(frozen=True)
class Weeks:
    """Weeks with an event, of the `observed` weeks of existence, scaled to the whole window; with a 95 % interval."""

    value: float
    interval: tuple[float, float]
    observed: int


def weeks_with(times: Iterable[date | datetime], context: Context) -> Weeks:
    """Return the weeks of the window with at least one of `times`; the interval is Wilson's for their share.

    The project must be old enough to be judged.
    """
    observed = context.window.weeks_of_existence(context.created_at)
    hit = context.window.weeks_with(times, context.created_at)
    low, high = wilson(hit, observed)
    return Weeks(hit * WINDOW_WEEKS / observed, (low * WINDOW_WEEKS, high * WINDOW_WEEKS), observed)
