"""Attacks with commits and pushes: more of them, older ones, others' ones, the same ones again."""

from datetime import UTC, date, datetime, timedelta

from benchmarks.redteam.history import (
    WEEKS,
    WINDOW_END,
    WINDOW_START,
    Commit,
    History,
    Person,
    Pull,
    Push,
    Review,
    landed_at,
)
from benchmarks.redteam.honest import idle
from benchmarks.redteam.scenario import RELEASES, WORK, admitted, attack, no_gain, steady

TOGGLE = timedelta(days=1, hours=6)  # into the week


@attack("free", steady(*WORK, *RELEASES))
def split_commits(history: History) -> None:
    """Every commit is cut into ten."""
    for landing in history.landings(WINDOW_START):
        if isinstance(landing, Pull):
            landing.method = "rebase"
        cut = []
        for commit in landing.commits:
            for n in range(10):
                lines = commit.lines // 10 + (n < commit.lines % 10)
                when = commit.authored_at and commit.authored_at + timedelta(minutes=n)
                cut.append(Commit(f"{commit.headline}, part {n}", lines, commit.author, when))
        landing.commits = cut


def flood(history: History, count: int, first: int, last: int, author: Person | None, word: str) -> list[Commit]:
    """Commits dated over so many days before the window's end."""
    step = timedelta(days=first - last) / count
    begin = WINDOW_END - timedelta(days=first)
    return [Commit(f"{word} {n}", 30, author, begin + n * step) for n in range(count)]


@attack("free", steady(*WORK), idle)
def backdated_commits_in_an_idle_project(history: History) -> None:
    """5,000 commits dated over the last year are pushed at once."""
    boss = history.team[0]
    at = max(p.at for p in history.pushes if p.actor is boss) + timedelta(minutes=5)
    history.pushes.append(Push(history.main, boss, at, flood(history, 5000, 364, 30, boss, "Old work")))


@attack("free", steady(*WORK))
def backdated_commits(history: History) -> None:
    """5,000 commits dated over the last year are pushed at once."""
    boss = history.team[0]
    at = history.moments(1, WINDOW_START + timedelta(weeks=30))[0]
    history.pushes.append(Push(history.main, boss, at, flood(history, 5000, 364, 30, boss, "Old work")))


@attack("elapsed time, a script", admitted("active_weeks", 4.5, 6.5), idle)
def backdated_commits_in_small_pushes(history: History) -> None:
    """Commits of the last month are pushed, 25 each week: fewer and younger than the rule for imports asks."""
    boss = history.team[0]
    for n, week in enumerate(WEEKS):
        at = week + timedelta(days=2, hours=10)
        made = [
            Commit(f"Old work {n}.{i}", 30, boss, at - timedelta(days=25) + i * timedelta(hours=20)) for i in range(25)
        ]
        history.pushes.append(Push(history.main, boss, at, made))


@attack("free", steady(*WORK, *RELEASES), idle)
def bot_bumps_in_an_idle_project(history: History) -> None:
    """A bot's ten version bumps a day are merged."""
    _bumps(history, 10, history.team[0])


@attack("free", steady(*WORK, *RELEASES))
def bot_bumps(history: History) -> None:
    """A bot's ten version bumps a day are merged by a person."""
    _bumps(history, 4, history.team[0])


def _bumps(history: History, a_day: int, merger: Person) -> None:
    bot = Person("bumper", kind="Bot")
    for day in range(364):
        for n in range(a_day):
            at = WINDOW_START + timedelta(days=day, hours=1 + n)
            pull = Pull(history.main, bot, at, "Bump", [Commit("Bump", 14, bot, at)], at + timedelta(hours=1), merger)
            pull.title, pull.path = f"Bump part {day}.{n}", "requirements.txt"
            history.pulls.append(pull)


@attack(
    "a script, an insider's account",
    admitted("contributor_days", 1.2, 1.9) + no_gain("effective_contributors", "independent_review"),
)
def new_text_every_day(history: History) -> None:
    """A script pushes 20 new lines each working day under one insider's account."""
    eli = history.team[4]
    for day in range(364):
        if day % 7 < 5:
            at = WINDOW_START + timedelta(days=day, hours=5)
            history.pushes.append(Push(history.main, eli, at, [Commit(f"Note {day}", 20, eli, at)]))


