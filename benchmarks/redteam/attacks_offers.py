"""Attacks on how outsiders' pull requests are received."""

from datetime import timedelta

from benchmarks.redteam.history import (
    WINDOW_END,
    WINDOW_START,
    Comment,
    Commit,
    Event,
    History,
    Person,
    Pull,
    Review,
)
from benchmarks.redteam.honest import delay
from benchmarks.redteam.scenario import admitted, attack, no_gain, steady

REVIEW = "independent_review"
OFFERS = "review_response_7d"


def _offers(history: History) -> list[Pull]:
    """Outsiders' pull requests of the window."""
    return [p for p in history.pulls if p.outside and p.at >= WINDOW_START]


@attack("an insider's account", steady(OFFERS))
def put_back_to_draft(history: History) -> None:
    """Outsiders' pull requests that wait are put back to draft after a day."""
    for pull in _offers(history):
        if not pull.reviews and not pull.comments:
            pull.events.append(Event("ConvertToDraftEvent", pull.at + timedelta(days=1), history.team[0]))


@attack("an insider's account", no_gain(OFFERS))
def draft_and_ready_again(history: History) -> None:
    """Outsiders' pull requests go to draft and back just before they are looked at."""
    for pull in _offers(history):
        looked = [r.at for r in pull.reviews] + [c.at for c in pull.comments]
        if looked and min(looked) > pull.at + timedelta(days=4):
            at = min(looked) - timedelta(hours=2)
            pull.events.append(Event("ConvertToDraftEvent", at, history.team[0]))
            pull.events.append(Event("ReadyForReviewEvent", at + timedelta(minutes=1), history.team[0]))


@attack("free", steady(OFFERS))
def settled_without_a_word(history: History) -> None:
    """Outsiders' pull requests are merged or closed without a word."""
    for n, pull in enumerate(_offers(history)):
        if not pull.reviews and not pull.comments and not pull.closed_at:
            if n % 2:
                pull.merged_at, pull.merger = pull.at + timedelta(hours=2), history.team[0]
            else:
                pull.closed_at = pull.at + timedelta(hours=2)


@attack("free", steady(OFFERS))
def template_reviews(history: History) -> None:
    """A script comments on every outsider's pull request with one phrase."""
    for n, pull in enumerate(_offers(history)):
        text = f"Thank you for #{n}! Someone will look at it."
        pull.comments.insert(0, Comment(history.team[0], pull.at + timedelta(hours=1), text))


@attack("a script, an insider's account", admitted(OFFERS, 1.2, 2.3))
def wordless_reviews(history: History) -> None:
    """A script gives every outsider's pull request a review without words."""
    for pull in _offers(history):
        pull.reviews.insert(0, Review(history.team[0], pull.at + timedelta(days=1, hours=1), "COMMENTED"))
        for event in pull.events:
            event.at = min(event.at, pull.at + timedelta(days=1))


@attack("accounts, free", steady(OFFERS))
def offers_of_fresh_accounts(history: History) -> None:
    """Thirty fresh accounts open 200 pull requests that are reviewed at once."""
    _offer(history, history.strangers(30, "fresh", age_days=-300), 200)


@attack("free", steady(OFFERS))
def offers_of_insiders(history: History) -> None:
    """Insiders open 200 pull requests from forks and review each other at once."""
    _offer(history, history.team[2:], 200)


@attack("ten aged accounts", admitted(OFFERS, 1.02, 1.35))
def offers_of_aged_accounts(history: History) -> None:
    """Ten aged accounts open 200 pull requests that are reviewed at once."""
    _offer(history, history.strangers(10, "aged"), 200)


def _offer(history: History, givers: list[Person], count: int) -> None:
    first = WINDOW_START if givers[0].created_at < WINDOW_START else givers[0].created_at + timedelta(days=1)
    for n, at in enumerate(history.moments(count, first, min(WINDOW_END, first + timedelta(days=360)))):
        giver = givers[n % len(givers)]
        pull = Pull(history.main, giver, at, f"Gift {n}", [Commit(f"Gift {n}", 5, giver, at)], outside=True)
        pull.path = "src/words.txt"
        pull.reviews.append(Review(history.team[n % 2], at + timedelta(minutes=10)))
        pull.closed_at = at + timedelta(hours=1)
        history.pulls.append(pull)


@attack("a language model, an insider's account", admitted(OFFERS, 1.2, 2.3))
def reworded_praise(history: History) -> None:
    """Outsiders' pull requests get one line of praise within the day, and are looked at as late as ever."""
    for pull in _offers(history):
        ready = max([e.at for e in pull.events], default=pull.at)
        pull.comments.insert(0, Comment(history.team[1], ready + min(delay(history.random), timedelta(hours=12))))


@attack("a line in the guide for contributors", no_gain(OFFERS))
def drafts_that_insiders_make_ready(history: History) -> None:
    """Outsiders are asked to open drafts; insiders make each ready just before they look at it, or after six days."""
    for pull in _offers(history):
        looked = min([r.at for r in pull.reviews] + [c.at for c in pull.comments], default=pull.at + timedelta(days=6))
        ready = max(pull.at, looked - timedelta(minutes=5))
        pull.draft, pull.events = True, [Event("ReadyForReviewEvent", ready, history.team[0])]


@attack("a line in the guide for contributors", admitted(OFFERS, 1.1, 2.0))
def drafts_that_nobody_makes_ready(history: History) -> None:
    """The same, but what nobody looks at stays a draft: drafts that were never made ready ask for no review."""
    drafts_that_insiders_make_ready(history)
    for pull in _offers(history):
        if not pull.reviews and not pull.comments:
            pull.events = []
