"""Honest projects, made by chance from a seed: a busy one, an idle one, and one that only tags.

The busy one has five insiders with habits of their own who all rest in some weeks, a hundred-odd outsiders who ask and
offer, answers that come late or never, reviews by others, and a release every third week or so. Nobody in it plays any
game.
"""

from datetime import datetime, timedelta
from math import exp
from random import Random

from benchmarks.redteam.history import (
    BEGIN,
    WEEKS,
    WINDOW_END,
    WINDOW_START,
    Advisory,
    Comment,
    Commit,
    Event,
    History,
    Issue,
    Person,
    Pull,
    Push,
    Release,
    Repo,
    Review,
)

# Days of work a week, on which weekdays, the share pushed without a pull request, and the share reviewed of the rest.
HABITS = {
    "ana": (2.8, (0, 1, 2, 3, 4), 0.05, 0.85),
    "bo": (2.0, (1, 2, 3, 4), 0.10, 0.80),
    "cy": (1.2, (0, 2, 4, 5), 0.45, 0.70),
    "dee": (0.9, (5, 6, 0), 0.10, 0.75),
    "eli": (0.7, (3, 4), 0.05, 0.90),
}
ANSWERED, MEDIAN_DAYS, SPREAD = 0.66, 1.7, 1.5
RESTING = 0.25  # share of the weeks
ASKERS, ASKED = 110, 190


def busy(seed: int, speed: float = 1.0, begin: datetime = WINDOW_START - timedelta(weeks=10)) -> History:
    """The project that most attacks start from: the year of the window, and some weeks before it.

    `speed` divides the time that answers take.
    """
    rng = Random(f"honest {seed}")
    team = [Person(name, member=name != "dee") for name in HABITS]
    outsiders = [Person(f"user-{n}") for n in range(ASKERS)]
    repos = [Repo("acme/engine"), Repo("acme/sdk")]
    history = History(seed, Random(f"added {seed}"), team, outsiders, repos)
    _works(history, rng, begin)
    _releases(history, rng, begin)
    _asks(history, rng, speed, begin)
    _offers(history, rng, begin)
    return history


def two_years(seed: int) -> History:
    """The same with a year more, so that there is a trend."""
    return busy(seed, begin=BEGIN + timedelta(weeks=1))


def idle(seed: int) -> History:
    """A project that wakes up nine times a year: then all four people work for a day or two, mostly reviewed."""
    rng = Random(f"idle {seed}")
    team = [Person(name, member=True) for name in ("ana", "bo", "cy", "dee")]
    outsiders = [Person(f"user-{n}") for n in range(20)]
    history = History(seed, Random(f"added {seed}"), team, outsiders, [Repo("acme/engine")])
    history.pushes.append(Push(history.main, team[0], BEGIN + timedelta(hours=9), [Commit("Begin", 300)]))
    for year in range(2):
        first = WINDOW_START - year * timedelta(weeks=52)
        for week in sorted(rng.sample(range(52), 9)):
            for person in team:
                days = rng.sample(range(5), rng.choice((1, 1, 2)))
                for day in days:
                    at = _moment(first + timedelta(weeks=week), day, rng)
                    _land(history, rng, history.main, person, at, direct=0.1, reviewed=0.85)
            if year == 0 and rng.random() < 0.6:
                at = first + timedelta(weeks=week, days=6)
                history.releases.append(Release(history.main, f"v1.{week}.0", at, team[0]))
    return history


EXPLAINED = 0.5  # of what breaks


def breaking(seed: int) -> History:
    """The busy project, and what breaks in it: every other week something does, and about half of it is explained."""
    history = busy(seed)
    rng = Random(f"breaking {seed}")
    number = 0
    for n, week in enumerate(WEEKS[:-2:2]):
        at = week + timedelta(days=4 * rng.random(), hours=9 + 9 * rng.random())
        words = 200 + rng.randrange(400) if rng.random() < EXPLAINED else rng.randrange(150)
        boss = history.team[rng.randrange(3)]
        match n % 4:
            case 0:
                number += 1
                headline = f'Revert "Change {number}"'
                history.pushes.append(Push(history.main, boss, at, [Commit(headline, 40, boss, at, words=words)]))
            case 1:
                pull = Pull(history.main, boss, at - timedelta(hours=3), f'Revert "Other change {n}"', words=words)
                pull.commits = [Commit(f"Undo {n}", 30, boss, pull.at)]
                pull.merged_at, pull.merger = at, history.team[3]
                history.pulls.append(pull)
            case 2:
                issue = Issue(
                    history.main, rng.choice(history.outsiders), at - timedelta(hours=5), labels=("incident",)
                )
                issue.comments.append(Comment(boss, at, words=words))
                history.issues.append(issue)
            case _:
                history.advisories.append(Advisory(history.main, at, boss, words))
    return history


