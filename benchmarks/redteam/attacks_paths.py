"""Attacks on what is known by paths, work on docs and notice of rule changes, and honest ways that must not move it."""

from dataclasses import replace
from datetime import timedelta

from benchmarks.redteam.history import (
    WINDOW_START,
    Comment,
    Commit,
    Event,
    History,
    Person,
    Pull,
    Push,
    Repo,
    landed_at,
)
from benchmarks.redteam.honest import LONG_WORD, documented, pull_of
from benchmarks.redteam.scenario import admitted, attack, change, control, moves, no_gain, steady

DOCS, RULES = "docs_months", "rule_change_notice"
MONTHS = [WINDOW_START + n * timedelta(weeks=4) + timedelta(days=2) for n in range(13)]


def _of_rules(history: History) -> list[Pull]:
    """The pull requests that change rules."""
    return [p for p in history.pulls if p.path.startswith("economics/")]


def _unnoticed(history: History) -> list[Pull]:
    """Those that nobody spoke of."""
    return [p for p in _of_rules(history) if not p.comments]


def _early(pull: Pull, days: int = 9) -> None:
    """Open it some days before its merge."""
    assert pull.merged_at
    pull.at = pull.merged_at - timedelta(days=days)


@attack("a script", steady(DOCS), documented)
def docs_by_a_bot(history: History) -> None:
    """A bot opens a pull request for the docs each week, and merges it."""
    bot = Person("writer", kind="Bot")
    for n in range(52):
        at = WINDOW_START + timedelta(weeks=n, days=1)
        history.pulls.append(pull_of(history, f"Docs by bot {n}", at, at + timedelta(hours=1), 60, "docs/news.md", bot))


@attack("a script", steady(DOCS), documented)
def generated_docs(history: History) -> None:
    """Two thousand lines of generated reference pages land each week."""
    for n in range(52):
        at = WINDOW_START + timedelta(weeks=n, days=1)
        pull = pull_of(history, f"Reference {n}", at, at + timedelta(hours=1), 2000, "docs/generated/api.md")
        history.pulls.append(pull)


@attack("free", steady(DOCS), documented)
def docs_copied_over(history: History) -> None:
    """What landed in the docs is committed again each month, in another repository, as it was."""
    begun = [p for p in history.pulls if p.path.startswith("docs/")]
    for month in MONTHS:
        for pull in begun:
            if landed_at(pull) < month:
                made = [replace(c, path="docs/guide.md") for c in pull.commits]
                history.pushes.append(Push(history.repos[1], history.team[0], month, made))


@attack("free", (*no_gain(RULES), *admitted(DOCS, 0.95, 1.4)), documented)
def docs_toggled(history: History) -> None:
    """A page of the docs is taken away and put back each month."""
    for n, month in enumerate(MONTHS):
        made = Commit(f"Page {n}", 40, history.team[0], month, tree=f"page {n % 2}", path="docs/page.md")
        history.pushes.append(Push(history.main, history.team[0], month, [made]))


@attack("free", steady(DOCS), documented)
def one_line_a_week_in_docs(history: History) -> None:
    """One typo of the docs is mended each week."""
    for n in range(52):
        at = WINDOW_START + timedelta(weeks=n, days=1)
        history.pulls.append(pull_of(history, f"Typo {n}", at, at + timedelta(hours=1), 1, "docs/guide.md"))


@attack("13 visits of an insider in a year", admitted(DOCS, 1.8, 2.3), documented)
def ten_lines_a_month_in_docs(history: History) -> None:
    """Ten new lines of docs land every four weeks."""
    for n, month in enumerate(MONTHS):
        pull = pull_of(history, f"Lines {n}", month, month + timedelta(hours=1), 10, "docs/news.md")
        history.pulls.append(pull)


@attack("13 pushes in a year", admitted(DOCS, 1.8, 2.3), documented)
def code_pushed_with_a_line_of_docs(history: History) -> None:
    """Each month a push of code touches the docs with one of its lines: the others count, too."""
    for n, month in enumerate(MONTHS):
        made = Commit(f"Code and a line {n}", 40, history.team[0], month, path="docs/index.md")
        history.pushes.append(Push(history.main, history.team[0], month, [made]))


@attack("free", steady(RULES), documented)
def notice_by_oneself(history: History) -> None:
    """Rule changes lie open for nine days, and only their authors write about them."""
    for pull in _unnoticed(history):
        _early(pull)
        assert pull.author
        pull.comments.append(Comment(pull.author, pull.at + timedelta(days=1), LONG_WORD))


@attack("a fresh account, a bot", steady(RULES), documented)
def notice_by_fresh_accounts(history: History) -> None:
    """Rule changes lie open for nine days; a fresh account and a bot write about each."""
    bot = Person("praiser", kind="Bot")
    for n, pull in enumerate(_unnoticed(history)):
        _early(pull)
        fresh = Person(f"fresh-{n}", pull.at - timedelta(days=60))
        pull.comments += [Comment(who, pull.at + timedelta(days=1), LONG_WORD) for who in (fresh, bot)]


@attack("free", steady(RULES), documented)
def notice_in_a_word(history: History) -> None:
    """Rule changes lie open for nine days, and an insider writes "fine" about each."""
    for pull in _unnoticed(history):
        _early(pull)
        pull.comments.append(Comment(_other(history, pull), pull.at + timedelta(days=1), "Fine by me, go ahead"))


