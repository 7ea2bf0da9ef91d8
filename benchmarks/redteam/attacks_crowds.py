"""Attacks with many accounts: crowds that land a little, quests, visitors who come back on purpose."""

from datetime import datetime, timedelta

from benchmarks.redteam.attacks_issues import ask
from benchmarks.redteam.attacks_people import crowd_of_three_days
from benchmarks.redteam.history import WEEKS, Commit, History, Issue, Person, Pull, Push, Repo, Review
from benchmarks.redteam.honest import busy, idle
from benchmarks.redteam.scenario import Aim, admitted, attack, no_gain, steady


def contribute(history: History, who: Person, title: str, at: datetime, lines: int = 12) -> Pull:
    """A pull request from a fork, which an insider approves and merges within the hour."""
    pull = Pull(history.main, who, at, title, [Commit(title, lines, who, at)], at + timedelta(hours=1))
    pull.merger, pull.outside = history.team[0], True
    pull.reviews.append(Review(history.team[0], at + timedelta(minutes=20)))
    history.pulls.append(pull)
    return pull


@attack(
    "120 accounts, an insider's script",
    (*admitted("effective_contributors", 0.95, 2.2), Aim("contributor_days", 1.0, 1.7)),
    idle,
)
def idle_crowd_of_three_days(history: History) -> None:
    """In an idle project 120 fresh accounts land twelve lines on three days each, approved and merged by a script."""
    crowd_of_three_days(history)


@attack("100 aged accounts, elapsed time, a language model", admitted("effective_contributors", 6.0, 16.0))
def crowd_of_eight_weeks(history: History) -> None:
    """A hundred aged accounts land twelve lines in eight weeks each, just enough to be regular."""
    for n, who in enumerate(history.strangers(100, "writer")):
        for k in range(8):
            at = WEEKS[(n + 6 * k) % 52] + timedelta(days=(n + k) % 5, hours=10, minutes=n)
            contribute(history, who, f"Page {n}.{k}", at)


@attack("100 aged accounts, elapsed time, a language model", (Aim("effective_contributors", 0.95, 1.8),))
def crowd_of_seven_weeks(history: History) -> None:
    """The same crowd, a week short of regular."""
    for n, who in enumerate(history.strangers(100, "writer")):
        for k in range(7):
            at = WEEKS[(n + 7 * k) % 52] + timedelta(days=(n + k) % 5, hours=10, minutes=n)
            contribute(history, who, f"Page {n}.{k}", at)


@attack("40 aged accounts, elapsed time, a text a month", admitted("returning_builders", 1.05, 1.6))
def visitors_who_come_back_on_purpose(history: History) -> None:
    """Forty aged accounts each open two issues, 35 days apart."""
    _visit_twice(history, history.strangers(40, "visitor"), 35)


@attack("fresh accounts, free", steady("returning_builders"))
def fresh_visitors_who_come_back(history: History) -> None:
    """Forty accounts that were made for it each open two issues, 35 days apart."""
    fresh = history.strangers(40, "fresh")
    for n, who in enumerate(fresh):
        who.created_at = WEEKS[n] - timedelta(days=3)
    _visit_twice(history, fresh, 35)


@attack("40 aged accounts", no_gain("returning_builders"))
def visitors_who_come_back_at_once(history: History) -> None:
    """Forty aged accounts each open ten issues within 25 days."""
    for k in range(10):
        _visit_twice(history, history.strangers(40, "visitor")[k::10], 2)
        _visit_twice(history, history.strangers(40, "other-visitor")[k::10], 25)


def _visit_twice(history: History, visitors: list[Person], days: int) -> None:
    for n, who in enumerate(visitors):
        for again in range(2):
            at = WEEKS[n % 40] + timedelta(days=days * again + n % 3, hours=9)
            history.issues.append(Issue(history.main, who, at))


@attack(
    "rewards for 300 real users, and answers to each",
    admitted("returning_builders", 1.1, 2.1)
    + admitted("first_response_7d", 1.2, 2.2)
    + (Aim("contributor_days", 1.0, 1.4), Aim("effective_contributors", 0.9, 1.2)),
)
def quests(history: History) -> None:
    """300 real users are paid to report something and, a month later, to land twelve lines; insiders answer them."""
    for n, who in enumerate(history.strangers(300, "quester")):
        at = WEEKS[n % 46] + timedelta(days=n % 6, hours=9, minutes=n)
        ask(history, who, at, history.team[n % len(history.team)], timedelta(hours=20), close=False)
        contribute(history, who, f"Quest {n}", at + timedelta(days=33))


def with_builders(seed: int) -> History:
    """The busy project with four assets for builders, of which the last change of two is long ago."""
    history = busy(seed)
    for n, role in enumerate(("sdk", "sdk", "examples", "examples")):
        repo = Repo(f"acme/asset-{n}", role=role)
        history.repos.append(repo)
        boss = history.team[n]
        history.pushes.append(Push(repo, boss, repo.created_at + timedelta(hours=1), [Commit("Begin", 60)]))
        if n % 2:
            at = WEEKS[40] + timedelta(days=n, hours=8)
            history.pushes.append(Push(repo, boss, at, [Commit(f"Mend example {n}", 30, boss, at)]))
    return history


UPKEEP = "builder_upkeep"


@attack("ten lines in half a year for each asset", admitted(UPKEEP, 1.9, 2.1), with_builders)
def ten_lines_keep_assets_alive(history: History) -> None:
    """Ten lines are pushed to each dead asset."""
    _touch_assets(history, 10, history.team[0])


@attack("free", steady(UPKEEP), with_builders)
def assets_touched(history: History) -> None:
    """A bot's bumps, and nine lines by an insider, land in each dead asset."""
    _touch_assets(history, 9, history.team[0])
    _touch_assets(history, 60, Person("bumper", kind="Bot"))


@attack("free", steady(UPKEEP), with_builders)
def assets_filled_with_copies(history: History) -> None:
    """The history of the first repository is pushed to each dead asset."""
    for n, repo in enumerate(r for r in history.repos if r.role != "core"):
        at = WEEKS[48] + timedelta(hours=n)
        history.pushes.append(Push(repo, history.team[0], at, [], copies=history.main))


def _touch_assets(history: History, lines: int, who: Person) -> None:
    for n, repo in enumerate(r for r in history.repos if r.role != "core"):
        at = WEEKS[46] + timedelta(days=n, hours=lines % 24)
        history.pushes.append(Push(repo, who, at, [Commit(f"Touch {n}", lines, who, at)]))
