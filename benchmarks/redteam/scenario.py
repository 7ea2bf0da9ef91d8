"""What a scenario is, and the list of them all."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import getdoc

from benchmarks.redteam.history import History
from benchmarks.redteam.honest import busy, two_years

Base = Callable[[int], History]
Play = Callable[[History], History | None]


@dataclass(frozen=True)
class Aim:
    """A signal that a scenario aims at, and the ratio to the honest value that it should have.

    `admitted`: the method does not exclude the attack and says so; the range is what it is known to gain.
    `unknown`: the signal must have no value, since there is too little to judge by.
    """

    signal: str
    low: float
    high: float
    admitted: bool = False
    unknown: bool = False


@dataclass(frozen=True)
class Scenario:
    """What is played upon an honest history: an attack, a campaign of several attacks, a control (honest, must not
    move) or a change (honest, must move)."""

    name: str
    kind: str  # attack | campaign | control | change
    does: str
    cost: str
    aims: tuple[Aim, ...]
    base: Base
    play: Play


SCENARIOS: list[Scenario] = []
OVERALL = "overall"
WORK = ("active_weeks", "contributor_days", "effective_contributors", "independent_review")
RELEASES = ("release_weeks", "longest_release_silence")
ISSUES = ("first_response_7d", "resolution_90d")
EVERY = (*RELEASES, *WORK, *ISSUES, "review_response_7d", "concentration_trend", "server_evidence", "history_integrity")
FAILURES = "failure_disclosure"


def steady(*signals: str) -> tuple[Aim, ...]:
    """These must stay as they are."""
    return tuple(Aim(s, 0.95, 1.05) for s in signals)


def no_gain(*signals: str) -> tuple[Aim, ...]:
    """These must not rise; the attack may well hurt itself."""
    return tuple(Aim(s, 0.0, 1.05) for s in signals)


def admitted(signal: str, low: float, high: float) -> tuple[Aim, ...]:
    """This moves, and the method says so."""
    return (Aim(signal, low, high, admitted=True),)


def unknown(*signals: str) -> tuple[Aim, ...]:
    """These must have no value."""
    return tuple(Aim(s, 0.0, 0.0, unknown=True) for s in signals)


def moves(signal: str, low: float, high: float) -> tuple[Aim, ...]:
    """This honest change must be seen."""
    return (Aim(signal, low, high),)


def _register(kind: str, cost: str, aims: tuple[Aim, ...], base: Base) -> Callable[[Play], Play]:
    def note(play: Play) -> Play:
        does = " ".join((getdoc(play) or "").split("\n\n")[0].split())
        SCENARIOS.append(Scenario(play.__name__.replace("_", " "), kind, does, cost, aims, base, play))
        return play

    return note


def attack(cost: str, aims: tuple[Aim, ...], base: Base = busy) -> Callable[[Play], Play]:
    """Register an attack: a function that changes the history in place, or returns another. Its docstring tells what
    it does."""
    return _register("attack", cost, aims, base)


def campaign(cost: str, low: float, high: float, base: Base) -> Callable[[Play], Play]:
    """Register several attacks at once; the aim is the ratio of the overall score to the honest one."""
    return _register("campaign", cost, admitted(OVERALL, low, high), base)


def control(aims: tuple[Aim, ...] = (), base: Base = two_years) -> Callable[[Play], Play]:
    """Register an honest way of working that must not move what does not speak of it; by default, nothing."""
    return _register("control", "honest", aims or steady(*EVERY), base)


def change(aims: tuple[Aim, ...], base: Base = busy) -> Callable[[Play], Play]:
    """Register an honest change that must be seen."""
    return _register("change", "honest", aims, base)
