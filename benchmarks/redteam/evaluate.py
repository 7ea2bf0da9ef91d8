"""Plays scenarios, has the program compute the signals, and compares with the honest history of the same seed."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp, log
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from benchmarks.redteam import (
    attacks_closings,
    attacks_commits,
    attacks_copies,
    attacks_crowds,
    attacks_evasions,
    attacks_failures,
    attacks_issues,
    attacks_offers,
    attacks_paths,
    attacks_people,
    attacks_releases,
    attacks_review,
    campaigns,
    changes,
    controls,
    controls_landing,
    controls_ways,
    pretend,
)
from benchmarks.redteam.history import AS_OF, SYNCS, History
from benchmarks.redteam.record import record
from benchmarks.redteam.scenario import OVERALL, SCENARIOS, Aim, Base, Scenario
from collector.method import compute as method
from collector.method import scores
from collector.method.registry import BY_KEY
from collector.method_constants import SCORE_FLOOR

# Importing them registers their scenarios, in this order.
FAMILIES = (
    attacks_commits,
    attacks_copies,
    attacks_releases,
    attacks_issues,
    attacks_closings,
    attacks_review,
    attacks_offers,
    attacks_people,
    attacks_paths,
    attacks_failures,
    attacks_crowds,
    attacks_evasions,
    campaigns,
    controls_landing,
    controls,
    controls_ways,
    changes,
)
# What a dashboard would show, where a signal keeps several figures; of days, fewer are better.
NAIVE = {"first_response_7d": "median_days_of_answered"}
# What a scenario may aim at beside the signals themselves.
COMPANIONS = {"first_response_7d": ("answered_by_anyone_7d",), "active_weeks": ("corroborated_weeks",)}


SCENARIOS_BY_NAME = {s.name: s for s in SCENARIOS}
# What aims at the second clock: there the sync's own behaviour is the defence.
SECOND_CLOCK = (
    "unanswered issues deleted",
    "deleted before we look",
    "imported answered issues",
    "transferred and answered",
    "draft flip",
    "tags moved along",
    "deleted and published again",
    "late tags",
    "rewritten again and again",
    "draft and ready again",
    "unexplained incidents deleted",
    "imported by one account",
    "one critic deleted",
    "dropped within the day",
    "generated repository force pushed",
)


@dataclass(frozen=True)
class Value:
    """A signal's value and the naive figure beside it; None where there is none."""

    value: float | None
    naive: float | None
    naive_name: str | None


@dataclass(frozen=True)
class Measured:
    """A signal under a scenario, beside the honest history of the same seed."""

    scenario: str
    seed: int
    aim: Aim
    ratio: float | None
    naive: float | None
    naive_name: str | None


@dataclass(frozen=True)
class Outcome:
    """A scenario's aim over all seeds."""

    scenario: Scenario
    aim: Aim
    naive_name: str | None
    naive: float | None
    mean: float | None
    least: float | None
    most: float | None
    seeds: int
    missing: int  # seeds without a value

    @property
    def met(self) -> bool:
        """Whether every seed has a ratio and their mean lies where it should; or none, of what must be unknown."""
        if self.aim.unknown:
            return self.missing == self.seeds
        return self.mean is not None and not self.missing and self.aim.low <= self.mean <= self.aim.high


def compute(history: History) -> dict[str, Value]:
    """The signals of a history that is written to the tables, by the program's store."""
    with closing(record(history)) as db:
        return signals_of(db)


def compute_synced(history: History) -> dict[str, Value]:
    """The signals of a history that the program syncs from the pretend GitHub."""
    with TemporaryDirectory() as folder, closing(pretend.sync(history, Path(folder) / "signals.db")) as db:
        return signals_of(db)


