"""Attacks with releases and tags."""

from datetime import date, timedelta

from benchmarks.redteam.history import SYNCS, WEEKS, WINDOW_START, Commit, History, Push, Release, Repo
from benchmarks.redteam.honest import idle, tagging
from benchmarks.redteam.scenario import RELEASES, Aim, admitted, attack, no_gain, steady


@attack("free", steady(*RELEASES))
def same_head_ten_times(history: History) -> None:
    """Each release's commit is released ten times over ten days under ten versions."""
    for n, release in enumerate(list(history.releases)):
        for again in range(1, 10):
            at = release.at + timedelta(days=again)
            tag = f"v1.{n}.{again}" if again % 2 else f"repack-{again}@1.{n}.0"
            history.releases.append(Release(release.repo, tag, at, release.author, of=release.at))


@attack("free", steady(*RELEASES))
def nightlies(history: History) -> None:
    """A nightly build is released every night."""
    boss = history.team[0]
    for night in range(364):
        at = WINDOW_START + timedelta(days=night, hours=2)
        history.releases.append(Release(history.main, f"nightly-2026{night:04}", at, boss))


@attack("a script", admitted("release_weeks", 1.4, 2.9))
def nightlies_that_look_like_versions(history: History) -> None:
    """A nightly build is released every night under a plain version number."""
    boss = history.team[0]
    for night in range(364):
        at = WINDOW_START + timedelta(days=night, hours=2)
        history.releases.append(Release(history.main, f"v2.0.{night}", at, boss))


@attack("a script", admitted("release_weeks", 1.0, 2.5), idle)
def nightlies_of_an_idle_project(history: History) -> None:
    """A nightly of an idle project is released every night under a plain number."""
    nightlies_that_look_like_versions(history)


@attack("an insider's hour each week", admitted("release_weeks", 3, 12), idle)
def stockpile_released_drop_by_drop(history: History) -> None:
    """The commits of each busy day of an idle project are kept back and released one a week.

    Each release contains one more day of work, none of it older than 90 days.
    """
    boss = history.team[0]
    history.releases.clear()
    days = sorted(
        {push.at.date() for push in history.pushes} | {p.merged_at.date() for p in history.pulls if p.merged_at}
    )
    waiting: list[date] = []
    landings = history.landings()
    for n, week in enumerate(WEEKS):
        now = week + timedelta(days=5)
        waiting += [d for d in days if now.date() - timedelta(days=7) <= d < now.date()]
        waiting = [d for d in waiting if now.date() - d < timedelta(days=88)]
        if waiting:
            day = waiting.pop(0)
            of = max(at for at in (getattr(x, "merged_at", None) or x.at for x in landings) if at.date() == day)
            history.releases.append(Release(history.main, f"v3.{n}.0", now, boss, of=of + timedelta(seconds=1)))


@attack("access", steady(*RELEASES) + no_gain("history_integrity"))
def draft_flip(history: History) -> None:
    """All releases are made drafts and published again within an hour."""
    last = history.syncs[-3]
    at = last + timedelta(hours=5)
    for n, release in enumerate(history.releases):
        if release.at < last:
            release.flips = [(at + timedelta(minutes=n), True), (at + timedelta(minutes=n + 60), False)]


@attack("access", steady(*RELEASES) + no_gain("history_integrity"))
def draft_flip_every_month(history: History) -> None:
    """Each month all releases are made drafts and published again."""
    for sync in history.syncs[2:-1:4]:
        at = sync + timedelta(hours=5)
        for n, release in enumerate(history.releases):
            if release.at < sync:
                minutes = timedelta(minutes=n)
                release.flips += [(at + minutes, True), (at + minutes + timedelta(hours=1), False)]


@attack("access", steady(*RELEASES) + no_gain("history_integrity"))
def tags_moved_along(history: History) -> None:
    """All old tags are moved to the newest commit each month."""
    for sync in history.syncs[2:-1:4]:
        for release in history.releases:
            if release.at < sync:
                release.tag_moves.append(sync + timedelta(hours=5))


