"""The outcomes as a table for the terminal and as a page."""

from collections.abc import Sequence
from statistics import fmean

from benchmarks.redteam.evaluate import Outcome
from benchmarks.redteam.run import number, verdict

KINDS = {"attack": "Attacks", "campaign": "Campaigns", "control": "Honest controls", "change": "Honest changes"}


def table(outcomes: Sequence[Outcome]) -> str:
    """Lines for the terminal, and the missed targets by themselves."""
    lines = []
    for kind, title in KINDS.items():
        own = [o for o in outcomes if o.scenario.kind == kind]
        if own:
            lines += ["", title, f"{'scenario':46} {'signal':24} {'naive':>7} {'ratio':>6} {'range':>13}  target"]
        lines += [_line(*group) for group in _groups(own)]
    missed = [o for o in outcomes if not o.met]
    lines += ["", f"{len(outcomes)} targets, {len(missed)} missed"]
    lines += [f"  missed: {_line(o)}" for o in missed]
    return "\n".join(lines)


def _groups(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """A control's met targets of one range together, everything else by itself."""
    out: list[list[Outcome]] = []
    for o in outcomes:
        if (
            out
            and o.scenario is out[-1][0].scenario
            and o.scenario.kind == "control"
            and o.met
            and out[-1][0].met
            and (o.aim.low, o.aim.high) == (out[-1][0].aim.low, out[-1][0].aim.high)
        ):
            out[-1].append(o)
        else:
            out.append([o])
    return out


def _cells(group: Sequence[Outcome]) -> tuple[str, str, str, str, str]:
    """Signal, naive ratio, ratio, range and target of a group."""
    o = group[0]
    means = [one.mean for one in group if one.mean is not None]
    least = min((one.least for one in group if one.least is not None), default=None)
    most = max((one.most for one in group if one.most is not None), default=None)
    naive = max((one.naive for one in group if one.naive is not None), default=None)
    signal = o.aim.signal if len(group) == 1 else f"{len(group)} signals"
    mean = fmean(means) if means else None
    spread = f"{number(least)}..{number(most)}"
    target = f"{verdict(o)} ({o.aim.low:g} to {o.aim.high:g})"
    missing = sum(one.missing for one in group)
    if missing:
        target += f", {missing} without a value"
    return signal, number(naive), number(mean), spread, target


def _line(*group: Outcome) -> str:
    signal, naive, mean, spread, target = _cells(group)
    return f"{group[0].scenario.name[:46]:46} {signal:24} {naive:>7} {mean:>6} {spread:>13}  {target}"


def markdown(outcomes: Sequence[Outcome], seeds: int) -> str:
    """The page RESULTS.md."""
    missed = [o for o in outcomes if not o.met]
    text = [
        "# What attacks cost",
        "",
        f"Written by `python -m benchmarks.redteam --write`: {seeds} honest histories, each scenario upon each.",
        "A ratio is that of the signal's value under the scenario to its honest value, the mean over the histories and",
        "the range; of the trend, the ratio of the growths in a year. *Naive* is the same of what a dashboard would",
        "show (of days, how many times faster). *Admitted*: the method does not exclude it. What leaves a signal",
        "alone is 1.00; of `longest_release_silence` more is worse.",
        "",
    ]
    for kind, title in KINDS.items():
        own = [o for o in outcomes if o.scenario.kind == kind]
        if not own:
            continue
        text += [f"## {title}", "", "| scenario | costs | signal | naive | ratio | range | target |"]
        text += ["| --- | --- | --- | ---: | ---: | --- | --- |"]
        last = None
        for group in _groups(own):
            scenario = group[0].scenario
            does = f"**{scenario.name}**: {scenario.does}" if scenario is not last else ""
            cost = scenario.cost if scenario is not last else ""
            last = scenario
            text.append(f"| {does} | {cost} | {' | '.join(_cells(group))} |")
        text.append("")
    text += ["## Missed targets", ""]
    text += [f"- {o.scenario.name}, `{o.aim.signal}`: {number(o.mean)}" for o in missed] or ["None."]
    return "\n".join(text) + "\n"
