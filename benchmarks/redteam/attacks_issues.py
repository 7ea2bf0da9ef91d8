"""Attacks with issues: asked at home, answered by machines, deleted, moved, closed on a claim."""

from datetime import datetime, timedelta

from benchmarks.redteam.history import (
    SYNCS,
    WEEKS,
    WINDOW_START,
    Comment,
    Event,
    History,
    Issue,
    Person,
    Pull,
)
from benchmarks.redteam.scenario import ISSUES, WORK, admitted, attack, no_gain, steady

MINUTES = timedelta(minutes=1)


def ask(history: History, asker: Person, at: datetime, guide: Person | None, wait: timedelta, close: bool) -> Issue:
    """An issue, answered in new words after `wait` and closed a minute later."""
    issue = Issue(history.main, asker, at)
    if guide:
        issue.comments.append(Comment(guide, at + wait))
        if close:
            issue.close(guide, at + wait + MINUTES)
    history.issues.append(issue)
    return issue


def ask_many(history: History, askers: list[Person], count: int = 600) -> None:
    """So many issues over the year, each answered in three minutes and closed as completed."""
    for n, at in enumerate(history.moments(count)):
        ask(history, askers[n % len(askers)], at, history.team[n % 2], 3 * MINUTES, True)


@attack("free", steady(*ISSUES))
def self_answered_issues(history: History) -> None:
    """Insiders open 600 issues and answer them at once."""
    ask_many(history, history.team[2:])


@attack("accounts, free", steady(*ISSUES))
def issues_of_fresh_accounts(history: History) -> None:
    """Twenty fresh accounts open 600 issues, answered at once."""
    fresh = history.strangers(20, "fresh", age_days=-364)
    _ask_while_young(history, fresh, 600)


