"""Honest ways in which whole projects work. Where the method cannot see one, its aims say what is lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from benchmarks.redteam.attacks_crowds import contribute
from benchmarks.redteam.history import (
    WEEKS,
    WINDOW_END,
    WINDOW_START,
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
    landed_at,
)
from benchmarks.redteam.honest import busy
from benchmarks.redteam.scenario import EVERY, ISSUES, RELEASES, Aim, admitted, control, steady, unknown

RECORD = ("server_evidence", "history_integrity")
PRESENCE = ("active_weeks", "contributor_days", "effective_contributors")


def _pushed(history: History, by: Person | None = None) -> None:
    """The insiders' pull requests are pushes at the same moments: each person's own, or all of one person."""
    for pull in [p for p in history.pulls if p.merged_at and p.author in history.team]:
        assert pull.merged_at
        history.pulls.remove(pull)
        history.pushes.append(Push(pull.repo, by or pull.author, pull.merged_at, pull.commits))


@control((*steady(*RELEASES, *PRESENCE, "server_evidence"), *admitted("independent_review", 0.0, 0.4)), busy)
def review_after_the_push(history: History) -> None:
    """Insiders push, and read each other's commits afterwards. Not seen: the review."""
    _pushed(history)


@control((*steady(*RELEASES, "active_weeks", *RECORD), *admitted("contributor_days", 0.2, 0.8)), busy)
def a_mailing_list(history: History) -> None:
    """Patches are sent and reviewed on a mailing list, and one maintainer pushes them all. Not seen: who wrote them."""
    _pushed(history, history.team[0])
    for push in history.pushes:
        push.actor = history.team[0]


def _gather(history: History, moments: list[datetime], word: str) -> None:
    """What lands between two moments lands at the second, as one commit of the first insider."""
    boss = history.team[0]
    for first, last in pairwise(moments):
        for repo in history.repos:
            landed = [x for x in history.landings(first) if x.repo is repo and landed_at(x) < last]
            lines = sum(c.lines for x in landed for c in x.commits)
            for landing in landed:
                (history.pulls if isinstance(landing, Pull) else history.pushes).remove(landing)  # type: ignore[arg-type]
            if lines:
                at = last - timedelta(hours=2)
                history.pushes.append(Push(repo, boss, at, [Commit(f"{word} of {last:%d %B %Y}", lines, boss, at)]))


@control(
    (
        Aim("release_weeks", 0.9, 1.1),
        *steady(*RECORD),
        Aim("active_weeks", 0.9, 1.1),
        *admitted("contributor_days", 0.1, 0.5),
    ),
    busy,
)
def squashes_by_a_release_manager(history: History) -> None:
    """A release manager squashes each week's work to one commit. Not seen: whose work it was."""
    _gather(history, [*WEEKS, WINDOW_END], "Work")


@control(
    (*steady("history_integrity"), *admitted("active_weeks", 0.15, 0.4), *admitted("contributor_days", 0.02, 0.2)), busy
)
def monthly_snapshots(history: History) -> None:
    """The project works elsewhere, and publishes a snapshot each month. Not seen: the work between two."""
    _gather(history, [*WEEKS[::4], WINDOW_END], "Snapshot")


@control()
def forks_with_a_merge_bot(history: History) -> None:
    """All pull requests come from forks, and a bot merges them: no insider merges or pushes a branch."""
    bot = Person("merge-queue", kind="Bot")
    for pull in history.pulls:
        pull.outside = True
        if pull.merged_at:
            pull.merger = bot


@control((*steady(*ISSUES), Aim("answered_by_anyone_7d", 1.3, 2.4)))
def community_answers(history: History) -> None:
    """What no insider answers is answered by other users, which is shown beside the signal."""
    for n, issue in enumerate(history.unanswered()):
        friend = next(p for p in history.outsiders[n % 50 :] if p is not issue.author)
        issue.comments.append(Comment(friend, issue.at + timedelta(hours=20)))


