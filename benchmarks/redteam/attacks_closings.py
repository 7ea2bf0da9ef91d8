"""Attacks on how issues end: deleted, moved, imported, closed on a claim."""

from datetime import datetime, timedelta

from benchmarks.redteam.attacks_issues import ask, ask_many
from benchmarks.redteam.history import (
    SYNCS,
    WINDOW_END,
    WINDOW_START,
    Comment,
    Commit,
    Event,
    History,
    Issue,
    Person,
    Pull,
    Repo,
)
from benchmarks.redteam.scenario import ISSUES, Aim, admitted, attack, no_gain, steady

MINUTES = timedelta(minutes=1)


@attack("free", (Aim("resolution_90d", 0.5, 0.9), *no_gain("first_response_7d")))
def stale_bot(history: History) -> None:
    """A bot closes every issue after 30 days.

    It pre-empts honest resolutions: what comes later finds the issue closed.
    """
    bot = Person("stale", kind="Bot")
    for issue in history.asked():
        at = issue.at + timedelta(days=30)
        settled = [e.at for e in issue.events if e.kind == "ClosedEvent"]
        mended = [p.merged_at for p in history.pulls if issue in p.closes and p.merged_at]
        if not any(t < at for t in settled + mended):
            for pull in history.pulls:
                if issue in pull.closes:
                    pull.closes.remove(issue)
            issue.events = [e for e in issue.events if e.kind != "ClosedEvent"]
            issue.comments.append(Comment(bot, at, "Closed for want of activity."))
            issue.close(bot, at + timedelta(seconds=2), "NOT_PLANNED")


@attack("an insider's account", steady(*ISSUES))
def closed_without_a_word(history: History) -> None:
    """Insiders close what nobody answered without a word."""
    for issue in history.unanswered():
        if not issue.closed:
            issue.close(history.team[1], issue.at + timedelta(days=2))


@attack("access", (*steady(*ISSUES), Aim("history_integrity", 0.5, 0.98)))
def unanswered_issues_deleted(history: History) -> None:
    """All unanswered issues are deleted after we saw them."""
    night = WINDOW_END - timedelta(days=3)
    for issue in history.unanswered():
        if issue.at < SYNCS[-3]:
            issue.deleted_at = night


@attack("access, knowing when we look", admitted("first_response_7d", 1.1, 1.7) + steady("history_integrity"))
def deleted_before_we_look(history: History) -> None:
    """Each issue that nobody can answer is deleted on the day before the weekly sync, before it was seen."""
    for issue in history.unanswered():
        following = next((s for s in history.syncs if s > issue.at), None)
        if issue.at > SYNCS[0] and following:
            issue.deleted_at = max(following - timedelta(hours=8), issue.at + MINUTES)


@attack("access, a script", (*admitted("history_integrity", 0.5, 1.0), *steady(*ISSUES)))
def deletions_drowned(history: History) -> None:
    """The unanswered issues are deleted, and 1,500 issues of one's own drown that."""
    unanswered_issues_deleted(history)
    for at in history.moments(1500, SYNCS[0]):
        ask(history, history.team[0], at, None, MINUTES, False)


@attack("access", steady(*ISSUES) + no_gain("history_integrity"))
def imported_answered_issues(history: History) -> None:
    """300 issues are imported with their answers."""
    at = SYNCS[35] + timedelta(hours=7)
    for n, who in enumerate(history.strangers(300, "imported")):
        created = WINDOW_START + timedelta(hours=24 * n)
        issue = Issue(history.main, who, at + timedelta(seconds=n), created)
        issue.comments.append(Comment(history.team[0], created + timedelta(hours=2)))
        issue.close(history.team[0], created + timedelta(hours=3))
        history.issues.append(issue)