def _ask_while_young(history: History, fresh: list[Person], count: int) -> None:
    """Each account asks within its first 85 days."""
    for n, at in enumerate(history.moments(count)):
        who = fresh[n * len(fresh) // count]
        if n == 0 or who is not fresh[(n - 1) * len(fresh) // count]:
            who.created_at = at - timedelta(days=20)
        ask(history, who, at, history.team[n % 2], 3 * MINUTES, True)


@attack("ten aged accounts", admitted("first_response_7d", 1.03, 1.14) + admitted("resolution_90d", 1.08, 1.28))
def issues_of_aged_accounts(history: History) -> None:
    """Ten aged accounts open 600 issues, answered at once."""
    ask_many(history, history.strangers(10, "aged"))


@attack(
    "forty aged accounts, elapsed time, words each week",
    admitted("first_response_7d", 1.1, 1.4) + admitted("resolution_90d", 1.2, 1.8),
)
def slow_drip_of_aged_accounts(history: History) -> None:
    """Forty aged accounts open one issue every three months, each answered within hours in words of its own."""
    for n, who in enumerate(history.strangers(40, "patient")):
        for quarter in range(4):
            at = WINDOW_START + timedelta(days=91 * quarter + 2 * n, hours=9)
            ask(history, who, at, history.team[n % 5], timedelta(hours=5), True)


@attack("free", steady(*ISSUES))
def instant_bot_answers(history: History) -> None:
    """An app answers every issue within seconds."""
    bot = Person("helper", kind="Bot")
    for issue in history.asked():
        issue.comments.insert(0, Comment(bot, issue.at + timedelta(seconds=5), "Thanks for reporting!"))


@attack("free", steady(*ISSUES))
def template_answers(history: History) -> None:
    """A script under an insider's account answers every issue with one phrase after an hour."""
    for n, issue in enumerate(history.asked()):
        asker = issue.author.login if issue.author else ""
        text = f"Hi @{asker}, thanks for #{n}! See https://acme.example/{n}.\n> quoted {n}"
        issue.comments.insert(0, Comment(history.team[0], issue.at + timedelta(hours=1), text))


@attack("free", steady(*ISSUES))
def instant_answers(history: History) -> None:
    """A script under an insider's account answers every issue in a minute, each time in new words."""
    for issue in history.asked():
        issue.comments.insert(0, Comment(history.team[0], issue.at + MINUTES))


@attack("a language model, an insider's account", admitted("first_response_7d", 1.5, 2.3))
def reworded_acknowledgements(history: History) -> None:
    """Every issue gets an acknowledgement in words of its own, without being looked at."""
    for n, issue in enumerate(history.asked()):
        issue.comments.insert(0, Comment(history.team[n % 5], issue.at + timedelta(hours=1)))


@attack("a script, insiders' accounts", admitted("first_response_7d", 1.5, 2.3))
def rotated_templates(history: History) -> None:
    """Acknowledgements are drawn from a stock so that each insider posts each text only twice."""
    for n, issue in enumerate(history.asked()):
        text = "phrase " + "abcdefghijklmnopqrstuvwxyz"[n // 10 % 26] * (1 + n // 260)
        issue.comments.insert(0, Comment(history.team[n % 5], issue.at + timedelta(hours=1), text))


@attack("access, the outsiders' consent", steady("first_response_7d"))
def critics_made_collaborators(history: History) -> None:
    """Outsiders whom nobody answered are made collaborators in the end, which all their issues show from then on."""
    for issue in history.unanswered():
        if issue.author:
            issue.author.joined_at = SYNCS[-2]


@attack("free", steady(*ISSUES))
def mentions_as_answers(history: History) -> None:
    """Every issue is mentioned in a pull request of an insider within the hour."""
    pull = next(p for p in history.landings() if isinstance(p, Pull) and p.author in history.team)
    for issue in history.asked():
        at = issue.at + timedelta(hours=1)
        issue.events.append(Event("CrossReferencedEvent", at, pull.author, None, pull, False))


@attack("a script, an insider's account", admitted("first_response_7d", 1.5, 2.3))
def templates_edited_later(history: History) -> None:
    """One phrase is posted everywhere, and each copy is later edited into words of its own.

    Only the latest text of a comment can be compared; when it was posted stays.
    """
    reworded_acknowledgements(history)


@attack("accounts, free", steady(*ISSUES, *WORK))
def rival_flooded(history: History) -> None:
    """Fresh accounts open 300 issues that nobody answers, to make a rival look bad."""
    for n, who in enumerate(history.strangers(300, "fresh")):
        at = WEEKS[n % 52] + timedelta(days=n % 7, hours=3)
        who.created_at = at - timedelta(days=1 + n % 80)
        history.issues.append(Issue(history.main, who, at))


@attack("thirty aged accounts", admitted("first_response_7d", 0.6, 0.95))
def rival_flooded_by_aged_accounts(history: History) -> None:
    """Thirty aged accounts open issues that nobody answers, to make a rival look bad."""
    for n, who in enumerate(history.strangers(30, "hostile")):
        for again in range(5):
            at = WEEKS[(n + 10 * again) % 48] + timedelta(days=n % 7, hours=3)
            history.issues.append(Issue(history.main, who, at))


@attack("money for every unanswered author", no_gain(*ISSUES))
def unanswered_authors_withdraw(history: History) -> None:
    """Authors who wait for an answer are paid to close their issues after three days."""
    for issue in history.unanswered():
        if issue.author is not None and not issue.closed:
            issue.close(issue.author, issue.at + timedelta(days=3))


@attack("fresh accounts", steady("history_integrity"))
def rival_flooded_by_accounts_that_are_removed(history: History) -> None:
    """A rival's tracker is flooded by 300 fresh accounts, whose issues GitHub removes after we saw them."""
    for n, who in enumerate(history.strangers(300, "spammer")):
        at = history.syncs[12] - timedelta(days=2, minutes=n)
        who.created_at = at - timedelta(days=3)
        history.issues.append(Issue(history.main, who, at, deleted_at=history.syncs[13] + timedelta(hours=5)))
