"""Attacks with what is there already: copies, imports, toggles, branches taken again."""

from collections.abc import Callable
from datetime import timedelta

from benchmarks.redteam.attacks_commits import flood
from benchmarks.redteam.history import (
    BEGIN,
    WEEKS,
    WINDOW_END,
    WINDOW_START,
    Commit,
    History,
    Pull,
    Push,
    Release,
    Repo,
    Review,
    landed_at,
)
from benchmarks.redteam.honest import idle
from benchmarks.redteam.scenario import RELEASES, WORK, Aim, admitted, attack, no_gain, steady

TOGGLE = timedelta(days=1, hours=6)  # into the week


@attack("free", steady(*WORK, *RELEASES))
def history_copied_nine_times(history: History) -> None:
    """The history is pushed into nine further repositories."""
    at = WINDOW_END - timedelta(weeks=10, hours=-5)
    for n in range(9):
        repo = Repo(f"acme/copy-{n}", at - timedelta(hours=2))
        history.repos.append(repo)
        history.pushes.append(Push(repo, history.team[0], at + timedelta(minutes=n), [], copies=history.main))


@attack("a script", admitted("release_weeks", 1.4, 2.9) + no_gain("effective_contributors"))
def nudged_copies_released_weekly(history: History) -> None:
    """The last week's work is pushed to a second repository, its dates moved by a second, and released there."""
    repo = Repo("acme/mirror", WINDOW_START)
    history.repos.append(repo)
    boss = history.team[0]
    history.pushes.append(Push(repo, boss, WINDOW_START + timedelta(hours=1), [Commit("Begin", 5)]))
    for n, week in enumerate(WEEKS):
        at = week + timedelta(days=6, hours=20)
        push = Push(repo, boss, at, [], copies=history.main, nudge=timedelta(seconds=1))
        history.pushes.append(push)
        history.releases.append(Release(repo, f"v1.{n}.0", at + timedelta(hours=1), boss))


@attack("free", steady(*WORK, *RELEASES))
def foreign_history_imported(history: History) -> None:
    """4,000 commits of a foreign project are imported in one push."""
    boss = history.team[0]
    at = history.moments(1, WINDOW_START + timedelta(weeks=30))[0]
    people = history.strangers(40, "foreign")
    made = flood(history, 4000, 900, 40, None, "Foreign work")
    for n, commit in enumerate(made):
        commit.author = people[n % 40]
    history.pushes.append(Push(history.main, boss, at, made))


@attack("free", steady(*WORK))
def foreign_history_by_pull_request(history: History) -> None:
    """4,000 commits of a foreign project come with one pull request."""
    boss = history.team[0]
    at = history.landings(WINDOW_START + timedelta(weeks=20))[0]
    made = flood(history, 4000, 900, 260, None, "Foreign work")
    pull = Pull(history.main, boss, landed_at(at), "Bring in the library", made, landed_at(at), boss, "merge")
    history.pulls.append(pull)


@attack("a script, an insider's account", admitted("active_weeks", 4.5, 6.5), idle)
def foreign_history_in_weekly_slices(history: History) -> None:
    """A foreign history is brought in by a pull request each week, a slice at a time."""
    boss = history.team[0]
    for n, week in enumerate(WEEKS):
        at = week + timedelta(days=3, hours=9)
        made = [Commit(f"Foreign work {n}.{i}", 40, None, BEGIN - timedelta(days=900 - 9 * n - i)) for i in range(8)]
        history.pulls.append(Pull(history.main, boss, at, f"Slice {n}", made, at + timedelta(hours=1), boss, "merge"))


@attack("a script", admitted("active_weeks", 1.2, 2.1) + admitted("independent_review", 0.45, 0.9), idle)
def toggled_lines(history: History) -> None:
    """The same lines are put in and taken out each week.

    What lands between two toggles lands on one of the two states, so only the other one is new.
    """
    for base, landing in enumerate(history.landings(), 1):
        week = (landed_at(landing) - WEEKS[0] - TOGGLE) // timedelta(weeks=1)
        landing.commits[-1].tree = f"{base} with {week % 2}"
    _weekly(history, lambda n, base: f"{base} with {n % 2}")


