"""What happened in a project, as a plan that attacks and controls can change before it is played into a database.

Everything has its own moment. Numbers, ids and the graph of commits come to be when the plan is played (`record`,
`pretend`), in the order of time, so that something may be put anywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

AS_OF = date(2026, 6, 1)  # a Monday: the window is 2025-06-02 to 2026-06-01
WINDOW_END = datetime(2026, 6, 1, tzinfo=UTC)
WINDOW_START = WINDOW_END - timedelta(weeks=52)
BEGIN = WINDOW_END - timedelta(weeks=110)
LONG_AGO = datetime(2017, 1, 1, tzinfo=UTC)
LOOKBACK = datetime(2022, 1, 1, tzinfo=UTC)
FIRST_SYNC = datetime(2025, 9, 1, 3, tzinfo=UTC)
SYNCS = [FIRST_SYNC + n * timedelta(days=7) for n in range(39)] + [WINDOW_END - timedelta(hours=1)]
# What the configuration of every history declares as docs and as economic rules.
PARTS = ("docs", "economics")
WEEKS = [WINDOW_START + n * timedelta(weeks=1) for n in range(52)]


@dataclass(eq=False)
class Person:
    """An account. `member`: GitHub shows that it belongs to the organisation, or does so from `joined_at` on."""

    login: str
    created_at: datetime = LONG_AGO
    kind: str = "User"
    member: bool = False
    joined_at: datetime | None = None


@dataclass(eq=False)
class Repo:
    """A tracked repository. Until `renamed_at` its default branch `main` is called `master`.

    With `left_out` the new branch begins so many commits before the old one's head.
    """

    name: str
    created_at: datetime = BEGIN
    renamed_at: datetime | None = None
    left_out: int = 0
    hidden_at: datetime | None = None  # made private
    parent: str | None = None  # that it is a fork of
    role: str = "core"
    moved_at: datetime | None = None  # to another organisation

    def full_name(self, at: datetime) -> str:
        """Its address at that time."""
        return f"new-{self.name}" if self.moved_at and at >= self.moved_at else self.name

    def ref(self, branch: str, at: datetime) -> str:
        """The name of a branch at that time."""
        return "master" if branch == "main" and self.renamed_at and at < self.renamed_at else branch


@dataclass(eq=False)
class Comment:
    """A comment; without a text of its own one that says what no other does. `words` is its length beside quotes."""

    author: Person
    at: datetime
    text: str = ""
    words: int = 30


@dataclass(eq=False)
class Event:
    """A timeline item; `kind` is GitHub's name of it, `pull` what closes or refers, `source` where it came from."""

    kind: str
    at: datetime
    actor: Person | None = None
    reason: str | None = None
    pull: "Pull | None" = None
    will_close: bool | None = None
    commit: "Commit | None" = None
    source: Repo | None = None