@attack("access", no_gain("release_weeks", "history_integrity"))
def deleted_and_published_again(history: History) -> None:
    """Releases are deleted and published again under the same tag, each week."""
    boss = history.team[0]
    old = [r for r in history.releases if WINDOW_START < r.at < history.syncs[-3] and r.repo is history.main]
    for n, release in enumerate(old):
        at = max(SYNCS[22 + n % 16], history.syncs[-3]) + timedelta(hours=9)
        release.deleted_at = at
        history.releases.append(Release(release.repo, release.tag, at + timedelta(hours=1), boss, of=release.at))


@attack("free", (Aim("release_weeks", 0.95, 1.08),), tagging)
def late_tags(history: History) -> None:
    """A project that only tags sets 200 tags on old commits in one night that we watch."""
    night = SYNCS[30] + timedelta(hours=20)
    first = WINDOW_START + timedelta(days=1)
    for n in range(200):
        of = first + n * timedelta(days=1)
        release = Release(history.main, f"v7.{n}.0", night + timedelta(seconds=n), None, of=of, only_tag=True)
        history.releases.append(release)


@attack("free, once, before the first sync", admitted("release_weeks", 0.95, 1.6), tagging)
def tags_set_before_we_look(history: History) -> None:
    """A project that only tags sets a tag on each week's commit of the past before we first look at it."""
    night = SYNCS[0] - timedelta(hours=5)
    week = WINDOW_START + timedelta(days=6)
    n = 0
    while week < night:
        history.releases.append(Release(history.main, f"v7.{n}.0", night, None, of=week, only_tag=True))
        week, n = week + timedelta(weeks=1), n + 1


@attack("free", steady(*RELEASES))
def moving_tags_released(history: History) -> None:
    """Tags that say latest, stable, 1 and 1.0 are moved each week."""
    for n, week in enumerate(WEEKS):
        for tag in ("latest", "stable-build"):
            at = week + timedelta(days=2, hours=7)
            history.releases.append(Release(history.main, f"{tag}-{'abcdefghij'[n % 10] * (n // 10 + 1)}", at))


@attack("free", no_gain("contributor_days") + admitted("release_weeks", 1.4, 2.9))
def releases_of_one_line(history: History) -> None:
    """A one-line change is landed before each weekly release.

    In weeks with other work a release counts, as any would; in the others one line is no work.
    """
    boss = history.team[0]
    for n, week in enumerate(WEEKS):
        at = week + timedelta(days=4, hours=3)
        history.pushes.append(Push(history.main, boss, at, [Commit(f"Version {n}", 1, boss, at)]))
        history.releases.append(Release(history.main, f"v4.{n}.0", at + timedelta(hours=1), boss))


@attack("free", admitted("release_weeks", 1.0, 2.5), idle)
def releases_of_one_line_when_idle(history: History) -> None:
    """Releases of an idle project each week, of one line each.

    They hold the work that it landed anyway: what is gained is the weeks with such work beside those with a release.
    """
    releases_of_one_line(history)


@attack("an insider's 50 lines a week", admitted("release_weeks", 1.4, 2.9))
def releases_of_a_side_branch(history: History) -> None:
    """A side branch is pushed and released each week, and never merged.

    It is what a release branch is; to push the same to the default branch would cost as much.
    """
    boss = history.team[0]
    for n, week in enumerate(WEEKS):
        at = week + timedelta(days=3, hours=1)
        history.pushes.append(Push(history.main, boss, at, [Commit(f"Aside {n}", 50, boss, at)], branch="aside"))
        release = Release(history.main, f"v8.{n}.0", at + timedelta(hours=1), boss, branch="aside")
        history.releases.append(release)


@attack("a script", (Aim("release_weeks", 0.95, 1.1),))
def day_sliced_over_twelve_repositories(history: History) -> None:
    """One day's work of twelve lines each in twelve repositories, which release one after the other, week by week."""
    boss = history.team[0]
    for n in range(12):
        repo = Repo(f"acme/slice-{n}", WINDOW_START - timedelta(weeks=4))
        history.repos.append(repo)
        history.pushes.append(Push(repo, boss, repo.created_at + timedelta(hours=1), [Commit("Begin", 5)]))
    day = WINDOW_START + timedelta(weeks=13, days=1, hours=9)
    for n, repo in enumerate(history.repos[-12:]):
        history.pushes.append(Push(repo, boss, day + timedelta(minutes=n), [Commit(f"Slice {n}", 12, boss, day)]))
        history.releases.append(Release(repo, f"v1.{n}.0", day + timedelta(weeks=n, days=2), boss))
