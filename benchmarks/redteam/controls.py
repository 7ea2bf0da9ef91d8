"""Honest habits that must not move a signal."""

from dataclasses import replace
from datetime import timedelta

from benchmarks.redteam.history import (
    WEEKS,
    Comment,
    Commit,
    Event,
    History,
    Issue,
    Person,
    Pull,
    Release,
    Review,
    landed_at,
)
from benchmarks.redteam.honest import breaking, tagging
from benchmarks.redteam.scenario import EVERY, FAILURES, Aim, control, steady

WITHOUT_REVIEW = tuple(s for s in EVERY if s not in ("independent_review", "review_response_7d"))


@control()
def monorepo(history: History) -> None:
    """A monorepo makes a release of each of its twelve packages."""
    for release in list(history.releases):
        for n in range(1, 12):
            at = release.at + timedelta(minutes=n)
            tag = f"package-{'abcdefghijkl'[n]}@{release.tag[1:]}"
            history.releases.append(replace(release, tag=tag, at=at))


@control((*steady(*(s for s in EVERY if s != "contributor_days")), Aim("contributor_days", 0.9, 1.1)))
def one_time_zone(history: History) -> None:
    """Everyone works in one time zone, between nine and five."""
    for landing in history.landings():
        at = landed_at(landing)
        moved = at.replace(hour=9 + at.hour % 8)
        if isinstance(landing, Pull):
            done = max([landing.at, *(r.at for r in landing.reviews)])
            landing.merged_at = max(moved, done + timedelta(minutes=1))
        else:
            landing.at = moved


@control(steady(*(s for s in EVERY if s != "history_integrity")))
def crowd_of_fresh_accounts(history: History) -> None:
    """300 fresh accounts of outsiders come to ask."""
    for n, who in enumerate(history.strangers(300, "new")):
        at = WEEKS[n % 52] + timedelta(days=n % 7, hours=3)
        who.created_at = at - timedelta(days=1 + n % 80)
        issue = Issue(history.main, who, at)
        if n % 3 == 0:
            issue.comments.append(Comment(history.team[n % 5], at + timedelta(days=2)))
        history.issues.append(issue)


@control()
def drafts_first(history: History) -> None:
    """Pull requests are opened as drafts and made ready when they are done."""
    for pull in history.pulls:
        if pull.author in history.team and not pull.draft:
            pull.draft = True
            pull.events.append(Event("ReadyForReviewEvent", pull.at + timedelta(minutes=30), pull.author))


@control()
def dependency_bot(history: History) -> None:
    """A bot's weekly dependency pull requests are merged by people."""
    bot = Person("dependencies", kind="Bot")
    for n, week in enumerate(WEEKS):
        at = week + timedelta(hours=5)
        pull = Pull(history.main, bot, at, f"Bump {n}", [Commit(f"Bump {n}", 24, bot, at)])
        pull.merged_at, pull.merger, pull.path = at + timedelta(hours=9), history.team[n % 5], "go.sum"
        history.pulls.append(pull)


@control()
def welcome_app(history: History) -> None:
    """A welcome app greets everyone."""
    bot = Person("welcome", kind="Bot")
    for issue in history.asked():
        issue.comments.append(Comment(bot, issue.at + timedelta(seconds=9), "Welcome!"))


@control()
def private_members(history: History) -> None:
    """Insiders hide that they belong to the organisation.

    All of them have used their power before the window: that tells.
    """
    for person in history.team:
        person.member = False


@control(steady("first_response_7d", "review_response_7d"))
def triage_team_with_hidden_membership(history: History) -> None:
    """All answers come from three triagers who have never merged or pushed, and hide that they belong to it."""
    triagers = [Person(f"triager-{n}") for n in range(3)]
    first = min(history.issues, key=lambda issue: issue.at)
    for n, triager in enumerate(triagers):
        first.events.append(Event("AssignedEvent", first.at + timedelta(minutes=2 + n), triager))
    threads: list[Issue | Pull] = [*history.issues, *history.pulls]
    for n, thing in enumerate(threads):
        words: list[Comment | Review] = [*thing.comments, *(thing.reviews if isinstance(thing, Pull) else ())]
        for word in words:
            if word.author in history.team and thing.author not in history.team:
                word.author = triagers[n % 3]


@control(steady("independent_review", "review_response_7d"))
def review_by_commands(history: History) -> None:
    """Pull requests are reviewed by a comment with a command on a line of its own."""
    for pull in history.pulls:
        for review in pull.reviews:
            at = max(review.at, pull.at + timedelta(minutes=3))
            pull.comments.append(Comment(review.author, at, "I have read it.\n/lgtm"))
        pull.reviews.clear()