@control((Aim("first_response_7d", 0.93, 1.05),))
def answers_by_fixes_alone(history: History) -> None:
    """Nobody writes on issues: who would have answered merges a fix at that moment, which closes the issue."""
    for n, issue in enumerate(history.asked()):
        answers = history.answers(issue)
        if answers:
            guide, at = answers[0].author, max(answers[0].at, issue.at + timedelta(minutes=9))
            issue.comments = [c for c in issue.comments if c not in answers]
            issue.events = [e for e in issue.events if e.kind != "ClosedEvent"]
            for pull in history.pulls:
                pull.closes = [i for i in pull.closes if i is not issue]
            opened = issue.at + 0.5 * (at - issue.at)
            made = [Commit(f"Mend {n}", 20, guide, opened)]
            history.pulls.append(Pull(issue.repo, guide, opened, f"Mend {n}", made, at, guide, closes=[issue]))


@control((Aim("first_response_7d", 0.93, 1.07), Aim("resolution_90d", 0.9, 1.1)))
def honest_withdrawals(history: History) -> None:
    """A tenth of the askers find the mistake their own, and close within three hours, whoever would have answered."""
    for issue in history.asked()[::10]:
        if issue.author:
            issue.comments, issue.events = [], []
            for pull in history.pulls:
                pull.closes = [i for i in pull.closes if i is not issue]
            issue.close(issue.author, issue.at + timedelta(hours=3))


@control()
def generated_repository_force_pushed(history: History) -> None:
    """A repository of generated files is force-pushed by the app of continuous integration each day."""
    robot, begun = Person("ci", kind="Bot"), WINDOW_START - timedelta(weeks=20)
    repo = Repo("acme/generated", begun)
    history.repos.append(repo)
    history.pushes.append(Push(repo, robot, begun + timedelta(hours=1), [Commit("Begin", 5), Commit("Pages", 900)]))
    for day in range(364):
        at = WINDOW_START + timedelta(days=day, hours=4)
        history.pushes.append(Push(repo, robot, at, [Commit(f"Pages of day {day}", 900, None, at)], back=1))


@control(
    (*steady(*RELEASES, *ISSUES, *RECORD), Aim("active_weeks", 0.85, 1.0), *unknown("effective_contributors")), busy
)
def solo_maintainer(history: History) -> None:
    """One person does all the insiders' work: nobody is there to review it, and whose share it is is not asked."""
    boss, team = history.team[0], set(history.team)
    for pull in history.pulls:
        pull.reviews = [replace(r, author=boss) for r in pull.reviews if pull.author not in team]
        pull.comments = [replace(c, author=boss) if c.author in team else c for c in pull.comments]
        pull.author = boss if pull.author in team else pull.author
        pull.merger = boss if pull.merger in team else pull.merger
    # Outsiders' work is theirs; here none of it is taken.
    history.pulls = [p for p in history.pulls if p.author is boss or not p.merged_at]
    for push in history.pushes:
        push.actor = boss
    for release in history.releases:
        release.author = boss
    for issue in history.issues:
        issue.author = boss if issue.author in team else issue.author
        issue.comments = [replace(c, author=boss) if c.author in team else c for c in issue.comments]
        issue.events = [replace(e, actor=boss) if e.actor in team else e for e in issue.events]


@control()
def moving_major_tags(history: History) -> None:
    """Beside its releases the project keeps the tags v1 and v1.0 at the newest of them."""
    own = sorted((r for r in history.releases if r.repo is history.main), key=lambda r: r.at)
    for tag in ("v1", "v1.0"):
        moves = [r.at + timedelta(minutes=3) for r in own[1:]]
        history.releases.append(
            Release(history.main, tag, own[0].at + timedelta(minutes=3), only_tag=True, tag_moves=moves)
        )


