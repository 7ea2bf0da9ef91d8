"""Honest changes, which must be seen."""

from datetime import timedelta
from itertools import pairwise

from benchmarks.redteam.history import (
    WEEKS,
    WINDOW_START,
    Comment,
    Commit,
    History,
    Pull,
    Release,
    Review,
)
from benchmarks.redteam.honest import busy, two_years
from benchmarks.redteam.scenario import EVERY, Aim, change, moves

WITHOUT_REVIEW = tuple(s for s in EVERY if s not in ("independent_review", "review_response_7d"))


@change(moves("release_weeks", 1.6, 2.1))
def releases_doubled(history: History) -> None:
    """Twice as many releases, each with new work."""
    for repo in history.repos:
        own = sorted((r for r in history.releases if r.repo is repo), key=lambda r: r.at)
        for n, (one, other) in enumerate(pairwise(own)):
            at = one.at + (other.at - one.at) * 0.52
            history.releases.append(Release(repo, f"v1.{n + 1}.5", at, history.team[0]))


@change(moves("effective_contributors", 1.4, 1.8))
def team_doubled(history: History) -> None:
    """The team doubles: five more people who work a third as much."""
    _join(history, 5, 17)


@change(moves("effective_contributors", 2.2, 3.0))
def eight_newcomers(history: History) -> None:
    """Eight newcomers who each work about thirty weeks of the year."""
    _join(history, 8, 33)


def _join(history: History, count: int, days: int) -> None:
    rng = history.random
    for n, who in enumerate(history.strangers(count, "newcomer")):
        for k, week in enumerate(rng.sample(WEEKS, min(days, 52))):
            at = week + timedelta(days=rng.randrange(5), hours=9 + 8 * rng.random())
            title = f"Work {n}.{k}"
            pull = Pull(history.main, who, at - timedelta(hours=20), title, [Commit(title, 50, who, at)], at)
            pull.merger = pull_reviewer = history.team[(n + k) % 5]
            pull.outside = True
            pull.reviews.append(Review(pull_reviewer, at - timedelta(hours=3)))
            history.pulls.append(pull)


@change(moves("first_response_7d", 1.05, 1.3))
def faster_answers(history: History) -> History:
    """Answers come three times faster."""
    return busy(history.seed, speed=3)


@change(moves("first_response_7d", 1.5, 2.2))
def everyone_answered(history: History) -> None:
    """Every issue is answered within two days."""
    for n, issue in enumerate(history.asked()):
        issue.comments.append(Comment(history.team[n % 5], issue.at + timedelta(days=1, hours=n % 20)))


@change(moves("independent_review", 1.1, 1.8))
def everything_reviewed(history: History) -> None:
    """Every insider's pull request is reviewed."""
    for n, pull in enumerate(history.pulls):
        if pull.author in history.team and pull.merged_at and not pull.reviews:
            others = [p for p in history.team if p is not pull.author]
            pull.reviews.append(Review(others[n % 4], pull.at + 0.5 * (pull.merged_at - pull.at)))


@change(moves("concentration_trend", 0.4, 0.95), two_years)
def people_leave(history: History) -> None:
    """The three who work least leave half-way."""
    half = WINDOW_START
    gone = history.team[2:]
    history.pulls = [p for p in history.pulls if not (p.author in gone and p.at > half)]
    history.pushes = [p for p in history.pushes if not (p.actor in gone and p.at > half)]


@change((Aim("active_weeks", 0.3, 0.75), Aim("contributor_days", 0.3, 0.75), Aim("longest_release_silence", 4, 12)))
def long_rest(history: History) -> None:
    """The project rests for half of the year."""
    first, last = WINDOW_START + timedelta(weeks=20), WINDOW_START + timedelta(weeks=46)
    history.pulls = [p for p in history.pulls if not (p.merged_at and first <= p.merged_at < last)]
    history.pushes = [p for p in history.pushes if not first <= p.at < last]