@attack("a script, and work that lands late", admitted("contributor_days", 2.5, 5.0))
def work_landed_drop_by_drop(history: History) -> None:
    """A timer lands everyone's work in slices of twelve lines, one a day."""
    _drip(history)


@attack(
    "a script, and work that lands late",
    admitted("active_weeks", 2.0, 6.0) + admitted("contributor_days", 3.0, 14.0),
    idle,
)
def idle_work_landed_drop_by_drop(history: History) -> None:
    """A timer lands the work of an idle project in slices of twelve lines, one a day."""
    _drip(history)


def _drip(history: History) -> None:
    """Each person's slices queue up; the timer lands the next one each day."""
    free: dict[Person, date] = {}
    for landing in history.landings(WINDOW_START - timedelta(weeks=8)):
        who = landing.author if isinstance(landing, Pull) else landing.actor
        if who not in history.team or (isinstance(landing, Pull) and landing.outside):
            continue
        (history.pulls if isinstance(landing, Pull) else history.pushes).remove(landing)  # type: ignore[arg-type]
        for n in range(max(1, sum(c.lines for c in landing.commits) // 12)):
            day = max(free.get(who, date.min), landed_at(landing).date())
            free[who] = day + timedelta(days=1)
            at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
            if at >= WINDOW_END:
                break
            made = [Commit(f"{landing.commits[0].headline} slice {n}", 12, who, landing.commits[0].authored_at)]
            pull = Pull(landing.repo, who, landed_at(landing), made[0].headline, made, at, who)
            pull.at = min(pull.at, at - timedelta(hours=1))
            looked = landing.reviews if isinstance(landing, Pull) else []
            pull.reviews = [Review(r.author, at - timedelta(minutes=30), r.state) for r in looked]
            pull.closes = list(landing.closes) if isinstance(landing, Pull) and not n else []
            history.pulls.append(pull)


@attack("free", steady(*WORK), idle)
def unlinked_cron_commits(history: History) -> None:
    """Commits are pushed by a cron job, its app's token, under authors that GitHub cannot link."""
    robot = Person("cron", kind="Bot")
    for day in range(364):
        at = WINDOW_START + timedelta(days=day, hours=4)
        history.pushes.append(Push(history.main, robot, at, [Commit(f"Data of day {day}", 60, None, at)]))


@attack("free", no_gain("effective_contributors") + steady("active_weeks", "contributor_days"))
def borrowed_authors(history: History) -> None:
    """Commits are pushed under the names of forty well-known people."""
    famous = history.strangers(40, "famous")
    for n, landing in enumerate(history.landings(WINDOW_START)):
        for commit in landing.commits:
            commit.author = famous[n % 40]


@attack("a script, an insider's account", admitted("contributor_days", 1.2, 1.9))
def bot_work_landed_by_a_person(history: History) -> None:
    """A person lands a bot's work as pull requests of one's own, every working day."""
    eli = history.team[4]
    for day in range(364):
        if day % 7 < 5:
            at = WINDOW_START + timedelta(days=day, hours=5)
            made = [Commit(f"Regenerate {day}", 200, Person("generator", kind="Bot"), at)]
            pull = Pull(history.main, eli, at, f"Regenerate {day}", made, at + timedelta(minutes=5), eli)
            pull.path = f"src/tables{day}.py"
            history.pulls.append(pull)


@attack("a script", steady(*WORK))
def lock_files_every_day(history: History) -> None:
    """A person lands generated and lock files every working day."""
    eli = history.team[4]
    for day in range(364):
        if day % 7 < 5:
            at = WINDOW_START + timedelta(days=day, hours=5)
            made = [Commit(f"Lock {day}", 400, eli, at)]
            pull = Pull(history.main, eli, at, f"Lock {day}", made, at + timedelta(minutes=5), eli)
            pull.path = "package-lock.json"
            history.pulls.append(pull)
