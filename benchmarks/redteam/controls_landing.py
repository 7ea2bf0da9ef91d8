"""Honest ways of landing work, which must not move a signal."""

from datetime import timedelta

from benchmarks.redteam.history import (
    BEGIN,
    WEEKS,
    WINDOW_END,
    WINDOW_START,
    Commit,
    History,
    Person,
    Pull,
    Push,
    Repo,
    landed_at,
    work_of,
)
from benchmarks.redteam.honest import pushing
from benchmarks.redteam.scenario import EVERY, RELEASES, WORK, Aim, control, steady

WITHOUT_REVIEW = tuple(s for s in EVERY if s not in ("independent_review", "review_response_7d"))


def _merged_by(history: History, method: str) -> None:
    for pull in history.pulls:
        pull.method = method


@control()
def squash_merging(history: History) -> None:
    """All pull requests are squashed."""
    _merged_by(history, "squash")


@control()
def rebase_merging(history: History) -> None:
    """All pull requests are rebased."""
    _merged_by(history, "rebase")


@control()
def merge_commits(history: History) -> None:
    """All pull requests are merged with a merge commit."""
    _merged_by(history, "merge")


@control(
    (
        *steady(*(s for s in EVERY if s not in ("resolution_90d", "first_response_7d", *RELEASES))),
        Aim("first_response_7d", 0.93, 1.05),
        Aim("resolution_90d", 0.9, 1.05),
        Aim("release_weeks", 0.9, 1.05),
    )
)
def promotions(history: History) -> None:
    """Work goes to a development branch, which is merged into the default one each week.

    The last days of work have not come to the default branch by the date: what they land is not there yet.
    """
    boss = history.team[0]
    for repo in history.repos:
        first = min((p for p in history.pushes if p.repo is repo), key=lambda p: p.at)
        history.pushes.append(Push(repo, boss, first.at + timedelta(hours=1), [], branch="dev"))
        for landing in history.landings():
            if landing.repo is repo and landing is not first and landed_at(landing) > first.at:
                if isinstance(landing, Pull):
                    landing.base = "dev"
                else:
                    landing.branch = "dev"
        week = BEGIN + timedelta(days=6, hours=23)
        while week < WINDOW_END:
            title = f"Release of {week:%d %B %Y}"
            pull = Pull(repo, boss, week - timedelta(hours=1), title, [], week, boss, "merge", head="dev")
            pull.files = {"src/all.py": 500}
            history.pulls.append(pull)
            week += timedelta(weeks=1)
    close_when_merged = [p for p in history.pulls if p.closes and p.merged_at]
    for pull in close_when_merged:
        assert pull.merged_at
        for issue in pull.closes:
            if pull.merger:
                issue.close(pull.merger, pull.merged_at + timedelta(days=4), pull=pull)


@control()
def merge_queue(history: History) -> None:
    """A merge queue lands by one push what was finished on one day."""
    last: Pull | None = None
    for pull in sorted((p for p in history.pulls if p.merged_at), key=landed_at):
        pull.method = "squash"
        if last and last.repo is pull.repo and landed_at(last).date() == landed_at(pull).date():
            pull.queue, last.queue, last.queued = [*last.queue, last], [], True
            for waiting in pull.queue:
                waiting.merged_at = pull.merged_at
        last = pull


@control()
def merge_bot(history: History) -> None:
    """A bot merges people's pull requests."""
    bot = Person("merge-queue", kind="Bot")
    for pull in history.pulls:
        if pull.merged_at:
            pull.merger = bot


@control()
def repository_split(history: History) -> None:
    """The second repository is split in two half-way."""
    half = WINDOW_START + timedelta(weeks=26)
    repo = Repo("acme/tools", half - timedelta(hours=2))
    history.repos.append(repo)
    history.pushes.append(Push(repo, history.team[0], half - timedelta(hours=1), [], copies=history.repos[1]))
    for n, landing in enumerate(history.landings(half)):
        begun = landing.at if isinstance(landing, Pull) else half
        if landing.repo is history.repos[1] and n % 2 and begun >= half:
            landing.repo = repo


@control()
def honest_back_merges(history: History) -> None:
    """After each release the default branch is merged back into a development branch, with all its commits."""
    for release in history.releases:
        at = release.at + timedelta(hours=1)
        history.pushes.append(Push(release.repo, history.team[0], at, [], branch="next", merges="main"))


@control()
def hotfix_branches(history: History) -> None:
    """Hotfixes are picked from the default branch to a release branch, and released from there."""
    for n, landing in enumerate(history.landings(WINDOW_START)[::9]):
        made = [Commit(c.headline, c.lines, c.author, c.authored_at) for c in landing.commits]
        at = landed_at(landing) + timedelta(hours=20)
        history.pushes.append(Push(landing.repo, history.team[1], at, made, branch=f"release-{n}"))


@control(steady(*RELEASES))
def patches_from_release_branches(history: History) -> None:
    """What is released is picked from the default branch onto a release branch, where the tag is set."""
    _merged_by(history, "rebase")
    for repo in history.repos:
        since = BEGIN
        for release in sorted((r for r in history.releases if r.repo is repo), key=lambda r: r.at):
            landed = [x for x in history.landings(since) if x.repo is repo and landed_at(x) < release.at]
            picked = [Commit(c.headline, c.lines, c.author, c.authored_at) for c in work_of(landed)]
            since = release.at
            push = Push(repo, history.team[1], release.at - timedelta(minutes=5), picked, branch="stable")
            history.pushes.append(push)
            release.branch = "stable"


@control()
def long_lived_branches(history: History) -> None:
    """Commits carry signatures of their own, and author dates of weeks ago: branches live long."""
    for n, landing in enumerate(history.landings()):
        if isinstance(landing, Pull) and n % 3 == 0:
            for commit in landing.commits:
                if commit.authored_at:
                    commit.authored_at -= timedelta(days=40)


@control()
def default_branch_renamed(history: History) -> None:
    """The default branch is renamed from master to main."""
    for repo in history.repos:
        repo.renamed_at = WINDOW_START + timedelta(weeks=30)


@control(steady(*RELEASES, "active_weeks", "contributor_days", "effective_contributors", "server_evidence"), pushing)
def default_branch_of_pushes_renamed(history: History) -> None:
    """Everyone pushes, nobody opens pull requests, and the default branch is renamed from master to main."""
    default_branch_renamed(history)


@control()
def fork_in_step(history: History) -> None:
    """A fork of someone else's project is kept in step with it by pushes."""
    fork = Repo("acme/fork", BEGIN, parent="upstream/library")
    history.repos.append(fork)
    for n, week in enumerate(WEEKS):
        at = week + timedelta(days=2, hours=6)
        made = [Commit(f"Upstream {n}.{k}", 50, None, at - timedelta(days=k)) for k in range(5)]
        history.pushes.append(Push(fork, history.team[3], at, made))


@control((*steady(*RELEASES, *WORK), Aim("history_integrity", 0.9, 1.0)))
def leaked_key_purged(history: History) -> None:
    """A leaked key is taken out of the whole history; every fortieth commit touched its file."""
    at = WINDOW_START + timedelta(weeks=30, hours=3)
    history.pushes.append(Push(history.main, history.team[0], at, [], purges=40))