@attack("insiders' agreement", steady(RULES), documented)
def noticed_then_filled(history: History) -> None:
    """A rule change is discussed for a week while it is empty; an hour before the merge it gets its lines."""
    for pull in _unnoticed(history):
        _early(pull)
        assert pull.merged_at
        pull.comments.append(Comment(_other(history, pull), pull.at + timedelta(days=1), LONG_WORD))
        pull.events.append(Event("HeadRefForcePushedEvent", pull.merged_at - timedelta(hours=1), pull.author))


@attack("insiders' agreement", steady(RULES), documented)
def drafted_then_ready(history: History) -> None:
    """A rule change is a draft for nine days, is discussed, and becomes ready an hour before the merge."""
    for pull in _unnoticed(history):
        _early(pull)
        assert pull.merged_at
        pull.draft = True
        pull.comments.append(Comment(_other(history, pull), pull.at + timedelta(days=1), LONG_WORD))
        pull.events.append(Event("ReadyForReviewEvent", pull.merged_at - timedelta(hours=1), pull.author))


@attack("free", steady(RULES), documented)
def discussed_after_the_merge(history: History) -> None:
    """Rule changes lie open for nine days and are discussed right after the merge."""
    for pull in _unnoticed(history):
        _early(pull)
        assert pull.merged_at
        pull.comments.append(Comment(_other(history, pull), pull.merged_at + timedelta(minutes=1), LONG_WORD))


@attack("a second aged account, a week for each change", admitted(RULES, 1.5, 2.1), documented)
def patience_and_forty_characters(history: History) -> None:
    """Each rule change by pull request waits nine days and gets a sentence by an aged accomplice."""
    (friend,) = history.strangers(1, "friend")
    for pull in _unnoticed(history):
        _early(pull)
        pull.comments.append(Comment(friend, pull.at + timedelta(days=1), LONG_WORD))


@attack("ten pushes for each change", admitted(RULES, 1.1, 1.4), documented)
def rules_in_slices_of_two_lines(history: History) -> None:
    """What would be pushed to the rules is pushed in slices of two lines, none of which is a change."""
    for push in [p for p in history.pushes if p.commits and p.commits[0].path.startswith("economics/")]:
        history.pushes.remove(push)
        for n in range(10):
            at = push.at + timedelta(minutes=n)
            made = Commit(f"{push.commits[0].headline}.{n}", 2, push.actor, at, path="economics/fees.toml")
            history.pushes.append(Push(push.repo, push.actor, at, [made]))


@attack("insiders' agreement, a year", admitted(RULES, 1.5, 1.9), documented)
def noticed_trifles(history: History) -> None:
    """Twelve more rule changes of three lines that change nothing lie open for nine days and are discussed."""
    for n, month in enumerate(MONTHS[:12]):
        pull = pull_of(history, f"Spaces {n}", month, month + timedelta(days=9), 3, "economics/fees.toml")
        pull.comments.append(Comment(_other(history, pull), month + timedelta(days=1), LONG_WORD))
        history.pulls.append(pull)


@control(steady(DOCS, RULES), documented)
def docs_by_pushes(history: History) -> None:
    """The docs are pushed, not offered by pull requests."""
    for pull in [p for p in history.pulls if p.path.startswith("docs/")]:
        history.pulls.remove(pull)
        assert pull.merged_at
        made = [replace(c, path="docs/guide.md") for c in pull.commits]
        history.pushes.append(Push(pull.repo, pull.author, pull.merged_at, made))


@control(steady(DOCS, RULES), documented)
def docs_in_their_own_repository(history: History) -> None:
    """The docs have a repository of their own, with the role docs and no docs folder."""
    history.repos.append(site := Repo("acme/site", role="docs"))
    history.pushes.append(Push(site, history.team[0], site.created_at + timedelta(hours=9), [Commit("Begin", 300)]))
    for pull in history.pulls:
        if pull.path.startswith("docs/"):
            pull.repo, pull.path = site, "pages/guide.txt"


@control(steady(DOCS, RULES), documented)
def rules_in_their_own_repository(history: History) -> None:
    """The rules have a repository of their own, with the role governance."""
    history.repos.append(site := Repo("acme/proposals", role="governance"))
    begin = site.created_at + timedelta(hours=9)
    history.pushes.append(Push(site, history.team[0], begin, [Commit("Begin", 300)]))
    for pull in _of_rules(history):
        pull.repo, pull.path = site, "proposals/0001.txt"
    for push in history.pushes:
        if push.commits and push.commits[0].path.startswith("economics/"):
            push.repo = site


@control(steady(DOCS, RULES), documented)
def rules_merged_by_others(history: History) -> None:
    """Rule changes are merged by somebody else than their author, with merge commits."""
    for pull in _of_rules(history):
        pull.merger, pull.method = _other(history, pull), "merge"


@change(moves(DOCS, 1.8, 2.3), documented)
def docs_every_month(history: History) -> None:
    """The docs are worked on in every period."""
    for n, month in enumerate(MONTHS):
        pull = pull_of(history, f"More docs {n}", month, month + timedelta(days=1), 40, "docs/more.md")
        history.pulls.append(pull)


@change(moves(RULES, 2.2, 2.6), documented)
def every_rule_change_with_notice(history: History) -> None:
    """All rule changes lie open for ten days and are discussed; nothing is pushed."""
    for push in [p for p in history.pushes if p.commits and p.commits[0].path.startswith("economics/")]:
        history.pushes.remove(push)
        history.pulls.append(
            pull_of(history, push.commits[0].headline, push.at, push.at, 20, "economics/fees.toml", push.actor)
        )
    for pull in _unnoticed(history):
        _early(pull, 10)
        pull.comments.append(Comment(_other(history, pull), pull.at + timedelta(days=1), LONG_WORD))


def _other(history: History, pull: Pull) -> Person:
    return next(p for p in history.team if p is not pull.author)