@attack("access", steady(*ISSUES) + no_gain("history_integrity"))
def imported_week_by_week(history: History) -> None:
    """Each week a handful of answered issues is imported, dated a little while ago."""
    strangers = history.strangers(152, "imported")
    for n, who in enumerate(strangers):
        at = SYNCS[1 + n // 4] + timedelta(days=2, minutes=n)
        created = at - timedelta(days=12)
        issue = Issue(history.main, who, at, created)
        issue.comments.append(Comment(history.team[0], created + timedelta(hours=2)))
        issue.close(history.team[0], created + timedelta(hours=3))
        history.issues.append(issue)


@attack("access", steady(*ISSUES))
def transferred_away(history: History) -> None:
    """Each unanswered issue is moved to a repository that nobody tracks."""
    for issue in history.unanswered():
        following = next((s for s in history.syncs if s > issue.at), None)
        if following:
            issue.deleted_at = following + timedelta(hours=6)


def _move(history: History, issue: Issue, to: Repo, at: datetime) -> Issue:
    """Transfer an issue: it keeps its date, and gets a new number and the note of the transfer."""
    moved = Issue(to, issue.author, at, issue.created_at or issue.at, list(issue.comments))
    moved.events.append(Event("TransferredEvent", at, history.team[0], source=issue.repo))
    issue.deleted_at = at
    history.issues.append(moved)
    return moved


@attack("access, an insider's account", steady("first_response_7d"))
def transferred_and_answered(history: History) -> None:
    """What nobody answered for two months is moved to the sister repository and answered there at once."""
    for issue in history.unanswered():
        at = issue.at + timedelta(days=60)
        if not issue.closed and at < WINDOW_END - timedelta(days=10):
            sister = next(r for r in history.repos if r is not issue.repo)
            moved = _move(history, issue, sister, at)
            moved.comments.append(Comment(history.team[0], at + timedelta(hours=1)))


@attack("access", no_gain(*ISSUES))
def answered_issues_transferred_in(history: History) -> None:
    """Issues of strangers that are already answered are moved in from a repository that nobody tracks."""
    for n, who in enumerate(history.strangers(60, "moved")):
        at = WINDOW_START + timedelta(days=5 * n + 20, hours=8)
        issue = Issue(history.main, who, at, at - timedelta(days=15))
        issue.comments.append(Comment(history.team[0], at - timedelta(days=14)))
        issue.events.append(Event("TransferredEvent", at, history.team[0]))
        history.issues.append(issue)


@attack("access", steady(*ISSUES))
def turned_into_discussions(history: History) -> None:
    """Unanswered issues are turned into discussions."""
    for issue in history.unanswered():
        at = issue.at + timedelta(days=3)
        issue.events.append(Event("ConvertedToDiscussionEvent", at, history.team[0]))
        issue.close(history.team[0], at + timedelta(seconds=1))


@attack("an insider's hour each quarter", (Aim("first_response_7d", 0.95, 1.08), Aim("resolution_90d", 0.7, 1.1)))
def one_pull_request_closes_all(history: History) -> None:
    """One pull request a quarter names all open issues as closed by it."""
    mender = history.team[2]
    waiting = [i for i in history.unanswered() if not i.closed]
    for quarter in range(4):
        at = WINDOW_START + timedelta(days=91 * quarter + 80, hours=5)
        named = [i for i in waiting if i.at < at and i.repo is history.main]
        waiting = [i for i in waiting if i not in named]
        _mend(history, mender, named, at, lines=40)


@attack("a script", no_gain(*ISSUES))
def tiny_pull_requests_close_all(history: History) -> None:
    """Every open issue is 'closed' by a pull request of two lines."""
    for issue in history.unanswered():
        if not issue.closed:
            _mend(history, history.team[2], [issue], issue.at + timedelta(hours=6), lines=2)


@attack("a script", no_gain(*ISSUES))
def closing_words_added_later(history: History) -> None:
    """Closing words are written into old pull requests as soon as an issue comes."""
    old = [p for p in history.pulls if p.merged_at and p.merged_at < WINDOW_START and not p.closes]
    for issue, pull in zip(history.unanswered(), old, strict=False):
        pull.closes, pull.refers_at = [issue], issue.at + timedelta(hours=2)


def _mend(history: History, mender: Person, issues: list[Issue], at: datetime, lines: int) -> None:
    """A pull request that says it closes these, merged an hour later."""
    title = f"Mend {len(history.pulls)}"
    pull = Pull(history.main, mender, at, title, [Commit(title, lines, mender, at)], at + timedelta(hours=1), mender)
    pull.closes = issues
    history.pulls.append(pull)


@attack(
    "insiders' work each week, or a language model",
    admitted("resolution_90d", 1.8, 3.0) + admitted("first_response_7d", 1.5, 2.3),
)
def pull_request_for_every_issue(history: History) -> None:
    """Every open issue is 'closed' by an ordinary pull request of its own that mends nothing."""
    for n, issue in enumerate(i for i in history.asked() if not i.closed):
        issue_is_mended = any(issue in p.closes for p in history.pulls)
        if not issue_is_mended:
            _mend(history, history.team[n % 5], [issue], issue.at + timedelta(days=1), lines=30)


@attack(
    "a language model, an insider's account",
    admitted("resolution_90d", 1.8, 3.0) + admitted("first_response_7d", 1.5, 2.3),
)
def close_with_new_words(history: History) -> None:
    """Every open issue is answered in new words that claim it is resolved, and closed as completed."""
    for n, issue in enumerate(history.asked()):
        guide = history.team[n % 5]
        at = issue.at + timedelta(days=2)
        issue.comments.append(Comment(guide, at))
        issue.events = [e for e in issue.events if e.kind != "ClosedEvent"]
        issue.close(guide, at + timedelta(minutes=2))
        for pull in history.pulls:
            if issue in pull.closes:
                pull.closes.remove(issue)


@attack(
    "a language model, an insider's account",
    no_gain("resolution_90d") + admitted("first_response_7d", 1.5, 2.3),
)
def close_with_new_words_and_lock(history: History) -> None:
    """Every open issue is closed on a false claim in new words, and locked two days later, so that nobody objects."""
    close_with_new_words(history)
    for issue in history.asked():
        for closing in [e for e in issue.events if e.kind == "ClosedEvent"]:
            issue.events.append(Event("LockedEvent", closing.at + timedelta(days=2), closing.actor))


@attack("free", no_gain("resolution_90d") + steady("first_response_7d"))
def close_with_a_template(history: History) -> None:
    """Every open issue is closed as completed, with one phrase."""
    for issue in history.unanswered():
        if not issue.closed:
            at = issue.at + timedelta(days=2)
            issue.comments.append(Comment(history.team[0], at, "This is fixed now. Thank you!"))
            issue.close(history.team[0], at + timedelta(minutes=2))


@attack("access", steady(*ISSUES))
def repository_made_private(history: History) -> None:
    """The repository with most of the unanswered issues is made private."""
    history.repos[1].hidden_at = SYNCS[37] + timedelta(hours=5)


@attack(
    "ten aged accounts, a language model, an insider's account",
    admitted("first_response_7d", 1.5, 2.3) + admitted("resolution_90d", 1.8, 3.0),
)
def aged_accounts_and_reworded_answers(history: History) -> None:
    """Ten aged accounts, reworded acknowledgements and quick closings together."""
    close_with_new_words(history)
    ask_many(history, history.strangers(10, "aged"), 200)


@attack("a script", no_gain("first_response_7d"))
def unmerged_draft_for_every_issue(history: History) -> None:
    """An insider opens a draft of ten lines that would close it for every issue, and closes it without merging."""
    for n, issue in enumerate(history.unanswered()):
        at = issue.at + timedelta(hours=5)
        pull = Pull(issue.repo, history.team[0], at, f"Draft {n}", [Commit(f"Draft {n}", 10, history.team[0], at)])
        pull.draft, pull.closes, pull.refers_at = True, [issue], at + timedelta(minutes=1)
        pull.closed_at = at + timedelta(days=1)
        history.pulls.append(pull)
