"""All scenarios over the seeds, on several processes, and the tables that come of it."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from benchmarks.redteam.evaluate import SCENARIOS_BY_NAME, Measured, Outcome, Way, compute, gather, play
from benchmarks.redteam.scenario import SCENARIOS, Scenario

Job = tuple[str, int]


def chosen(words: Sequence[str]) -> list[Scenario]:
    """The scenarios whose name, kind or aim holds one of the words; all of them without words."""
    return [
        s for s in SCENARIOS if not words or any(w in f"{s.name} {s.kind} {[a.signal for a in s.aims]}" for w in words)
    ]


def run(scenarios: Sequence[Scenario], seeds: Sequence[int], workers: int, way: Way = compute) -> list[Outcome]:
    """Every scenario with every seed. The outcome does not depend on the number of workers."""
    # One worker gets all scenarios of a seed and base, so that the honest history is computed once.
    jobs: dict[tuple[int, str], list[Job]] = {}
    for seed in seeds:
        for n, s in enumerate(scenarios):
            jobs.setdefault((seed, f"{s.base.__name__} {n // 12}"), []).append((s.name, seed))
    measured: list[Measured] = []
    if workers == 1:
        for job in jobs.values():
            measured += _some(job, way)
    else:
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            for found in pool.map(partial(_some, way=way), jobs.values()):
                measured += found
    return gather(measured)


def _some(jobs: list[Job], way: Way) -> list[Measured]:
    return [m for name, seed in jobs for m in play(SCENARIOS_BY_NAME[name], seed, way)]


def number(x: float | None) -> str:
    """A ratio with two or three digits."""
    if x is None:
        return "-"
    return f"{x:.0f}" if abs(x) >= 100 else f"{x:.1f}" if abs(x) >= 10 else f"{x:.2f}"


def verdict(outcome: Outcome) -> str:
    """Whether the target is met, in a word."""
    if not outcome.met:
        return "MISSED"
    return "admitted" if outcome.aim.admitted else "met"


def as_row(outcome: Outcome) -> dict[str, object]:
    """An outcome for JSON and the tables."""
    return {
        "scenario": outcome.scenario.name,
        "kind": outcome.scenario.kind,
        "does": outcome.scenario.does,
        "base": outcome.scenario.base.__name__,
        "cost": outcome.scenario.cost,
        "signal": outcome.aim.signal,
        "naive": outcome.naive_name,
        "naive_ratio": outcome.naive,
        "ratio": outcome.mean,
        "least": outcome.least,
        "most": outcome.most,
        "seeds": outcome.seeds,
        "without_value": outcome.missing,
        "low": outcome.aim.low,
        "high": outcome.aim.high,
        "admitted": outcome.aim.admitted,
        "met": outcome.met,
    }