@control()
def outsiders_say_thanks(history: History) -> None:
    """People say thank you with the same words under their own issues."""
    for issue in history.asked():
        if issue.author and issue.comments:
            issue.comments.append(Comment(issue.author, issue.comments[-1].at + timedelta(days=1), "Thank you!"))


@control()
def release_candidates(history: History) -> None:
    """Beside its versions the project publishes release candidates."""
    for release in list(history.releases):
        for n in (1, 2):
            at = release.at - timedelta(days=6 - 2 * n)
            history.releases.append(replace(release, tag=f"{release.tag}-rc.{n}", at=at, pre=True))


@control(steady(*(s for s in EVERY if s != "concentration_trend")), tagging)
def moving_latest_tag(history: History) -> None:
    """The project only tags, and has a tag `latest` that moves along."""
    first = history.releases[0]
    latest = replace(first, tag="latest", tag_moves=[r.at for r in history.releases[1:] if r.repo is first.repo])
    history.releases.append(latest)


@control()
def rare_syncs(history: History) -> None:
    """We look only every third week."""
    history.syncs = sorted({*history.syncs[::3], history.syncs[-1]})


@control()
def late_first_sync(history: History) -> None:
    """We began to look three months ago."""
    history.syncs = history.syncs[26:]


@control()
def spam_deleted_at_once(history: History) -> None:
    """Twenty issues of spammers are deleted by the project within the hour."""
    for n, who in enumerate(history.strangers(20, "spam")):
        at = WEEKS[2 * n] + timedelta(days=1)
        who.created_at = at - timedelta(days=1)
        history.issues.append(Issue(history.main, who, at, deleted_at=at + timedelta(minutes=40)))


@control(
    (
        *steady(*(s for s in EVERY if s not in ("first_response_7d", "resolution_90d", "history_integrity"))),
        Aim("first_response_7d", 0.93, 1.05),
        Aim("resolution_90d", 0.93, 1.05),
        Aim("history_integrity", 0.9, 1.05),
    )
)
def transferred_to_the_right_place(history: History) -> None:
    """An issue asked in the wrong repository is transferred to the right one."""
    for issue in history.asked()[::20]:
        at = issue.at + timedelta(hours=3)
        moved = replace(issue, repo=next(r for r in history.repos if r is not issue.repo), at=at, created_at=issue.at)
        moved.comments = [replace(c, at=max(c.at, at + timedelta(minutes=5))) for c in issue.comments]
        moved.events = [Event("TransferredEvent", at, history.team[0], source=issue.repo)]
        moved.events += [replace(e, at=max(e.at, at + timedelta(minutes=9))) for e in issue.events]
        issue.comments, issue.events, issue.deleted_at = [], [], at
        for pull in history.pulls:
            pull.closes = [moved if i is issue else i for i in pull.closes]
        history.issues.append(moved)


# Tags are dated by when a weekly look first saw them, or by the landing of their commit: days off what a release says.
BY_TAGS = (Aim("release_weeks", 0.9, 1.15), Aim("longest_release_silence", 0.9, 1.4))


@control(BY_TAGS)
def one_old_release_and_tags_since(history: History) -> None:
    """The project made releases until the window began, and has only tagged its versions since."""
    for release in history.releases:
        release.only_tag = release.at >= WEEKS[0]


@control(BY_TAGS)
def core_tags_while_the_sdk_releases(history: History) -> None:
    """The first repository only tags, the second makes releases."""
    for release in history.releases:
        release.only_tag = release.repo is history.main


@control(steady("history_integrity"))
def bad_release_withdrawn(history: History) -> None:
    """A bad release is deleted after two days, and a higher one follows."""
    at = history.syncs[20] - timedelta(days=1)
    boss = history.team[0]
    history.releases.append(Release(history.main, "v9.0.0", at, boss, deleted_at=at + timedelta(days=2)))
    history.releases.append(Release(history.main, "v9.0.1", at + timedelta(days=3), boss))


@control(steady(FAILURES), breaking)
def patches_every_day(history: History) -> None:
    """A project that delivers continuously releases a patch each day."""
    for n in range(364):
        at = WEEKS[0] + timedelta(days=n, hours=12)
        history.releases.append(Release(history.main, f"v3.0.{n}", at, history.team[0]))


@control(steady(FAILURES), breaking)
def a_bot_lands_reverts(history: History) -> None:
    """A bot merges the pull requests that revert."""
    bot = Person("merge-queue", kind="Bot")
    for pull in history.pulls:
        if pull.title.startswith("Revert"):
            pull.merger = bot
