"""What the demo's stories are told with: an agenda in the order of time, and the moves of people on GitHub."""

import heapq
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from random import Random
from typing import Any

from collector.pretend.pulls import Files, PullRequest
from collector.pretend.repository import Repository
from collector.pretend.threads import Issue
from collector.pretend.times import later
from collector.pretend.world import Account, World

PARTS = ("scheduler", "cache", "peer list", "ledger", "worker pool", "price feed", "installer", "task queue", "log")
TROUBLES = (
    "stops after a restart",
    "grows without end",
    "ignores its limit",
    "reports the wrong unit",
    "hangs at noon",
)
ADVICES = (
    "the newest build should cope with it",
    "a longer timeout helps until this is mended",
    "your log would show whether the clock is off",
    "we see it too and know the cause",
    "the setting was renamed and the page is behind",
    "please try it with one worker first",
)
OPENINGS = (
    "Good catch:",
    "I could repeat this;",
    "Thank you for the trace,",
    "This is by design, but",
    "As it happens,",
)
EXPLANATION = (
    "What happened: the {part} took every job twice after the upgrade, so results were paid late for about three hours. "
    "Why: the new release read the old queue and its own. What we did: a hotfix release, and the queue is now versioned. "
    "What we changed so that it does not come again: an upgrade test with a full queue runs before every release."
)


class Plot:
    """Happenings between `start` and `end`, done in the order of time whatever order they were planned in."""

    def __init__(self, world: World, seed: str, start: str, end: str) -> None:
        self.world, self.start, self.end = world, start, end
        self.random = Random(seed)
        self._agenda: list[tuple[str, int, Callable[[], object]]] = []
        self._order = count()

    def on(self, at: str, do: Callable[..., object], *arguments: Any, **more: Any) -> None:
        """Let do(*arguments, at=at, **more) happen, unless that is after the end."""
        if at < self.end:
            heapq.heappush(self._agenda, (at, next(self._order), partial(do, *arguments, at=at, **more)))

    def run(self) -> None:
        """Let everything happen."""
        while self._agenda:
            heapq.heappop(self._agenda)[2]()

    def weeks(self) -> list[str]:
        """The start of each whole week."""
        found = [self.start]
        while later(found[-1], days=14) <= self.end:
            found.append(later(found[-1], days=7))
        return found

    def some_time(self, week: str) -> str:
        """A moment in the working hours of that week."""
        return later(week, days=self.random.randrange(5), hours=8 + self.random.random() * 10)

    def delay(self, median_hours: float) -> float:
        """Hours until something happens: mostly near the median, now and then much longer."""
        return median_hours * self.random.lognormvariate(0, 0.8)

    def trouble(self) -> str:
        """A title for an issue or its mending."""
        return f"The {self.random.choice(PARTS)} {self.random.choice(TROUBLES)}"

    def answer(self) -> str:
        """A comment that helps."""
        pick = self.random.choice
        return f"{pick(OPENINGS)} {pick(ADVICES)}. It concerns the {pick(PARTS)}, where {pick(ADVICES)}."

    def people(self, prefix: str, names: Sequence[str] | int, since: str = "2017-05-01") -> list[Account]:
        """Accounts of that many or these names."""
        chosen = [f"{n + 1}" for n in range(names)] if isinstance(names, int) else names
        return [self.world.user(f"example-{prefix}-{name}", since) for name in chosen]


def land(
    plot: Plot,
    repo: Repository,
    author: Account,
    reviewer: Account | None,
    at: str,
    *,
    files: Files | None = None,
    title: str | None = None,
    hours: float = 20,
    fork: bool = False,
    closes: Sequence[Issue] = (),
) -> PullRequest:
    """A pull request, reviewed by somebody (or nobody), and merged about so many hours after."""
    rng = plot.random
    files = files or {f"src/{rng.choice(PARTS).replace(' ', '_')}.py": (rng.randint(15, 120), rng.randint(0, 40))}
    title = title or plot.trouble().replace("The", "Mend: the", 1)
    body = "\n".join(f"Closes #{issue.number}." for issue in closes) or "What it says."
    commits = rng.randint(1, 3)
    pull = repo.pull_request(title, author, at, commits=commits, files=files, fork=fork, closes=closes, body=body)
    wait = plot.delay(hours)
    if reviewer:
        state = "CHANGES_REQUESTED" if rng.random() < 0.2 else "APPROVED"
        plot.on(later(at, hours=wait * 0.5), pull.review, reviewer, state, body=plot.answer())
        if state != "APPROVED":
            plot.on(later(at, hours=wait * 0.8), pull.push, by=author, lines=12)
            plot.on(later(at, hours=wait * 0.9), pull.review, reviewer, "APPROVED")
    method = rng.choice(["squash", "squash", "merge", "rebase"])
    plot.on(later(at, hours=wait), pull.merge, reviewer or author, method=method, delete_branch=True)
    return pull


def push(repo: Repository, author: Account, at: str, commits: int = 1, lines: int = 30) -> None:
    """Commits straight to the default branch."""
    for n in range(commits):
        part, made = PARTS[n % len(PARTS)], later(at, minutes=n - commits)
        repo.commit(f"Work on the {part}", author, made, files={f"src/{part.replace(' ', '_')}.py": (lines, 0)})
    repo.push(by=author, at=at)


def ask(plot: Plot, repo: Repository, outsider: Account, team: Sequence[Account], at: str, hours: float) -> Issue:
    """An outsider's issue; the team answers after about so many hours, and mostly settles it."""
    rng = plot.random
    issue = repo.issue(plot.trouble(), outsider, at, body="Steps, what I expected, what I saw.")
    helper, mender = rng.sample(list(team), 2)
    answered = later(at, hours=plot.delay(hours))
    plot.on(answered, issue.comment, helper, plot.answer())
    fate = rng.random()
    if fate < 0.55:
        plot.on(later(answered, days=rng.randint(1, 25)), land, plot, repo, mender, helper, closes=[issue])
    elif fate < 0.75:
        plot.on(later(answered, days=rng.randint(2, 30)), issue.close, helper)
    elif fate < 0.85:
        plot.on(later(answered, days=rng.randint(1, 9)), issue.close, outsider)
    return issue


def incident(plot: Plot, repo: Repository, team: Sequence[Account], at: str, version: str) -> Issue:
    """Something broke: an issue, a hotfix release, and an explanation in public."""
    finder, mender = plot.random.sample(list(team), 2)
    part = plot.random.choice(PARTS)
    issue = repo.issue(f"Payments late: the {part} counts twice", finder, at, body="Seen by several people.")
    issue.label("incident", finder, later(at, minutes=5))
    plot.on(later(at, hours=5), land, plot, repo, mender, finder, hours=4, closes=[issue])
    plot.on(later(at, days=2), repo.release, version, mender, body="A hotfix.")
    plot.on(later(at, days=3), issue.comment, mender, EXPLANATION.format(part=part))
    return issue