@control((*steady(*RELEASES, *PRESENCE, "independent_review", *RECORD), *unknown(*ISSUES, "returning_builders")), busy)
def users_new_to_github(history: History) -> None:
    """All who ask have accounts a month old: too little to judge by, and not low."""
    first: dict[Person, datetime] = {}
    threads: list[Issue | Pull] = [*history.issues, *history.pulls]
    for thing in sorted(threads, key=lambda t: t.at):
        if thing.author and thing.author in history.outsiders:
            first.setdefault(thing.author, thing.at)
    for who, at in first.items():
        who.created_at = max(at, WINDOW_START) - timedelta(days=30)
    history.issues = [i for i in history.issues if i.author in history.team or _is_young(i)]


def _is_young(issue: Issue) -> bool:
    """Whether its author's account was less than 80 days old."""
    return issue.author is not None and issue.at - issue.author.created_at < timedelta(days=80)


@control()
def renovate(history: History) -> None:
    """A bot opens ten updates of manifests and locks a week, merges them itself, and keeps an issue about them."""
    bot = Person("renovate", kind="Bot")
    board = Issue(history.main, bot, WEEKS[0] + timedelta(hours=1))
    history.issues.append(board)
    for n, week in enumerate(WEEKS):
        for k in range(10):
            at = week + timedelta(days=k % 5, hours=3 + k)
            pull = Pull(history.main, bot, at, f"Update {n}.{k}", [Commit(f"Update {n}.{k}", 30, bot, at)])
            pull.merged_at, pull.merger = at + timedelta(hours=1), bot
            pull.files = {"package.json": 2, "package-lock.json": 28}
            history.pulls.append(pull)


@control(
    (
        *steady(*RELEASES, *ISSUES, "concentration_trend", *RECORD),
        Aim("contributor_days", 1.0, 1.4),
        Aim("effective_contributors", 0.95, 1.3),
    )
)
def registry_of_entries(history: History) -> None:
    """300 users each add an entry of twelve lines, which insiders check and merge."""
    for n, who in enumerate(history.strangers(300, "entrant")):
        pull = contribute(history, who, f"Entry {n}", WEEKS[n % 52] + timedelta(days=n % 6, hours=9, minutes=n))
        pull.path = f"entries/{n}.json"


@control()
def moved_organisation(history: History) -> None:
    """All repositories move to another organisation half-way; texts go on naming the old addresses for a while."""
    for repo in history.repos:
        repo.moved_at = WINDOW_START + timedelta(weeks=27)


@control()
def long_drafts(history: History) -> None:
    """Pull requests lie open as drafts for forty days, and their authors make them ready when they are done."""
    for n, pull in enumerate(history.pulls):
        long_enough = pull.at > WINDOW_START + timedelta(days=41)
        if long_enough and not pull.draft and not pull.closes and (n % 3 == 0 or pull.outside):
            pull.draft = True
            pull.events.append(Event("ReadyForReviewEvent", pull.at, pull.author))
            pull.at -= timedelta(days=40)


FILTERED = tuple(s for s in EVERY if s != "history_integrity")


@control((*steady(*FILTERED), Aim("history_integrity", 0.9, 1.0)))
def history_filtered_with_its_tags(history: History) -> None:
    """A file is taken out of the whole history, and all tags are set on the new commits."""
    _filter(history, every=40, with_tags=True)


@control((*steady(*FILTERED), Aim("history_integrity", 0.9, 1.0)))
def history_filtered_without_its_tags(history: History) -> None:
    """A file is taken out of the whole history, and the tags stay on the old commits."""
    _filter(history, every=40, with_tags=False)


@control()
def branch_rebased(history: History) -> None:
    """The default branch is rebased, with every commit as it was, and its tags follow."""
    _filter(history, every=10**9, with_tags=True)


def _filter(history: History, every: int, with_tags: bool) -> None:
    at = WINDOW_START + timedelta(weeks=30, hours=3)
    push = Push(history.main, history.team[0], at, [], purges=every, tags_follow=with_tags)
    history.pushes.append(push)
