"""Are SDKs, examples and templates alive?"""

from datetime import timedelta

from collector import clock
from collector.method.ageing import Ageing, StoredRow
from collector.method.definition import Context, SignalDefinition
from collector.method.naive import Dashboard
from collector.method.signal import Signal
from collector.method.statistics.intervals import wilson
from collector.method.window import Window
from collector.method_constants import LEAST_ASSETS, UPKEEP_DAYS
from collector.text import lacking


def builder_upkeep(alive: int, assets: int, external_builders: int, context: Context) -> Signal:
    """Return the share of builder assets with a substantive change in the days before the date, with Wilson's interval.

    `external_builders` are the qualified outsiders with threads there in two or more weeks of the window: a companion.
    n is the assets.
    """
    companions: dict[str, object] = {"alive": alive, "external_builders": external_builders}
    reason = context.too_young()
    if reason is None and assets < LEAST_ASSETS:
        reason = lacking(f"{LEAST_ASSETS} SDKs or examples", assets)
    if reason:
        return context.insufficient(reason, assets, companions)
    return context.measured(alive / assets, wilson(alive, assets), assets, companions)


def _compute(context: Context) -> Signal:
    rows = context.counted
    external = max((int(row["external_builders"]) for row in rows), default=0)
    return builder_upkeep(sum(bool(row["alive"]) for row in rows), len(rows), external, context)


def _aged(row: StoredRow, _days: int, window: Window) -> StoredRow:
    """Return the row of an asset as of the window's date: it dies when its last change is too long ago."""
    since = clock.to_text(window.as_of_moment - timedelta(days=UPKEEP_DAYS))
    return {**row, "alive": row["alive"] and row["last_change"] >= since}


def _naive(dashboard: Dashboard, project: str) -> dict[str, object]:
    return {"commits": dashboard.builder_commits(project)}


SIGNAL = SignalDefinition(
    key="builder_upkeep",
    family="builders",
    title="SDKs and examples alive",
    question=f"Are SDKs, examples and templates alive: did they change in {UPKEEP_DAYS} days?",
    unit="share",
    direction="up",
    least_n=f"{LEAST_ASSETS} SDKs or examples",
    ageing=Ageing(_aged),
    reads=("alive", "external_builders", "last_change"),
    compute=_compute,
    naive=_naive,
    naive_figures={"commits": "commits of the window in SDKs and examples"},
)