def tagging(seed: int) -> History:
    """The busy project, if it only tagged its versions and made no releases."""
    history = busy(seed)
    for release in history.releases:
        release.only_tag = True
    return history


def pushing(seed: int) -> History:
    """The busy project, if its own people never opened pull requests, and took none."""
    history = busy(seed)
    for pull in history.pulls:
        if pull.merged_at and pull.author in history.team:
            history.pushes.append(Push(pull.repo, pull.author, pull.merged_at, pull.commits))
    history.pulls = []
    return history


def documented(seed: int) -> History:
    """The busy project with docs that are worked on in six of thirteen periods, and ten changes of economic rules.

    Of these, four lie open for ten days and are discussed, four are merged within a day, two are pushed.
    """
    history, rng = busy(seed), Random(f"docs {seed}")
    for n, period in enumerate(sorted(rng.sample(range(13), 6))):
        at = _moment(WINDOW_START + timedelta(weeks=4 * period + rng.randrange(4)), rng.randrange(5), rng)
        pull = pull_of(history, f"Docs {n}", at - timedelta(hours=20), at, rng.randint(15, 60), "docs/guide.md")
        pull.method = "merge"
        history.pulls.append(pull)
    for n, week in enumerate(sorted(rng.sample(range(2, 52), 10))):
        at = _moment(WINDOW_START + timedelta(weeks=week), n % 5, rng)
        author, other = history.team[n % 5], history.team[(n + 1) % 5]
        if n % 5 == 4:
            change = [Commit(f"Fees {n}", 20, author, at, path="economics/fees.toml")]
            history.pushes.append(Push(history.main, author, at, change))
            continue
        opened = at - (timedelta(days=10) if n % 5 < 2 else timedelta(hours=5))
        pull = pull_of(history, f"Fees {n}", opened, at, 20, "economics/fees.toml", author)
        if n % 5 < 2:
            pull.comments.append(Comment(other, opened + timedelta(days=2), LONG_WORD))
        history.pulls.append(pull)
    return history


LONG_WORD = "I have read this change of the fees and find that it says what it does"


def pull_of(
    history: History, title: str, at: datetime, merged_at: datetime, lines: int, path: str, author: Person | None = None
) -> Pull:
    """A merged pull request of one commit to one file."""
    who = author or history.team[len(history.pulls) % 5]
    pull = Pull(history.main, who, at, title, [Commit(title, lines, who, at)], merged_at, who)
    pull.path = path
    return pull


def _moment(week: datetime, day: int, rng: Random) -> datetime:
    return week + timedelta(days=day, hours=8 + 11 * rng.random())


def _works(history: History, rng: Random, begin: datetime) -> None:
    """The insiders' work."""
    for repo in history.repos:
        history.pushes.append(Push(repo, history.team[0], BEGIN + timedelta(hours=9), [Commit("Begin", 300)]))
    week = begin
    while week < WINDOW_END:
        if rng.random() < RESTING:
            week += timedelta(weeks=1)
            continue
        for person, (rate, weekdays, direct, reviewed) in zip(history.team, HABITS.values(), strict=True):
            for day in weekdays:
                if rng.random() < rate / len(weekdays):
                    repo = history.repos[rng.random() < 0.2]
                    _land(history, rng, repo, person, _moment(week, day, rng), direct, reviewed)
        week += timedelta(weeks=1)


def _land(
    history: History, rng: Random, repo: Repo, person: Person, at: datetime, direct: float, reviewed: float
) -> Pull | Push:
    """Work that lands at `at`: pushed, or by a pull request that somebody else may review."""
    count = rng.choice((1, 1, 2, 3))
    serial = len(history.pulls) + len(history.pushes)
    commits = []
    for n in range(count):
        authored = at - timedelta(hours=1 + 2 * (count - n) + rng.random())
        commits.append(Commit(f"Change {serial}.{n}", rng.randint(12, 120), person, authored))
    if rng.random() < direct:
        push = Push(repo, person, at, commits)
        history.pushes.append(push)
        return push
    opened = at - timedelta(hours=2 + 40 * rng.random())
    pull = Pull(repo, person, opened, f"Change {serial}", commits, at, person)
    pull.method = rng.choices(("squash", "merge", "rebase"), (6, 3, 1))[0]
    pull.path = f"src/part{serial % 9}.py"
    if rng.random() < reviewed:
        reviewer = rng.choice([p for p in history.team if p is not person])
        state = rng.choices(("APPROVED", "CHANGES_REQUESTED", "COMMENTED"), (7, 2, 1))[0]
        pull.reviews.append(Review(reviewer, opened + (0.2 + 0.6 * rng.random()) * (at - opened), state))
        pull.merger = rng.choice((person, reviewer))
    history.pulls.append(pull)
    return pull


