"""Attacks with reviews: one's own, late ones, accomplices', and answers to outsiders' pull requests."""

from datetime import timedelta

from benchmarks.redteam.history import (
    LONG_AGO,
    WINDOW_START,
    Commit,
    History,
    Issue,
    Person,
    Pull,
    Review,
)
from benchmarks.redteam.scenario import admitted, attack, no_gain, steady

REVIEW = "independent_review"
OFFERS = "review_response_7d"


def _unreviewed(history: History) -> list[Pull]:
    """Merged pull requests of insiders that nobody looked at."""
    return [p for p in history.pulls if p.merged_at and not p.reviews and p.author in history.team]


@attack("free", steady(REVIEW))
def self_approvals(history: History) -> None:
    """Authors approve their own pull requests."""
    for pull in _unreviewed(history):
        assert pull.author
        assert pull.merged_at
        pull.reviews.append(Review(pull.author, pull.merged_at - timedelta(minutes=5)))


@attack("free", steady(REVIEW, OFFERS))
def bot_approvals(history: History) -> None:
    """A bot approves every pull request."""
    bot = Person("approver", kind="Bot")
    for pull in history.pulls:
        pull.reviews.append(Review(bot, pull.at + timedelta(seconds=50)))


@attack("free", steady(REVIEW))
def approvals_after_the_merge(history: History) -> None:
    """Insiders approve after the merge."""
    for pull in _unreviewed(history):
        assert pull.merged_at
        friend = next(p for p in history.team if p is not pull.author)
        pull.reviews.append(Review(friend, pull.merged_at + timedelta(minutes=1)))


@attack("an aged account", steady(REVIEW))
def accomplice_approves(history: History) -> None:
    """An accomplice who has no power in the project approves everything."""
    (friend,) = history.strangers(1, "friend")
    for pull in _unreviewed(history):
        assert pull.merged_at
        pull.reviews.append(Review(friend, pull.merged_at - timedelta(minutes=5)))


@attack("accounts, access", steady(REVIEW))
def fresh_members_approve(history: History) -> None:
    """A fresh account is made a member and approves everything for its first 80 days; then the next one."""
    members: dict[int, Person] = {}
    for pull in _unreviewed(history):
        assert pull.merged_at
        turn = (pull.merged_at - WINDOW_START) // timedelta(days=80)
        born = WINDOW_START + turn * timedelta(days=80) - timedelta(days=1)
        friend = members.setdefault(turn, Person(f"member-{turn}", born, member=True))
        pull.reviews.append(Review(friend, pull.merged_at - timedelta(minutes=5)))


@attack("an aged account, access, an hour each week", admitted(REVIEW, 1.1, 1.8))
def accomplice_given_power(history: History) -> None:
    """An aged account is given power (it closes one issue) and approves everything unread."""
    (friend,) = history.strangers(1, "friend")
    at = WINDOW_START - timedelta(days=30)
    issue = Issue(history.main, history.team[0], at)
    issue.close(friend, at + timedelta(days=1))
    history.issues.append(issue)
    for pull in _unreviewed(history):
        assert pull.merged_at
        if pull.merged_at > WINDOW_START:
            pull.reviews.append(Review(friend, pull.merged_at - timedelta(minutes=5)))


@attack("insiders' agreement", admitted(REVIEW, 1.1, 1.8))
def ring_of_approvals(history: History) -> None:
    """The insiders approve each other's pull requests unread, minutes before the merge."""
    for n, pull in enumerate(_unreviewed(history)):
        assert pull.merged_at
        others = [p for p in history.team if p is not pull.author]
        pull.reviews.append(Review(others[n % len(others)], pull.merged_at - timedelta(minutes=2)))


@attack("insiders' work each week", steady(REVIEW))
def tiny_reviewed_pull_requests(history: History) -> None:
    """Each unreviewed author-day gets tiny reviewed pull requests beside it."""
    _pad(history, 3, "src/readme.txt", count=3)


@attack("a script", steady(REVIEW))
def generated_padding(history: History) -> None:
    """Each unreviewed author-day gets a reviewed pull request of 2,000 generated lines."""
    _pad(history, 2000, "package-lock.json")


@attack("a script, insiders' agreement", admitted(REVIEW, 1.1, 2.0))
def text_padding(history: History) -> None:
    """Each unreviewed author-day gets a reviewed pull request of 300 lines of text."""
    _pad(history, 400, "src/notes.txt")


def _pad(history: History, lines: int, path: str, count: int = 1) -> None:
    direct = [p for p in history.pushes if p.actor in history.team and p.at >= WINDOW_START and p.branch == "main"]
    landings = [(p.actor, p.at) for p in direct] + [(p.author, p.merged_at) for p in _unreviewed(history)]
    for n, (author, at) in enumerate(landings):
        assert author
        assert at
        friend = next(p for p in history.team if p is not author)
        for again in range(count):
            opened = at + timedelta(minutes=3 + 2 * again)
            made = [Commit(f"Padding {n}.{again}", lines, author, opened)]
            pull = Pull(history.main, author, opened, f"Padding {n}.{again}", made, opened + timedelta(minutes=1))
            pull.merger, pull.path = friend, path
            pull.reviews.append(Review(friend, opened + timedelta(seconds=30)))
            history.pulls.append(pull)


@attack("an accomplice", steady(REVIEW))
def approved_by_outsiders_then_filled(history: History) -> None:
    """A pull request is approved while it is empty; what matters is pushed afterwards."""
    for n, push in enumerate([p for p in history.pushes if p.actor in history.team and p.at >= WINDOW_START]):
        history.pushes.remove(push)
        opened = push.at - timedelta(hours=3)
        pull = Pull(push.repo, push.actor, opened, f"Filled {n}", push.commits, push.at, push.actor)
        pull.reviews.append(Review(history.outsiders[n % 9], opened + timedelta(minutes=1)))
        history.pulls.append(pull)


@attack("insiders' agreement", admitted(REVIEW, 1.05, 1.6))
def approved_then_filled(history: History) -> None:
    """Work that was pushed now goes through pull requests that another insider approves while they are empty."""
    for n, push in enumerate([p for p in history.pushes if p.actor in history.team and p.at >= WINDOW_START]):
        history.pushes.remove(push)
        opened = push.at - timedelta(hours=3)
        pull = Pull(push.repo, push.actor, opened, f"Filled {n}", push.commits, push.at, push.actor)
        friend = next(p for p in history.team if p is not push.actor)
        pull.reviews.append(Review(friend, opened + timedelta(minutes=1)))
        history.pulls.append(pull)


@attack("free", no_gain(REVIEW))
def dismissed_approvals(history: History) -> None:
    """Pushes are re-landed as pull requests nobody reviews, with an approval dismissed before the merge."""
    for n, push in enumerate([p for p in history.pushes if p.actor in history.team and p.at >= WINDOW_START]):
        history.pushes.remove(push)
        opened = push.at - timedelta(hours=3)
        pull = Pull(push.repo, push.actor, opened, f"Dismissed {n}", push.commits, push.at, push.actor)
        friend = next(p for p in history.team if p is not push.actor and p.created_at == LONG_AGO)
        pull.reviews.append(Review(friend, opened + timedelta(minutes=1), "DISMISSED"))
        history.pulls.append(pull)


@attack("a coding app", no_gain(REVIEW))
def unread_work_through_an_app(history: History) -> None:
    """What nobody reviewed is opened by an app and merged by its author, unread."""
    app = Person("coder", kind="Bot")
    for pull in _unreviewed(history):
        pull.merger, pull.author = pull.author, app
