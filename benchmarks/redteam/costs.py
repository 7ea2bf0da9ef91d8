"""The price list docs/attack-costs.md: what moving each signal's score by a tenth costs, and what shows it."""

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from statistics import fmean

from benchmarks.redteam.evaluate import SCENARIOS_BY_NAME, signals_of
from benchmarks.redteam.history import History
from benchmarks.redteam.price import Meter, Price, mean
from benchmarks.redteam.record import record
from benchmarks.redteam.scenario import OVERALL, SCENARIOS, Scenario
from collector.method.registry import BY_KEY

TENTH = 0.1
SEEN = 0.05  # a score that falls so far is named
NOTED = 0.01  # what moves a score less is not priced
SIGNS = 3  # so many are named


@dataclass(frozen=True)
class Reading:
    """What the program says of a signal: its score, and the figures and reasons beside it."""

    score: float | None
    companions: dict[str, float]
    excluded: dict[str, int]


@dataclass(frozen=True)
class Cost:
    """What a scenario does to a signal's score, and what it takes; the means over the seeds."""

    scenario: Scenario
    signal: str
    before: float
    after: float
    price: Price
    signs: tuple[str, ...]

    @property
    def gain(self) -> float:
        """How far the score moves."""
        return self.after - self.before


def priced() -> list[Scenario]:
    """The attacks and campaigns that may move what they aim at: the method does not exclude them, or not wholly."""
    able = [s for s in SCENARIOS if s.kind in ("attack", "campaign")]
    return [s for s in able if any(a.admitted or a.high > 1.05 for a in s.aims)]


def measure(seeds: Sequence[int], workers: int) -> list[Cost]:
    """The costs of every priced scenario, for each signal whose score it is meant to move or moves by a tenth."""
    names = [s.name for s in priced()]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        found = pool.map(partial(costs_of, seeds=seeds), names)
        return [cost for costs in found for cost in costs]


def costs_of(name: str, seeds: Sequence[int]) -> list[Cost]:
    """The costs of one scenario."""
    scenario = SCENARIOS_BY_NAME[name]
    befores, afters, prices = [], [], []
    for seed in seeds:
        befores.append(_readings(scenario.base(seed)))
        history = scenario.base(seed)
        meter = Meter(history)
        history = scenario.play(history) or history
        prices.append(meter.price(history))
        afters.append(_readings(history))
    aimed = {a.signal for a in scenario.aims if a.admitted or a.high > 1.05}
    out = []
    for key in (OVERALL, *BY_KEY):
        pairs = [(b[key].score, a[key].score) for b, a in zip(befores, afters, strict=True)]
        known = [(b, a) for b, a in pairs if b is not None and a is not None]
        if len(known) < len(pairs):
            continue
        before, after = (fmean(side) for side in zip(*known, strict=True))
        if key in aimed or (key != OVERALL and after - before >= TENTH):
            signs = _signs(key, befores[0], afters[0])
            out.append(Cost(scenario, key, before, after, mean(prices), signs))
    return out


def _readings(history: History) -> dict[str, Reading]:
    with closing(record(history)) as db:
        overall = signals_of(db)[OVERALL].value
        asked = "SELECT signal, score, companions, excluded FROM signals WHERE project = 'acme'"
        out = {
            key: Reading(score, _numbers(json.loads(companions)), json.loads(excluded))
            for key, score, companions, excluded in db.execute(asked)
        }
    return {**out, OVERALL: Reading(overall, {}, {})}


def _numbers(figures: dict[str, object]) -> dict[str, float]:
    return {name: float(x) for name, x in figures.items() if isinstance(x, int | float)}


def _signs(key: str, before: dict[str, Reading], after: dict[str, Reading]) -> tuple[str, ...]:
    """What a reader can see: other scores that fall, figures beside the signal that move, reasons that come up."""
    signs: list[tuple[float, str]] = []
    for other, now in after.items():
        was = before[other].score
        if other not in (key, OVERALL) and was is not None:
            if now.score is None:
                signs.append((1.0, f"`{other}` unknown"))
            elif was - now.score >= SEEN:
                signs.append((was - now.score, f"`{other}` {now.score - was:+.2f}"))
    own = sorted(signs, reverse=True)
    beside = []
    for name, figure in after[key].companions.items():
        was_figure = before[key].companions.get(name)
        if was_figure is None:
            continue
        change = abs(figure - was_figure) / (abs(was_figure) or 1.0)
        if change >= TENTH:
            beside.append((change, f"`{name}` {was_figure:.3g} to {figure:.3g}"))
    reasons = []
    for other in after if key == OVERALL else (key,):
        for reason, count in after[other].excluded.items():
            more = count - before[other].excluded.get(reason, 0)
            if more > 0:
                reasons.append((float(more), f"`{reason}` +{more}"))
    ordered = [text for _, text in own[:SIGNS]]
    return tuple(ordered + [text for _, text in sorted(beside, reverse=True)[:1] + sorted(reasons, reverse=True)[:1]])


def page(costs: Sequence[Cost], seeds: int) -> str:
    """The page docs/attack-costs.md."""
    text = [
        "# What moving a signal costs",
        "",
        f"Written by `python -m benchmarks.redteam --costs`, upon {seeds} of the honest histories. For every attack",
        "that the method does not exclude, or not wholly: how far it moves the signal's *score* (from 0 to 1),",
        "what it took there, and what moving the score by a *tenth* would take, if the two go together. A *text*",
        "is one in words of its own, say twenty; a *line* is one of code that lands; an *account* is a new one,",
        "*aged* when it was 90 days old at its first use; *days* are those on which something is done, and none",
        "can be bought. What an attack needs besides (access, an insider's agreement) is named with it. *What",
        "shows it*: the scores that fall most, and the figure beside the signal and the reason for leaving rows",
        "out that change most, in the first of the histories.",
        "",
        "What these attacks do is in [RESULTS.md](../benchmarks/redteam/RESULTS.md), and what each signal counts in",
        "[signals.md](signals.md).",
        "",
    ]
    for key in (OVERALL, *BY_KEY):
        own = [c for c in costs if c.signal == key]
        title = "Campaigns: the overall score" if key == OVERALL else key
        text += [f"## {title}", ""]
        if key == OVERALL:
            text += ["Of the families that are known, also where they are too few for the program to show a score.", ""]
        if not own:
            text += ["No attack of the red team moves it by a tenth of the score.", ""]
            continue
        text += [
            "| attack | needs | score | takes | a tenth takes | what shows it |",
            "| --- | --- | ---: | --- | --- | --- |",
        ]
        text += [_row(c) for c in sorted(own, key=lambda c: (-round(c.gain, 2), c.scenario.name))]
        text.append("")
    return "\n".join(text).rstrip() + "\n"


def _row(cost: Cost) -> str:
    tenth = str(cost.price.times(TENTH / abs(cost.gain))) if abs(cost.gain) >= NOTED else "it does not move it"
    score = f"{cost.before:.2f} to {cost.after:.2f}"
    cells = (f"{cost.scenario.name} ({cost.scenario.base.__name__.replace('_', ' ')})", cost.scenario.cost, score)
    return f"| {' | '.join(cells)} | {cost.price} | {tenth} | {', '.join(cost.signs) or 'nothing'} |"