def signals_of(db: sqlite3.Connection, as_of: date = AS_OF) -> dict[str, Value]:
    """The signals of a recorded history, by the program."""
    method.compute(db, pretend.configured(), as_of)
    out = {}
    scored = []
    for key, value, naive, companions, *score in db.execute(
        "SELECT signal, value, naive, companions, score, score_low, score_high FROM signals WHERE project = 'acme'"
    ):
        name, figure = _figure(key, json.loads(naive))
        out[key] = Value(value, figure, name)
        out |= {c: Value(json.loads(companions).get(c), None, None) for c in COMPANIONS.get(key, ())}
        if value is not None:
            scored.append(scores.Scored(BY_KEY[key].family, *score))
    out[OVERALL] = Value(_mean(scored), None, None)
    return out


def _mean(scored: Sequence[scores.Scored]) -> float | None:
    """The overall score of the families that are known, also where they are too few for the program to show one."""
    known = [f.score for f in scores.families(scored) if f.score is not None]
    return exp(fmean(log(max(score, SCORE_FLOOR)) for score in known)) if known else None


def _figure(key: str, naive: Mapping[str, object]) -> tuple[str | None, float | None]:
    if key == "concentration_trend":
        now, before = naive.get("commit_authors_this_half_year"), naive.get("commit_authors_the_one_before")
        if isinstance(now, int) and isinstance(before, int) and before:
            return "commit_authors, half-year over the last", now / before
        return None, None
    names = [NAIVE[key]] if key in NAIVE else list(naive)
    for name in names:
        figure = naive.get(name)
        if isinstance(figure, int | float):
            return name, float(figure)
    return None, None


Way = Callable[[History], dict[str, Value]]


@lru_cache(maxsize=8)
def honest(base: Base, seed: int, way: Way) -> dict[str, Value]:
    """The signals of an honest history."""
    return way(_of(base, seed, way))


def _of(base: Base, seed: int, way: Way) -> History:
    history = base(seed)
    if way is compute_synced:
        # Six syncs tell before from after as forty do.
        history.syncs = [SYNCS[n] for n in (0, 1, 12, 24, 37, 39)]
    return history


def play(scenario: Scenario, seed: int, way: Way = compute) -> list[Measured]:
    """A scenario upon the honest history of a seed."""
    before = honest(scenario.base, seed, way)
    history = _of(scenario.base, seed, way)
    after = way(scenario.play(history) or history)
    out = []
    for aim in scenario.aims:
        if aim.signal not in before:
            continue  # the program does not compute it
        was, now = before[aim.signal], after[aim.signal]
        out.append(
            Measured(
                scenario.name,
                seed,
                aim,
                ratio(aim.signal, was.value, now.value),
                naive_ratio(was, now),
                was.naive_name,
            )
        )
    return out


def ratio(signal: str, was: float | None, now: float | None) -> float | None:
    """Attacked over honest; of the trend, a slope around 0, the ratio of the growths in a year."""
    if was is None or now is None:
        return None
    if signal == "concentration_trend":
        return exp(now - was)
    return now / was if was else None


def naive_ratio(was: Value, now: Value) -> float | None:
    """The same of the naive figure; of days, how many times faster."""
    if was.naive_name is None or not was.naive or not now.naive:
        return None
    return was.naive / now.naive if "days" in was.naive_name else now.naive / was.naive


def gather(measured: list[Measured]) -> list[Outcome]:
    """What came out over all seeds, in the order of the scenarios."""
    out = []
    for scenario in SCENARIOS:
        for aim in scenario.aims:
            own = [m for m in measured if m.scenario == scenario.name and m.aim == aim]
            if not own:
                continue
            naive = [m.naive for m in own if m.naive is not None]
            ratios = [m.ratio for m in own if m.ratio is not None]
            out.append(
                Outcome(
                    scenario,
                    aim,
                    own[0].naive_name,
                    fmean(naive) if naive else None,
                    fmean(ratios) if ratios else None,
                    min(ratios, default=None),
                    max(ratios, default=None),
                    len(own),
                    len(own) - len(ratios),
                )
            )
    return out
