"""In how many weeks did people land real change?"""

from collections.abc import Collection
from datetime import date

from collector.method.author_days import AuthorDay, day_of
from collector.method.definition import Context, SignalDefinition
from collector.method.left_out import WORK
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.weekly import weeks_with
from collector.method_constants import LEAST_AGE_WEEKS, WINDOW_WEEKS


def active_weeks(author_days: Collection[AuthorDay], reviewed_days: Collection[date], context: Context) -> Signal:
    """Return the distinct weeks with a substantive author-day, of the weeks of existence, scaled to WINDOW_WEEKS.

    Work of nobody known counts here; days outside the window are ignored. `reviewed_days` are the days of the
    author-days that were independently reviewed: the companion `corroborated_weeks` is the same figure for them. n is
    the weeks of existence.
    """
    if reason := context.too_young():
        return context.insufficient(reason, context.window.weeks_of_existence(context.created_at))
    weeks = weeks_with({day for _, day in author_days}, context)
    companions: dict[str, object] = {"corroborated_weeks": weeks_with(reviewed_days, context).value}
    return context.measured(weeks.value, weeks.interval, weeks.observed, companions)


def _compute(context: Context) -> Signal:
    days = [(None if row["person"] is None else str(row["person"]), day_of(row)) for row in context.counted]
    return active_weeks(days, {day_of(row) for row in context.counted if row["reviewed"]}, context)


def _curve(weeks: float) -> float:
    return weeks / WINDOW_WEEKS


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"commits": dashboard.commits(project).count}


SIGNAL = SignalDefinition(
    key="active_weeks",
    family="commit frequency",
    title="Weeks with real change",
    question="In how many weeks did people land real change?",
    unit="weeks",
    direction="up",
    least_n=f"{LEAST_AGE_WEEKS} weeks of age",
    reads=("person", "day", "reviewed"),
    compute=_compute,
    naive=_naive,
    naive_figures={"commits": "commits of the window on the default branches, by their authors' dates"},
    leaves_out=WORK,
    curve=_curve,
)
