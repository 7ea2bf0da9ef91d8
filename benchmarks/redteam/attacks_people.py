"""Attacks on the number of people: one-off accounts, puppets, shared work."""

from datetime import timedelta

from benchmarks.redteam.history import BEGIN, WEEKS, WINDOW_END, WINDOW_START, Commit, History, Pull, Push, Review
from benchmarks.redteam.honest import idle, two_years
from benchmarks.redteam.scenario import admitted, attack, no_gain, steady

PEOPLE = ("effective_contributors", "concentration_trend")


@attack("accounts, free", steady(*PEOPLE), two_years)
def one_off_accounts(history: History) -> None:
    """200 one-off accounts each land a typo fix."""
    for n, who in enumerate(history.strangers(200, "passer-by")):
        at = WINDOW_START + timedelta(hours=43 * n, minutes=7)
        pull = Pull(history.main, who, at, f"Typo {n}", [Commit(f"Typo {n}", 2, who, at)], at + timedelta(hours=1))
        pull.merger, pull.outside = history.team[0], True
        history.pulls.append(pull)


@attack("accounts, an insider's merges", steady("effective_contributors"))
def one_off_accounts_with_substance(history: History) -> None:
    """200 one-off accounts each land twenty lines, on two days."""
    for n, who in enumerate(history.strangers(200, "passer-by")):
        for again in range(2):
            at = WINDOW_START + timedelta(hours=40 * n + 26 * again, minutes=7)
            title = f"Text {n}.{again}"
            pull = Pull(history.main, who, at, title, [Commit(title, 20, who, at)], at + timedelta(hours=1))
            pull.merger, pull.outside = history.team[0], True
            history.pulls.append(pull)


@attack("eight aged accounts, elapsed time, a language model", admitted("effective_contributors", 1.9, 3.2))
def puppets(history: History) -> None:
    """Eight aged accounts run by one person each land twenty lines in thirty weeks."""
    for n, who in enumerate(history.strangers(8, "puppet")):
        for k in range(30):
            at = WEEKS[(k * 5 // 3 + n) % 52] + timedelta(days=(n + k) % 5, hours=11)
            title = f"Text {n}.{k}"
            pull = Pull(history.main, who, at, title, [Commit(title, 20, who, at)], at + timedelta(hours=1))
            pull.merger, pull.outside = history.team[0], True
            history.pulls.append(pull)


@attack("eight aged accounts, access", admitted("effective_contributors", 1.5, 3.5))
def work_shared_among_puppets(history: History) -> None:
    """The two busiest people land their work under five accounts each."""
    masks = {who: [who, *history.strangers(4, f"mask-of-{who.login}")] for who in history.team[:2]}
    for n, landing in enumerate(history.landings(WINDOW_START)):
        if isinstance(landing, Pull) and landing.author in masks:
            landing.author = masks[landing.author][n % 5]
        elif isinstance(landing, Push) and landing.actor in masks:
            landing.actor = masks[landing.actor][n % 5]


@attack("insiders' agreement", admitted("effective_contributors", 1.0, 1.5))
def work_handed_round(history: History) -> None:
    """The work of the two busiest people is opened as pull requests by their three colleagues in turn."""
    for n, landing in enumerate(history.landings(WINDOW_START)):
        if isinstance(landing, Pull) and landing.author in history.team[:2] and n % 2:
            landing.author = history.team[2 + n % 3]


@attack("free", no_gain("effective_contributors"))
def one_pusher_many_authors(history: History) -> None:
    """One person pushes all, under authors that change with each commit."""
    names = history.strangers(30, "name")
    for n, push in enumerate(history.pushes):
        for commit in push.commits:
            commit.author = names[n % 30]


@attack(
    "five aged accounts, elapsed time, a language model",
    admitted("effective_contributors", 1.2, 3.0)
    + admitted("active_weeks", 4.5, 6.5)
    + admitted("independent_review", 0.9, 1.35),
    idle,
)
def ring_of_puppets(history: History) -> None:
    """A ring of five aged puppets review and merge each other's new texts in an idle project."""
    ring = history.strangers(5, "ring")
    for who in ring:
        who.member = True
    for n, week in enumerate(WEEKS):
        for k in range(2):
            author, friend = ring[(n + k) % 5], ring[(n + k + 1) % 5]
            at = week + timedelta(days=1 + k, hours=10)
            title = f"Text {n}.{k}"
            pull = Pull(
                history.main, author, at, title, [Commit(title, 25, author, at)], at + timedelta(hours=3), friend
            )
            pull.reviews.append(Review(friend, at + timedelta(hours=1)))
            history.pulls.append(pull)


@attack("eight aged accounts, two years", admitted("concentration_trend", 1.1, 2.6), two_years)
def puppets_one_after_another(history: History) -> None:
    """Puppets are brought in one after another, so that the work seems to spread."""
    for n, who in enumerate(history.strangers(8, "puppet")):
        begin = BEGIN + timedelta(weeks=14 + 11 * n)
        week = begin
        while week < WINDOW_END:
            at = week + timedelta(days=n % 5, hours=11)
            title = f"Text {n} of {week:%d %B %Y}"
            pull = Pull(history.main, who, at, title, [Commit(title, 20, who, at)], at + timedelta(hours=1))
            pull.merger, pull.outside = history.team[0], True
            history.pulls.append(pull)
            week += timedelta(weeks=1)


@attack("an account", admitted("effective_contributors", 0.7, 1.4))
def busiest_account_deleted(history: History) -> None:
    """The busiest person's account is deleted and its work thereby nobody's.

    Its work counts for weeks and for no person: the rest may look more even.
    """
    boss = history.team[0]
    for pull in history.pulls:
        pull.author = None if pull.author is boss else pull.author
        pull.merger = None if pull.merger is boss else pull.merger
    for push in history.pushes:
        push.actor = None if push.actor is boss else push.actor


CROWD = (
    admitted("effective_contributors", 0.95, 1.8)
    + admitted("contributor_days", 1.0, 1.4)
    + admitted("independent_review", 1.0, 1.6)
    + steady("concentration_trend")
)


@attack("120 accounts, an insider's script", CROWD, two_years)
def crowd_of_three_days(history: History) -> None:
    """120 fresh accounts land twelve lines on three days each, approved and merged by a script."""
    for n, who in enumerate(history.strangers(120, "crowd")):
        days = [WEEKS[(n + 5 * k) % 52] + timedelta(days=1 + k, hours=10, minutes=n) for k in range(3)]
        who.created_at = min(days) - timedelta(days=2)
        for k, at in enumerate(days):
            title = f"Page {n}.{k}"
            pull = Pull(history.main, who, at, title, [Commit(title, 12, who, at)], at + timedelta(hours=1))
            pull.merger, pull.outside = history.team[0], True
            pull.reviews.append(Review(history.team[0], at + timedelta(minutes=20)))
            history.pulls.append(pull)
