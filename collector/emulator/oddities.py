"""Oddities of GitHub's data: owners that refuse tokens, and objects served wrongly, incompletely or not at all.

Configure them on `World.odd`. Every oddity can start (`at`) and end (`until`) at a time. `World.odd.active = False`
disables them all, to compare a database with one synced without trouble. Fields have their names in GraphQL, or in the
REST rows of the push log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from collector.emulator.accounts import Account
from collector.emulator.pagination import Refusal
from collector.emulator.times import Moment, instant, later

SAML = (
    "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization."
)
# The key under which a view stores the object that it shows, to look up the object's oddities.
OBJECT = "*"
UNCOUNTABLE = "The {} count for this commit is unavailable."
Thing = TypeVar("Thing")
POLICIES = ("lifetime", "classic", "saml", "ip", "resource")


class TooLong(Exception):
    """The query took longer than GitHub's time limit."""


@dataclass(frozen=True)
class Span:
    """The time from `at` (inclusive) to `until` (exclusive)."""

    at: str = ""
    until: str = "~"

    def holds(self, now: str) -> bool:
        """Return whether it contains `now`."""
        return self.at <= now < self.until


@dataclass(frozen=True)
class Policy:
    """An owner's policy that refuses tokens."""

    owner: str  # "*": every owner
    kind: str  # one of POLICIES
    span: Span
    days: int | None  # the longest token lifetime that is allowed
    deep: bool  # refuses only issues and pull requests, not the repository itself
    viewer: Account | None  # None: refuses everybody's tokens

    def concerns(self, owner: str, viewer: Account, now: str) -> bool:
        """Return whether it refuses the viewer's token for this owner at `now`."""
        by = self.owner in ("*", owner.lower()) and self.viewer in (None, viewer)
        return by and self.span.holds(now)

    def sentence(self, owner: str, over_rest: bool = False) -> str:
        """Return GitHub's error message."""
        if self.kind == "saml":
            return SAML.replace("OAuth", "Personal Access") if over_rest else SAML
        if self.kind == "ip":
            return (
                f"Although you appear to have the correct authorization credentials, the `{owner}` organization has an "
                "IP allow list enabled, and your IP address is not permitted to access this resource."
            )
        if self.kind == "resource":
            return "Resource not accessible by personal access token"
        if self.kind == "classic" and self.days is None:
            return (
                f"`{owner}` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, "
                "or a personal access token with fine-grained permissions."
            )
        token, page = ("a fine-grained personal access tokens", "personal-access-tokens")
        if self.kind == "classic":
            token, page = ("a personal access token (classic)", "tokens")
        return (
            f"The '{owner}' organization forbids access via {token} if the token's lifetime is greater than "
            f"{self.days or 366} days. Please adjust your token's lifetime at the following URL: "
            f"https://github.com/settings/{page}/1"
        )


@dataclass
class Oddity:
    """The oddities of one object."""

    thing: object
    overrides: list[tuple[Span, str, Any]] = field(default_factory=list)  # (when, field, value)
    failing: list[tuple[Span, tuple[str, ...], Refusal]] = field(default_factory=list)  # (when, fields, error)
    poison: list[tuple[Span, tuple[str, ...]]] = field(default_factory=list)  # (when, fields; empty: all)
    hidden: list[tuple[Span, Refusal | None]] = field(default_factory=list)  # (when, error)
    omitted: list[tuple[Span, bool]] = field(default_factory=list)  # (when, still in the total count)
    lag: float | None = None  # hours

    def check(self, name: str, now: str) -> None:
        """Raise TooLong or Refusal if resolving this field is to fail."""
        for span, names in self.poison:
            if span.holds(now) and (not names or name in names):
                raise TooLong
        for span, names, refusal in self.failing:
            if span.holds(now) and name in names:
                raise refusal

    def values(self, now: str) -> dict[str, Any]:
        """Return field -> the value to answer in place of the true one."""
        return {name: value for span, name, value in self.overrides if span.holds(now)}


