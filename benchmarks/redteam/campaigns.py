"""Campaigns: attacks of many kinds at once, to lift the overall score of a busy or an idle project."""

from collections.abc import Callable
from datetime import timedelta

from benchmarks.redteam import attacks_closings as closings
from benchmarks.redteam import attacks_commits as commits
from benchmarks.redteam import attacks_copies as copies
from benchmarks.redteam import attacks_crowds as crowds
from benchmarks.redteam import attacks_evasions as evasions
from benchmarks.redteam import attacks_issues as issues
from benchmarks.redteam import attacks_offers as offers
from benchmarks.redteam import attacks_people as people
from benchmarks.redteam import attacks_releases as releases
from benchmarks.redteam import attacks_review as review
from benchmarks.redteam.history import WEEKS, Commit, History, Person, Push, Release
from benchmarks.redteam.honest import busy, idle
from benchmarks.redteam.scenario import campaign

SCRIPTS: tuple[Callable[[History], object], ...] = (
    commits.split_commits,
    commits.bot_bumps,
    commits.backdated_commits,
    commits.unlinked_cron_commits,
    copies.history_copied_nine_times,
    releases.same_head_ten_times,
    releases.nightlies,
    issues.self_answered_issues,
    issues.issues_of_fresh_accounts,
    issues.instant_bot_answers,
    issues.template_answers,
    offers.template_reviews,
    offers.offers_of_fresh_accounts,
    review.self_approvals,
    review.bot_approvals,
)


def _all(history: History, plays: tuple[Callable[[History], object], ...]) -> None:
    for play in plays:
        play(history)


@campaign("scripts and fresh accounts", 0.9, 1.03, busy)
def dashboards_fooled(history: History) -> None:
    """Everything that lifts a dashboard's figures at once: split, copied and back-dated commits, nightlies, answers by
    bots and templates, issues and offers of fresh accounts, approvals of one's own."""
    _all(history, SCRIPTS)


@campaign("scripts and fresh accounts", 0.9, 1.05, idle)
def dashboards_of_an_idle_project_fooled(history: History) -> None:
    """The same in an idle project."""
    _all(history, SCRIPTS)


def _diary(history: History, people_at_work: list[Person]) -> None:
    """Each week a text of twenty lines and a release of it."""
    for n, week in enumerate(WEEKS):
        who, at = people_at_work[n % len(people_at_work)], week + timedelta(days=1, hours=6)
        history.pushes.append(Push(history.main, who, at, [Commit(f"Diary {n}", 20, who, at)]))
        history.releases.append(Release(history.main, f"v5.{n}.0", at + timedelta(hours=1), who))


@campaign("a script under an insider's account", 0.7, 1.4, idle)
def idle_project_keeps_a_diary(history: History) -> None:
    """A script pushes a text of twenty lines each week to an idle project, and releases it."""
    _diary(history, history.team[:1])


@campaign("a crowd of 120 accounts, scripts, an insider's account", 0.85, 1.12, busy)
def crowd_and_scripts(history: History) -> None:
    """A crowd of fresh accounts lands and is approved by a script, issues are closed by drafts, authors withdraw, and
    everything of a dashboard's besides."""
    people.crowd_of_three_days(history)
    closings.unmerged_draft_for_every_issue(history)
    issues.unanswered_authors_withdraw(history)
    offers.drafts_that_insiders_make_ready(history)
    _all(history, (releases.same_head_ten_times, releases.nightlies, issues.template_answers, review.self_approvals))


@campaign("a crowd of 120 accounts, scripts, an insider's account", 0.8, 1.7, idle)
def crowd_and_scripts_in_an_idle_project(history: History) -> None:
    """The same in an idle project that keeps a diary besides."""
    people.crowd_of_three_days(history)
    _diary(history, history.team)
    _all(history, (releases.same_head_ten_times, releases.nightlies, review.self_approvals))


@campaign(
    "100 aged accounts for a year, a language model, insiders' agreement",
    1.05,
    1.35,
    busy,
)
def everything_the_method_admits(history: History) -> None:
    """Whoever knows the method does all that it admits: answers and closings in new words, offers praised, approvals
    unread, texts reviewed beside unreviewed days, a hundred accounts of eight weeks, visitors who come back."""
    closings.close_with_new_words(history)
    offers.reworded_praise(history)
    review.ring_of_approvals(history)
    review.text_padding(history)
    crowds.crowd_of_eight_weeks(history)
    crowds.visitors_who_come_back_on_purpose(history)
    releases.releases_of_one_line(history)


@campaign(
    "five insiders, 300 aged accounts for a year, a language model",
    1.2,
    3.0,
    idle,
)
def idle_project_that_plays_all_parts(history: History) -> None:
    """An idle project keeps a diary that is reviewed, releases it, and has its own users who ask, are answered, come
    back and land texts."""
    people.ring_of_puppets(history)
    crowds.quests(history)
    _all(history, (releases.nightlies_that_look_like_versions, evasions.release_of_ten_lines_every_other_week))
