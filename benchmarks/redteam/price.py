"""What a scenario takes, counted from the history: accounts, days, texts and lines that were not there before."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from statistics import fmean

from benchmarks.redteam.history import History, Issue, Person, Pull
from collector.method_constants import ACCOUNT_AGE_DAYS

Act = tuple[object, Person | None, datetime, int, int]
"""What somebody did, who, when, how many texts it took in words of its own, and how many lines of code."""


@dataclass(frozen=True)
class Price:
    """What was added to an honest history. `aged` accounts could act as qualified outsiders or reviewers."""

    aged: float  # accounts
    young: float  # accounts
    days: float  # on which something was added
    texts: float
    lines: float

    def times(self, factor: float) -> "Price":
        """So many times as much; there are only so many days in a year."""
        scaled = [getattr(self, f.name) * factor for f in fields(self)]
        return Price(scaled[0], scaled[1], min(scaled[2], 364.0), scaled[3], scaled[4])

    def __str__(self) -> str:
        """Return it in words, rounded up, without what it does not take."""
        words = {"aged": "aged account", "young": "account", "days": "day", "texts": "text", "lines": "line"}
        parts = []
        for field, word in words.items():
            amount = -int(-getattr(self, field) // 1)
            if amount:
                parts.append(f"{amount:,} {word}{'s' if amount > 1 else ''}")
        return ", ".join(parts) or "nothing"


def mean(prices: list[Price]) -> Price:
    """The mean of several."""
    return Price(*(fmean(getattr(p, f.name) for p in prices) for f in fields(Price)))


class Meter:
    """Counts what is added to a history from now on."""

    def __init__(self, history: History) -> None:
        self.known = {act[0]: act[1] for act in acts(history)}
        self.people = {*history.team, *history.outsiders}

    def price(self, history: History) -> Price:
        """What was added since, or is done by others now."""
        added = [act for act in acts(history) if act[0] not in self.known or self.known[act[0]] is not act[1]]
        first: dict[Person, datetime] = {}
        for _, who, at, _, _ in added:
            if who and who not in self.people and who.kind == "User":
                first[who] = min(at, first.get(who, at))
        aged = sum(at - who.created_at >= timedelta(days=ACCOUNT_AGE_DAYS) for who, at in first.items())
        return Price(
            aged,
            len(first) - aged,
            len({at.date() for _, _, at, _, _ in added}),
            sum(act[3] for act in added),
            sum(act[4] for act in added),
        )


def acts(history: History) -> Iterator[Act]:
    """Everything that anybody did."""
    for issue in history.issues:
        yield issue, issue.author, issue.at, 1, 0
        if issue.deleted_at:
            yield (issue, "deleted"), None, issue.deleted_at, 0, 0
    for pull in history.pulls:
        yield pull, pull.author, pull.merged_at or pull.at, 1, 0
        for closed in pull.closes:
            yield (pull, closed), pull.author, pull.merged_at or pull.at, 0, 0
        for review in pull.reviews:
            yield review, review.author, review.at, 0, 0
        for commit in pull.commits:
            yield commit, pull.author, pull.merged_at or pull.at, 0, commit.lines
    for push in history.pushes:
        for commit in push.commits:
            yield commit, push.actor, push.at, 0, commit.lines
    for release in history.releases:
        yield release, release.author, release.at, 0, 0
    for advisory in history.advisories:
        yield advisory, advisory.author, advisory.at, 1, 0
    threads: list[Issue | Pull] = [*history.issues, *history.pulls]
    for thread in threads:
        for comment in thread.comments:
            yield comment, comment.author, comment.at, int(not comment.text), 0
        for event in thread.events:
            yield event, event.actor, event.at, 0, 0