class Oddities:
    """All oddities of a world."""

    def __init__(self) -> None:
        self.active = True
        self.policies: list[Policy] = []
        # Hours after a merge until GitHub associates the pull request with its commits.
        self.association_lag: float = 0
        self._things: dict[int, Oddity] = {}

    def policy(
        self,
        owner: str = "*",
        kind: str = "lifetime",
        at: Moment | None = None,
        until: Moment | None = None,
        *,
        days: int | None = None,
        deep: bool = False,
        viewer: Account | None = None,
    ) -> None:
        """Make an owner refuse tokens. `kind` is one of POLICIES, `days` the longest token lifetime that is allowed.

        With `deep`, the repository itself is served, and only its issues and pull requests are refused.
        """
        if kind not in POLICIES:
            raise ValueError(f"unknown policy {kind!r}; the kinds are {', '.join(POLICIES)}")
        self.policies.append(Policy(owner.lower(), kind, _span(at, until), days, deep, viewer))

    def says(self, thing: object, at: Moment | None = None, until: Moment | None = None, **fields: Any) -> None:
        """Override fields of an object with values that the schema may not allow: nulls, unknown enum values, or dates
        that do not exist.
        """
        self._of(thing).overrides += [(_span(at, until), name, value) for name, value in fields.items()]

    def fails(
        self,
        thing: object,
        *fields: str,
        message: str = "Something went wrong while executing your query.",
        kind: str | None = None,
        extensions: dict[str, Any] | None = None,
        at: Moment | None = None,
        until: Moment | None = None,
    ) -> None:
        """Answer fields of an object with an error; `kind` is the error's type."""
        self._of(thing).failing.append((_span(at, until), fields, Refusal(message, kind, extensions)))

    def poison(self, thing: object, *fields: str, at: Moment | None = None, until: Moment | None = None) -> None:
        """Time out every query for these fields of an object, or for any field if none is given."""
        self._of(thing).poison.append((_span(at, until), fields))

    def hides(
        self,
        thing: object,
        message: str | None = SAML,
        kind: str | None = "FORBIDDEN",
        extensions: dict[str, Any] | None = None,
        at: Moment | None = None,
        until: Moment | None = None,
    ) -> None:
        """Replace an item of lists by null, with an error; if `message` is None, without one."""
        if kind == "FORBIDDEN" and extensions is None:
            extensions = {"saml_failure": message == SAML}
        refusal = None if message is None else Refusal(message, kind, extensions)
        self._of(thing).hidden.append((_span(at, until), refusal))

    def omits(
        self, thing: object, *, counted: bool = False, at: Moment | None = None, until: Moment | None = None
    ) -> None:
        """Omit an item from lists; it is still served by its id.

        With `counted`, the lists' `totalCount` includes it, as in https://github.com/simonw/simonw/issues/6.
        """
        self._of(thing).omitted.append((_span(at, until), counted))

    def uncountable(self, commit: object, at: Moment | None = None, until: Moment | None = None) -> None:
        """Make GitHub unable to count a commit's lines: a query for them gets null in place of the commit.

        Reported in https://github.com/change-metrics/monocle/issues/222.
        """
        for name in ("additions", "deletions"):
            message, kind = UNCOUNTABLE.format(name), "SERVICE_UNAVAILABLE"
            self.fails(commit, name, message=message, kind=kind, at=at, until=until)
        self.says(commit, at, until, changedFilesIfAvailable=None)

    def lag(self, pull_request: object, hours: float) -> None:
        """Associate a pull request with its commits only this many hours after its merge.

        Reported in https://github.com/release-drafter/release-drafter/issues/1604.
        """
        self._of(pull_request).lag = hours

    # queried by the views

    def of(self, thing: object) -> Oddity | None:
        """Return the oddities of an object, None if there are none."""
        return self._things.get(id(thing)) if self.active else None

    def hidden(self, thing: object, now: str) -> tuple[bool, Refusal | None]:
        """Return whether an item of a list is hidden, and the error in its place."""
        oddity = self.of(thing)
        for span, refusal in oddity.hidden if oddity else ():
            if span.holds(now):
                return True, refusal
        return False, None

    def listed(self, things: Sequence[Thing], now: str) -> tuple[Sequence[Thing], int]:
        """Return the items of a list that are shown, and its total count."""
        if not self.any:
            return things, len(things)
        omitted = [self._omitted(thing, now) for thing in things]
        shown = [thing for thing, how in zip(things, omitted, strict=True) if how is None]
        return shown, len(shown) + sum(how is True for how in omitted)

    def _omitted(self, thing: object, now: str) -> bool | None:
        """Return whether lists still count an omitted item; None if it is not omitted."""
        oddity = self.of(thing)
        return next((counted for span, counted in (oddity.omitted if oddity else ()) if span.holds(now)), None)

    def associated(self, pull_request: object, merged_at: str | None, now: str) -> bool:
        """Return whether a pull request is associated with its commits yet."""
        if not self.active or merged_at is None:
            return True
        oddity = self.of(pull_request)
        hours = self.association_lag if oddity is None or oddity.lag is None else oddity.lag
        return not hours or later(merged_at, hours=hours) <= now

    def refused(self, owner: str, viewer: Account, now: str, deep: bool = False) -> Policy | None:
        """Return the policy that refuses the viewer's token, None if there is none."""
        return next((p for p in self._policies() if p.deep == deep and p.concerns(owner, viewer, now)), None)

    def refuse(self, owner: str, viewer: Account, now: str, deep: bool = False) -> None:
        """Raise the GraphQL error for a refused token, if a policy refuses it."""
        policy = self.refused(owner, viewer, now, deep)
        if policy:
            raise Refusal(policy.sentence(owner), "FORBIDDEN", {"saml_failure": policy.kind == "saml"})

    @property
    def any(self) -> bool:
        """Whether any object has oddities."""
        return self.active and bool(self._things)

    def _policies(self) -> Iterator[Policy]:
        return iter(self.policies if self.active else ())

    def _of(self, thing: object) -> Oddity:
        return self._things.setdefault(id(thing), Oddity(thing))


def _span(at: Moment | None, until: Moment | None) -> Span:
    return Span("" if at is None else instant(at), "~" if until is None else instant(until))
