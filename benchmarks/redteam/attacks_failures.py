"""Attacks on whether failures are explained."""

from datetime import datetime, timedelta

from benchmarks.redteam.history import WEEKS, Advisory, Comment, Commit, History, Issue, Person, Pull, Push
from benchmarks.redteam.honest import breaking
from benchmarks.redteam.scenario import FAILURES, Aim, admitted, attack, no_gain, steady

Thing = Issue | Pull
SHORT, LONG = 200, 300
SOON = timedelta(days=1)


def _unexplained(history: History) -> list[tuple[Thing, datetime]]:
    """Incidents and reverting pull requests with short texts, and when they happened."""
    out: list[tuple[Thing, datetime]] = [
        (issue, issue.comments[0].at) for issue in history.issues if issue.labels and issue.comments[0].words < SHORT
    ]
    out += [
        (pull, pull.merged_at)
        for pull in history.pulls
        if pull.title.startswith("Revert") and pull.merged_at and pull.words < SHORT
    ]
    return out


def _say(history: History, who: Person, text: str = "", after: timedelta = SOON, words: int = LONG) -> None:
    for thing, at in _unexplained(history):
        thing.comments.append(Comment(who, at + after, text, words))


@attack("200 characters an event", admitted(FAILURES, 1.2, 3.5), breaking)
def a_text_generated_for_each_failure(history: History) -> None:
    """An insider posts a generated text of 300 characters on each thread that nobody explained."""
    _say(history, history.team[0])


@attack("free", steady(FAILURES), breaking)
def one_text_for_all_failures(history: History) -> None:
    """An insider posts the same long text on each thread that nobody explained."""
    _say(history, history.team[0], "We are sorry for what happened and do our best to make it better next time.")


@attack("free", steady(FAILURES), breaking)
def a_bot_explains(history: History) -> None:
    """A bot that belongs to the project posts a long text on each thread."""
    _say(history, Person("explainer", kind="Bot", member=True))


@attack("free", steady(FAILURES), breaking)
def outsiders_explain(history: History) -> None:
    """An account without any power posts long texts on each thread."""
    _say(history, history.strangers(1, "friend")[0])


@attack("free", steady(FAILURES), breaking)
def quotes_and_code_explain(history: History) -> None:
    """Insiders post long logs and quotes, with a few words of their own."""
    _say(history, history.team[0], words=40)


@attack("a script, before each date", steady(FAILURES), breaking)
def explained_when_asked(history: History) -> None:
    """What nobody explained is explained in the third week, before a report is made."""
    _say(history, history.team[0], after=timedelta(days=15))


@attack("an insider's minute each", no_gain(FAILURES), breaking)
def unexplained_incidents_deleted(history: History) -> None:
    """Incidents that nobody explained are deleted two weeks after a sync saw them."""
    for thing, at in _unexplained(history):
        if isinstance(thing, Issue) and at + timedelta(days=21) < history.syncs[-1] and at > history.syncs[0]:
            thing.deleted_at = at + timedelta(days=21)


@attack("an insider, 26 issues and texts", admitted(FAILURES, 1.1, 2.2), breaking)
def invented_incidents(history: History) -> None:
    """Every other week an incident is invented, labelled and explained."""
    for n, week in enumerate(WEEKS[1:-2:2]):
        at = week + timedelta(days=5, hours=20)
        issue = Issue(history.main, history.outsiders[n], at, labels=("incident",))
        issue.comments.append(Comment(history.team[0], at + timedelta(hours=1), words=LONG))
        history.issues.append(issue)


@attack("an insider, 26 advisories and texts", admitted(FAILURES, 1.1, 2.2), breaking)
def invented_advisories(history: History) -> None:
    """Every other week a security advisory is published about nothing."""
    for week in WEEKS[1:-2:2]:
        history.advisories.append(Advisory(history.main, week + timedelta(days=5, hours=20), history.team[0], LONG))


@attack("an insider, a text an event", admitted(FAILURES, 1.2, 3.0), breaking)
def failures_hidden_behind_an_incident(history: History) -> None:
    """On the day of each failure that nobody explained another one is invented and explained: they are one event."""
    for n, (_, at) in enumerate(_unexplained(history)):
        day = at.replace(hour=0, minute=5)
        issue = Issue(history.main, history.outsiders[n], day, labels=("incident",))
        issue.comments.append(Comment(history.team[0], day + timedelta(minutes=10), words=LONG))
        history.issues.append(issue)


@attack("free", (Aim(FAILURES, 0.6, 1.5, admitted=True),), breaking)
def incidents_not_labelled(history: History) -> None:
    """No issue is ever labelled: reverts and advisories are left."""
    for issue in history.issues:
        issue.labels = ()


@attack("a script", steady(FAILURES), breaking)
def reverts_of_own_work(history: History) -> None:
    """Each week something is pushed and taken back within the hour, with a long text."""
    boss = history.team[0]
    for n, week in enumerate(WEEKS):
        at = week + timedelta(days=6, hours=22)
        bad = Commit(f"Try {n}", 30, boss, at)
        back = Commit(f'Revert "Revert "Try {n}""', 30, boss, at, words=LONG)
        history.pushes.append(Push(history.main, boss, at, [bad, back]))


@attack("a script", steady(FAILURES), breaking)
def tiny_reverts(history: History) -> None:
    """Each week nine lines are taken back, with a long text."""
    boss = history.team[0]
    for n, week in enumerate(WEEKS):
        at = week + timedelta(days=6, hours=22)
        history.pushes.append(Push(history.main, boss, at, [Commit(f'Revert "Try {n}"', 9, boss, at, words=LONG)]))