@attack("a script", no_gain("contributor_days"))
def weekend_toggles(history: History) -> None:
    """The same lines are put in and taken out on Saturdays and Sundays."""
    boss = history.team[3]
    repo = Repo("acme/notes", BEGIN)
    history.repos.append(repo)
    history.pushes.append(Push(repo, boss, BEGIN + timedelta(hours=9), [Commit("Begin", 5, tree="notes 1")]))
    for n, week in enumerate(WEEKS):
        for day in (5, 6):
            at = week + timedelta(days=day, hours=12)
            made = Commit(f"Tidy {n}.{day}", 40, boss, at, f"notes {day % 2}")
            history.pushes.append(Push(repo, boss, at, [made]))


@attack("a script", admitted("active_weeks", 4.5, 6.5), idle)
def counting_toggles(history: History) -> None:
    """Six blocks of lines are put in and taken out like a binary counter, so that no state of the files comes twice."""
    _weekly(history, lambda n, base: f"{base} with {n}")


@attack(
    "a script",
    admitted("active_weeks", 4.5, 6.5)
    + admitted("independent_review", 0.15, 0.6)
    + admitted("effective_contributors", 0.4, 0.85),
    idle,
)
def new_text_every_week(history: History) -> None:
    """A new text of 20 lines is pushed each week."""
    _weekly(history, lambda n, base: None)


def _weekly(history: History, tree: Callable[[int, int], str | None]) -> None:
    """One push of 20 lines each week. `tree` names the content from the week and the last honest landing."""
    boss = history.team[0]
    honest = history.landings()
    for n, week in enumerate(WEEKS):
        at = week + TOGGLE
        base = sum(landed_at(landing) < at for landing in honest)
        history.pushes.append(Push(history.main, boss, at, [Commit(f"Note {n}", 20, boss, at, tree(n, base))]))


@attack("free", steady(*WORK, *RELEASES))
def branch_that_goes_nowhere(history: History) -> None:
    """Pull requests are merged into a branch that goes nowhere.

    Reviewed and merged each day, but never brought to the default branch.
    """
    author, friend = history.team[2], history.team[3]
    for day in range(364):
        at = WINDOW_START + timedelta(days=day, hours=10)
        pull = Pull(history.main, author, at, f"Aside {day}", [Commit(f"Aside {day}", 90, author, at)])
        pull.base, pull.merged_at, pull.merger = "aside", at + timedelta(hours=2), friend
        pull.reviews.append(Review(friend, at + timedelta(hours=1)))
        history.pulls.append(pull)


@attack("free", steady(*WORK))
def back_merges(history: History) -> None:
    """The default branch is merged into a topic branch, and that back, every day."""
    boss = history.team[0]
    for day in range(364):
        at = WINDOW_START + timedelta(days=day, hours=23)
        history.pushes.append(Push(history.main, boss, at, [], branch="topic", merges="main"))
        history.pushes.append(Push(history.main, boss, at + timedelta(minutes=1), [], merges="topic"))


@attack("free", no_gain(*WORK))
def squashed_commits_taken_again(history: History) -> None:
    """The commits of squashed pull requests are merged once more, a month later."""
    thief = history.team[4]
    for pull in [p for p in history.pulls if p.merged_at and p.merged_at >= WINDOW_START and p.method == "squash"]:
        assert pull.merged_at is not None
        at = pull.merged_at + timedelta(days=30)
        if at < WINDOW_END:
            history.pushes.append(Push(pull.repo, thief, at, [], takes=pull))


@attack("access", no_gain(*WORK, "history_integrity"))
def rewritten_again_and_again(history: History) -> None:
    """Every month the last twenty commits are force-pushed with new dates and new words."""
    boss = history.team[0]
    for month in range(1, 12):
        at = WINDOW_START + timedelta(days=30 * month, hours=2)
        made = [Commit(f"Reworded {month}.{n}", 25, boss, at - timedelta(hours=20 - n)) for n in range(20)]
        history.pushes.append(Push(history.main, boss, at, made, back=20))


@attack("access", (*no_gain(*WORK), Aim("history_integrity", 0.5, 0.95)))
def default_branch_replaced(history: History) -> None:
    """The default branch is replaced by a new one that leaves the last sixty commits out: no push is forced."""
    history.main.renamed_at, history.main.left_out = WINDOW_START + timedelta(weeks=40), 60
