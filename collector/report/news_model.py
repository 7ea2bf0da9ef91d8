"""The news as data: what changed in each project between two dates. It is itself the JSON format of `--since`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NewRelease:
    """A release that counts; `is_first`: no earlier one of the project does."""

    repository: str
    tag_name: str
    published_at: str
    url: str
    is_first: bool = False


@dataclass(frozen=True)
class StateChange:
    """A project whose state differs between the two dates; the states are those of `project_facts`."""

    before: str
    after: str
    last_change: str | None


@dataclass(frozen=True)
class SignalReading:
    """A signal as of one of the two dates."""

    status: str
    reason: str | None
    value: float | None
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True)
class SignalChange:
    """A signal outside its earlier interval whose score changed ("rose", "fell"), or whose status
    changed ("status").
    """

    signal: str
    family: str
    change: str
    before: SignalReading
    after: SignalReading


@dataclass(frozen=True)
class RuleChange:
    """A change of economic rules that landed without notice, `notice_days` after it was last edited.

    `commented`: somebody else wrote about it before it landed.
    """

    repository: str
    url: str
    landed_at: str
    lines: int
    notice_days: float
    commented: bool


@dataclass(frozen=True)
class RepositoryChange:
    """A repository that was "renamed", or whose "status" changed (archived, private or gone, back again)."""

    repository: str
    url: str
    change: str
    old: str
    new: str
    seen_at: str


@dataclass(frozen=True)
class Altered:
    """The number of times a repository's history was altered in one way.

    `kind` is "history_rewritten", "tag_moved", "release_redated", "arrived_late" or "vanished", `what` the affected
    table.
    """

    repository: str
    kind: str
    what: str
    count: int
    last_seen_at: str


@dataclass(frozen=True)
class ProjectNews:
    """What changed in one project; all lists are empty if nothing did."""

    slug: str
    name: str
    category: str
    states: list[StateChange]
    releases: list[NewRelease]
    signals: list[SignalChange]
    rules: list[RuleChange]
    repositories: list[RepositoryChange]
    altered: list[Altered]

    @property
    def any(self) -> bool:
        """Whether anything changed."""
        return bool(self.states or self.releases or self.signals or self.rules or self.repositories or self.altered)


@dataclass(frozen=True)
class News:
    """What changed from `since` to `as_of`, by project, in the order of the report.

    Signals and states are compared only if both dates were computed with the same method version.
    """

    since: str
    as_of: str
    method_version: str
    method_before: str
    synthetic: bool
    projects: list[ProjectNews]