def _releases(history: History, rng: Random, begin: datetime) -> None:
    """Something new every third week or so, and of the second repository every ninth."""
    for repo, gap in zip(history.repos, (3.3, 9.0), strict=True):
        at, n = begin, 0
        while True:
            at += timedelta(weeks=gap * (0.7 + 0.6 * rng.random()))
            if at >= WINDOW_END:
                break
            n += 1
            history.releases.append(Release(repo, f"v1.{n}.0", at, rng.choice(history.team[:2])))


def delay(rng: Random) -> timedelta:
    """How long an answer takes."""
    return timedelta(days=MEDIAN_DAYS * exp(SPREAD * rng.gauss(0, 1)))


def _asks(history: History, rng: Random, speed: float, begin: datetime) -> None:
    """Outsiders' issues, the insiders' own, and what becomes of them."""
    for _ in range(ASKED + ASKED // 4):
        early = rng.random() < 0.2
        first, last = (begin, WINDOW_START) if early else (WINDOW_START, WINDOW_END)
        at = first + rng.random() * (last - first)
        repo = history.repos[rng.random() < 0.2]
        # Some ask often: the first of the outsiders.
        asker = history.outsiders[int(ASKERS * rng.random() ** 1.3)]
        issue = Issue(repo, asker, at)
        history.issues.append(issue)
        fate, wait, guide = rng.random(), delay(rng) / speed, rng.choice(history.team)
        mending = rng.random()
        if fate >= ANSWERED:
            if fate > 0.95:
                issue.close(guide, at + timedelta(days=20 + 40 * rng.random()), "NOT_PLANNED")
            continue
        answered = at + wait
        issue.comments.append(Comment(guide, answered))
        _settle(history, rng, issue, guide, answered, mending)
    for n in range(40):
        at = WINDOW_START + rng.random() * (WINDOW_END - WINDOW_START)
        own = Issue(history.main, rng.choice(history.team), at)
        history.issues.append(own)
        if n % 2:
            own.close(rng.choice(history.team), at + timedelta(days=1 + 20 * rng.random()))


def _settle(history: History, rng: Random, issue: Issue, guide: Person, at: datetime, fate: float) -> None:
    """What becomes of an issue that was answered at `at`."""
    wait = timedelta(days=2 + 70 * rng.random() ** 2)
    if fate < 0.42:
        mender = rng.choice(history.team)
        landing = _land(history, rng, issue.repo, mender, at + wait, 0, 0.8)
        assert isinstance(landing, Pull)
        landing.at = max(landing.at, at + timedelta(hours=1))
        for review in landing.reviews:
            review.at = max(review.at, landing.at + timedelta(minutes=30))
        landing.closes.append(issue)
    elif fate < 0.60:
        issue.close(guide, at + wait)
    elif fate < 0.72 and issue.author is not None:
        issue.close(issue.author, at + wait)
    elif fate < 0.80:
        issue.close(guide, at + wait, "NOT_PLANNED")


def _offers(history: History, rng: Random, begin: datetime) -> None:
    """Outsiders' pull requests: some as drafts first, some merged, some never looked at."""
    for n in range(75):
        early = rng.random() < 0.25
        first, last = (begin, WINDOW_START) if early else (WINDOW_START, WINDOW_END)
        at = first + rng.random() * (last - first)
        giver = rng.choice(history.outsiders[40:])
        pull = Pull(history.main, giver, at, f"Offer {n}", outside=True, path=f"src/part{n % 9}.py")
        pull.commits = [Commit(f"Offer {n}", rng.randint(3, 60), giver, at - timedelta(hours=3))]
        history.pulls.append(pull)
        ready = at
        if rng.random() < 0.15:
            pull.draft, ready = True, at + timedelta(days=3 * rng.random())
            pull.events.append(Event("ReadyForReviewEvent", ready, giver))
        reviewer = rng.choice(history.team)
        reviewed, fate = ready + delay(rng), rng.random()
        if fate < 0.7:
            if rng.random() < 0.8:
                pull.reviews.append(Review(reviewer, reviewed, "APPROVED" if fate < 0.45 else "CHANGES_REQUESTED"))
            else:
                pull.comments.append(Comment(reviewer, reviewed))
            if fate < 0.45:
                pull.merged_at, pull.merger = reviewed + timedelta(hours=2 + 30 * rng.random()), reviewer
            elif fate < 0.6:
                pull.closed_at = reviewed + timedelta(days=20)
        elif fate < 0.8:
            pull.closed_at = ready + timedelta(days=60)