@dataclass(eq=False)
class Issue:
    """An issue. `created_at` is earlier than `at`, its appearance, when it was imported or transferred."""

    repo: Repo
    author: Person | None
    at: datetime
    created_at: datetime | None = None
    comments: list[Comment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    deleted_at: datetime | None = None
    labels: tuple[str, ...] = ()

    def close(self, by: Person, at: datetime, reason: str = "COMPLETED", pull: "Pull | None" = None) -> None:
        """Close it."""
        self.events.append(Event("ClosedEvent", at, by, reason, pull))

    @property
    def closed(self) -> bool:
        """Whether it is ever closed."""
        return any(e.kind == "ClosedEvent" for e in self.events)


@dataclass(eq=False)
class Review:
    """A submitted review."""

    author: Person
    at: datetime
    state: str = "APPROVED"


@dataclass(eq=False)
class Commit:
    """A commit to come. `tree` names content that may have been there before, `path` the file that a push changes."""

    headline: str
    lines: int
    author: Person | None = None
    authored_at: datetime | None = None
    tree: str | None = None
    path: str = "src/direct.py"
    words: int = 0  # characters of its message below the headline


@dataclass(eq=False)
class Pull:
    """A pull request of some commits; `head` instead names a branch of the repository, as in a promotion."""

    repo: Repo
    author: Person | None
    at: datetime
    title: str
    commits: list[Commit] = field(default_factory=list)
    merged_at: datetime | None = None
    merger: Person | None = None
    method: str = "squash"
    base: str = "main"
    head: str | None = None
    outside: bool = False
    draft: bool = False
    path: str = "src/engine.py"
    files: dict[str, int] | None = None  # path -> changed lines, where it is not all in `path`
    reviews: list[Review] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    closes: list[Issue] = field(default_factory=list)
    queue: list["Pull"] = field(default_factory=list)  # others of its merge queue, which land with it
    queued: bool = False  # it is one of those others
    refers_at: datetime | None = None
    closed_at: datetime | None = None
    words: int = 0  # characters of its text
    takes_back: "Pull | None" = None  # the pull request that its text says it reverts

    @property
    def lines(self) -> int:
        """Changed lines."""
        return sum(c.lines for c in self.commits)


@dataclass(eq=False)
class Push:
    """A push without a pull request. With `back` a force push: the branch is first set back by so many commits.

    `takes` is a squashed pull request whose own commits are merged in, `merges` another branch, `copies` a repository
    whose history is pushed: as it is, or, with `nudge`, what landed since the last such push, with author dates moved.
    `purges` rewrites the whole branch: every so many-th commit loses three lines, the others are as they were; with
    `drops_pushes` those are left out that came without a pull request since the window began, and with `tags_follow`
    the tags are set on what stands in their commits' place.
    """

    repo: Repo
    actor: Person | None
    at: datetime
    commits: list[Commit]
    branch: str = "main"
    back: int = 0
    takes: "Pull | None" = None
    merges: str | None = None
    copies: Repo | None = None
    nudge: timedelta | None = None
    purges: int | None = None
    drops_pushes: bool = False
    tags_follow: bool = False


@dataclass(eq=False)
class Release:
    """A release of a branch's head at `of` (by default its publication)."""

    repo: Repo
    tag: str
    at: datetime
    author: Person | None = None
    of: datetime | None = None
    pre: bool = False
    only_tag: bool = False
    branch: str = "main"
    flips: list[tuple[datetime, bool]] = field(default_factory=list)  # (when, to a draft?)
    tag_moves: list[datetime] = field(default_factory=list)
    deleted_at: datetime | None = None
    words: int = 0  # characters of its own text


@dataclass(eq=False)
class Advisory:
    """A published security advisory."""

    repo: Repo
    at: datetime
    author: Person | None = None
    words: int = 0  # characters of its description


@dataclass(eq=False)
class History:
    """One project's plan. `random` is for what is added to it: the honest part does not change with it."""

    seed: int
    random: Random
    team: list[Person]
    outsiders: list[Person]
    repos: list[Repo]
    issues: list[Issue] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    advisories: list[Advisory] = field(default_factory=list)
    syncs: list[datetime] = field(default_factory=lambda: list(SYNCS))

    @property
    def main(self) -> Repo:
        """The first repository."""
        return self.repos[0]

    def landings(self, since: datetime = BEGIN) -> list[Pull | Push]:
        """What landed on a default branch, oldest first."""
        pulls = [p for p in self.pulls if p.merged_at and p.merged_at >= since]
        return sorted([*pulls, *(p for p in self.pushes if p.at >= since)], key=landed_at)

    def asked(self) -> list[Issue]:
        """The outsiders' issues of the window."""
        return [i for i in self.issues if i.author in self.outsiders and i.at >= WINDOW_START]

    def unanswered(self) -> list[Issue]:
        """Those that no insider ever answered."""
        return [i for i in self.asked() if not self.answers(i)]

    def answers(self, issue: Issue) -> list[Comment]:
        """The insiders' comments on an issue."""
        return [c for c in issue.comments if c.author in self.team]

    def strangers(self, count: int, word: str, age_days: int = 2000) -> list[Person]:
        """Accounts that nobody knows, so old when the window begins (negative: made so long after)."""
        born = WINDOW_START - timedelta(days=age_days)
        return [Person(f"{word}-{n}", born) for n in range(count)]

    def moments(self, count: int, first: datetime = WINDOW_START, last: datetime = WINDOW_END) -> list[datetime]:
        """So many moments between two, in order."""
        return sorted(first + self.random.random() * (last - first) for _ in range(count))


def landed_at(landing: Pull | Push) -> datetime:
    """When it landed."""
    when = landing.merged_at if isinstance(landing, Pull) else landing.at
    assert when is not None
    return when


def work_of(landings: Iterable[Pull | Push]) -> Iterable[Commit]:
    """The commits of pull requests and pushes."""
    for landing in landings:
        yield from landing.commits
