"""Attacks by who knows the rules of this method, and does what lies just beyond them."""

from datetime import timedelta

from benchmarks.redteam.attacks_closings import close_with_new_words
from benchmarks.redteam.history import (
    SYNCS,
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
from benchmarks.redteam.honest import idle
from benchmarks.redteam.scenario import ISSUES, Aim, admitted, attack, no_gain, steady

RESPONSE, RESOLUTION, OFFERS, REVIEW = "first_response_7d", "resolution_90d", "review_response_7d", "independent_review"


@attack("an insider's attention", admitted(RESPONSE, 1.0, 1.6) + admitted(RESOLUTION, 1.1, 2.3))
def closing_words_that_ride_along(history: History) -> None:
    """Ordinary pull requests claim to close the newest open issue that nobody answered, which they do not touch."""
    waiting = sorted((i for i in history.unanswered() if not i.closed), key=lambda i: i.at)
    for pull in sorted((p for p in history.pulls if p.merged_at and p.author in history.team), key=lambda p: p.at):
        before = [i for i in waiting if i.repo is pull.repo and i.at < pull.at]
        if before and not pull.closes:
            waiting.remove(before[-1])
            pull.closes = [before[-1]]


@attack("a script", no_gain(*ISSUES))
def closed_on_a_branch_that_goes_nowhere(history: History) -> None:
    """Each unanswered issue is 'closed' by twelve lines merged into a branch that goes nowhere."""
    for n, issue in enumerate(history.unanswered()):
        at = issue.at + timedelta(hours=6)
        made = [Commit(f"Aside {n}", 12, history.team[2], at)]
        pull = Pull(issue.repo, history.team[2], at, f"Aside {n}", made, at + timedelta(hours=1), history.team[2])
        pull.base, pull.closes = "aside", [issue]
        history.pulls.append(pull)


@attack("money within the day for every author, before it is known who waits", admitted(RESPONSE, 1.2, 1.9))
def unanswered_authors_withdraw_within_the_day(history: History) -> None:
    """Authors whom nobody will answer are paid to close their issues after twenty hours."""
    for issue in history.unanswered():
        if issue.author is not None and not issue.closed:
            issue.close(issue.author, issue.at + timedelta(hours=20))


@attack("a language model, an insider's account", admitted(RESOLUTION, 1.8, 3.0))
def false_claims_locked_by_a_bot(history: History) -> None:
    """Every open issue is closed on a false claim in new words, and a bot locks it two days later."""
    close_with_new_words(history)
    _lock(history, Person("locker", kind="Bot"), 2)


@attack("a language model, an insider's account", admitted(RESOLUTION, 1.8, 3.0))
def false_claims_locked_late(history: History) -> None:
    """Every open issue is closed on a false claim in new words, and locked fifteen days later."""
    close_with_new_words(history)
    _lock(history, history.team[1], 15)


def _lock(history: History, who: Person, days: int) -> None:
    for issue in history.asked():
        for closing in [e for e in issue.events if e.kind == "ClosedEvent"]:
            issue.events.append(Event("LockedEvent", closing.at + timedelta(days=days), who))


@attack("a chat, an insider's account", admitted(OFFERS, 1.2, 2.0))
def ready_on_command(history: History) -> None:
    """Outsiders open drafts and make each ready when somebody tells them to, minutes before it is looked at."""
    for pull in history.pulls:
        if pull.outside and pull.at >= WINDOW_START:
            looked = min([r.at for r in pull.reviews] + [c.at for c in pull.comments], default=None)
            pull.draft, pull.events = True, []
            if looked:
                pull.events.append(
                    Event("ReadyForReviewEvent", max(pull.at, looked - timedelta(minutes=5)), pull.author)
                )


def _unreviewed(history: History) -> list[Pull]:
    return [p for p in history.pulls if p.merged_at and not p.reviews and p.author in history.team]


@attack("a coding app", admitted(REVIEW, 1.05, 1.6) + no_gain("contributor_days", "effective_contributors"))
def unread_work_in_slices_of_nine_lines(history: History) -> None:
    """What nobody reviewed is opened by an app in slices of nine lines, each too small to be anybody's day."""
    app = Person("coder", kind="Bot")
    for pull in _unreviewed(history):
        history.pulls.remove(pull)
        assert pull.merged_at
        for n in range(max(1, pull.lines // 9)):
            title, at = f"{pull.title} slice {n}", pull.merged_at + timedelta(seconds=n)
            made = [Commit(title, 9, app, pull.at)]
            sliced = Pull(pull.repo, app, pull.at + timedelta(seconds=n), title, made, at, pull.author)
            sliced.path, sliced.closes = pull.path, [] if n else pull.closes
            history.pulls.append(sliced)


@attack("free", steady(REVIEW))
def commands_by_who_may_not(history: History) -> None:
    """Authors, outsiders and bots write a command of review under what nobody reviewed."""
    bot = Person("approver", kind="Bot")
    for n, pull in enumerate(_unreviewed(history)):
        for who in (pull.author, history.outsiders[n % 9], bot):
            assert who
            pull.comments.append(Comment(who, pull.at + timedelta(minutes=4), "/lgtm"))


@attack("a colleague's account, a script", admitted(REVIEW, 1.1, 1.8))
def commands_by_a_script(history: History) -> None:
    """A script writes a command of review under a colleague's account, before each merge."""
    for n, pull in enumerate(_unreviewed(history)):
        assert pull.merged_at
        others = [p for p in history.team if p is not pull.author]
        at = max(pull.at + timedelta(minutes=3), pull.merged_at - timedelta(minutes=2))
        pull.comments.append(Comment(others[n % len(others)], at, "/lgtm"))
        pull.merged_at = max(pull.merged_at, at + timedelta(minutes=1))


@attack("access", (Aim(REVIEW, 0.95, 1.14), Aim("history_integrity", 0.3, 0.97)))
def history_rebuilt_without_its_pushes(history: History) -> None:
    """The branch is force-pushed without what came without a pull request."""
    at = WEEKS[44] + timedelta(hours=5)
    history.pushes.append(Push(history.main, history.team[0], at, [], purges=10**9, drops_pushes=True))


@attack("an account, access", (*steady(*ISSUES), *admitted("history_integrity", 0.95, 1.0)))
def imported_by_one_account(history: History) -> None:
    """300 answered issues are imported under one account: one vote of many."""
    (who,) = history.strangers(1, "importer")
    at = SYNCS[35] + timedelta(hours=7)
    for n in range(300):
        issue = Issue(history.main, who, at + timedelta(seconds=n), WINDOW_START + timedelta(hours=24 * n))
        issue.comments.append(Comment(history.team[0], WINDOW_START + timedelta(hours=24 * n + 2)))
        history.issues.append(issue)


@attack("access", (*steady(*ISSUES), Aim("history_integrity", 0.5, 0.995)))
def one_critic_deleted(history: History) -> None:
    """All issues of the outsider who asked most are deleted."""
    asked = history.asked()
    critic = max(
        {i.author for i in asked if i.author}, key=lambda who: (sum(i.author is who for i in asked), who.login)
    )
    for issue in asked:
        if issue.author is critic and issue.at < SYNCS[-3]:
            issue.deleted_at = max(SYNCS[-2], issue.at) + timedelta(hours=5)


@attack("twelve repositories, a script", admitted("release_weeks", 1.0, 6.0), idle)
def days_dealt_out_over_twelve_repositories(history: History) -> None:
    """Each day's work of an idle project is cut over twelve repositories, and each releases one day a week."""
    boss = history.team[0]
    history.releases.clear()
    for n in range(12):
        repo = Repo(f"acme/slice-{n}", WINDOW_START - timedelta(weeks=4))
        history.repos.append(repo)
        history.pushes.append(Push(repo, boss, repo.created_at + timedelta(hours=1), [Commit("Begin", 5)]))
    slices = history.repos[-12:]
    days = sorted({landed_at(x).date() for x in history.landings(WINDOW_START)})
    for n, landing in enumerate(history.landings(WINDOW_START)):
        who = landing.author if isinstance(landing, Pull) else landing.actor
        for repo in slices:
            at = landed_at(landing) + timedelta(minutes=1)
            history.pushes.append(Push(repo, who, at, [Commit(f"Slice {n} of {repo.name}", 12, who, at)]))
    for n, week in enumerate(WEEKS):
        at = week + timedelta(days=6, hours=20)
        before = [d for d in days if at.date() - timedelta(days=88) < d < at.date()]
        if before:
            history.releases.append(Release(slices[n % 12], f"v1.{n}.0", at, boss))


@attack("ten lines every other week", admitted("release_weeks", 3.0, 9.0), idle)
def release_of_ten_lines_every_other_week(history: History) -> None:
    """An idle project lands and releases ten lines every other week."""
    boss = history.team[0]
    for n, week in enumerate(WEEKS[::2]):
        at = week + timedelta(days=3, hours=3)
        history.pushes.append(Push(history.main, boss, at, [Commit(f"Edition {n}", 10, boss, at)]))
        history.releases.append(Release(history.main, f"v4.{n}.0", at + timedelta(hours=1), boss))


@attack("access", (*no_gain(REVIEW), Aim("active_weeks", 0.95, 1.05)))
def dropped_within_the_day(history: History) -> None:
    """What was pushed without review is dropped again within the day, and pushed anew in other words."""
    for n, push in enumerate(p for p in list(history.pushes) if p.actor in history.team and p.at >= WINDOW_START):
        at = push.at + timedelta(minutes=30)
        taken = [x for x in history.landings(push.at) if x is not push and x.repo is push.repo and landed_at(x) <= at]
        if not taken and at < WINDOW_END:
            made = [Commit(f"Anew {n}.{k}", c.lines, push.actor, at) for k, c in enumerate(push.commits)]
            history.pushes.append(Push(push.repo, push.actor, at, made, back=len(push.commits)))
