"""What the real GitHub serves oddly or not at all: policies against tokens, holes, and objects that it cannot show.

`World.odd` holds them. Every oddity may begin (`at`) and end (`until`) at a moment; `World.odd.active = False` makes
GitHub whole again, so that a database can be compared with one that never met the trouble. Fields are those of GraphQL,
and of the REST rows of the push log.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from collector.emulator.pagination import Refusal
from collector.emulator.times import Moment, instant, later

if TYPE_CHECKING:
    from collector.emulator.world import Account

SAML = (
    "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization."
)
# Where a view holds what it shows.
OF = "*"
UNCOUNTABLE = "The {} count for this commit is unavailable."
Thing = TypeVar("Thing")
POLICIES = ("lifetime", "classic", "saml", "ip", "resource")


class TooLong(Exception):
    """The question took longer than GitHub gives it."""


@dataclass(frozen=True)
class Span:
    """From `at` until `until`, which is not of it."""

    at: str = ""
    until: str = "~"

    def holds(self, now: str) -> bool:
        """Whether `now` lies in it."""
        return self.at <= now < self.until


@dataclass(frozen=True)
class Policy:
    """An owner ("*": every one) refuses tokens: all of them, or only those of `viewer`."""

    owner: str
    kind: str
    span: Span
    days: int | None
    deep: bool
    viewer: "Account | None"

    def concerns(self, owner: str, viewer: "Account", now: str) -> bool:
        """Whether it refuses the viewer's token there and then."""
        by = self.owner in ("*", owner.lower()) and self.viewer in (None, viewer)
        return by and self.span.holds(now)

    def sentence(self, owner: str, over_rest: bool = False) -> str:
        """GitHub's own words."""
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
    """What is odd about one object."""

    thing: object
    said: list[tuple[Span, str, Any]] = field(default_factory=list)
    failing: list[tuple[Span, tuple[str, ...], Refusal]] = field(default_factory=list)
    poison: list[tuple[Span, tuple[str, ...]]] = field(default_factory=list)
    hidden: list[tuple[Span, Refusal | None]] = field(default_factory=list)
    omitted: list[tuple[Span, bool]] = field(default_factory=list)
    lag: float | None = None

    def check(self, name: str, now: str) -> None:
        """Raise what asking for a field of it raises."""
        for span, names in self.poison:
            if span.holds(now) and (not names or name in names):
                raise TooLong
        for span, names, refusal in self.failing:
            if span.holds(now) and name in names:
                raise refusal

    def values(self, now: str) -> dict[str, Any]:
        """What is answered for its fields, whatever is true."""
        return {name: value for span, name, value in self.said if span.holds(now)}


class Oddities:
    """All that is odd in a world. Without any, nothing is looked at."""

    def __init__(self) -> None:
        self.active = True
        self.policies: list[Policy] = []
        # How many hours after its merge a commit's pull request is named for it.
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
        viewer: "Account | None" = None,
    ) -> None:
        """Let an owner refuse tokens; `kind` is one of POLICIES, `days` the longest life that is allowed.

        With `deep` the repository itself answers, and only its issues and pull requests are refused.
        """
        if kind not in POLICIES:
            raise ValueError(f"no policy {kind!r}; there are {', '.join(POLICIES)}")
        self.policies.append(Policy(owner.lower(), kind, _span(at, until), days, deep, viewer))

    def says(self, thing: object, at: Moment | None = None, until: Moment | None = None, **fields: Any) -> None:
        """Answer these values for fields of an object, whatever the schema says: nulls, enum values of tomorrow, dates
        that no calendar has."""
        self._of(thing).said += [(_span(at, until), name, value) for name, value in fields.items()]

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
        """Answer an error for fields of an object; `kind` is the error's type."""
        self._of(thing).failing.append((_span(at, until), fields, Refusal(message, kind, extensions)))

    def poison(self, thing: object, *fields: str, at: Moment | None = None, until: Moment | None = None) -> None:
        """Never answer a question that asks for these fields of an object, or without any for the object at all."""
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
        """Leave a null in the place of an item of a list, with an error; without a message a null alone."""
        if kind == "FORBIDDEN" and extensions is None:
            extensions = {"saml_failure": message == SAML}
        refusal = None if message is None else Refusal(message, kind, extensions)
        self._of(thing).hidden.append((_span(at, until), refusal))

    def omits(
        self, thing: object, *, counted: bool = False, at: Moment | None = None, until: Moment | None = None
    ) -> None:
        """Leave an item out of the lists that have it, though it is there by its id.

        With `counted` their totals still count it (simonw/simonw#6).
        """
        self._of(thing).omitted.append((_span(at, until), counted))

    def uncountable(self, commit: object, at: Moment | None = None, until: Moment | None = None) -> None:
        """A commit whose lines GitHub cannot count (change-metrics/monocle#222): asked for them, its node is null."""
        for name in ("additions", "deletions"):
            message, kind = UNCOUNTABLE.format(name), "SERVICE_UNAVAILABLE"
            self.fails(commit, name, message=message, kind=kind, at=at, until=until)
        self.says(commit, at, until, changedFilesIfAvailable=None)

    def lag(self, pull_request: object, hours: float) -> None:
        """Name a pull request for its commits only so many hours after its merge (release-drafter#1604)."""
        self._of(pull_request).lag = hours

    # what the views ask

    def of(self, thing: object) -> Oddity | None:
        """What is odd about an object."""
        return self._things.get(id(thing)) if self.active else None

    def hidden(self, thing: object, now: str) -> tuple[bool, Refusal | None]:
        """Whether an item of a list is hidden, and by what error."""
        oddity = self.of(thing)
        for span, refusal in oddity.hidden if oddity else ():
            if span.holds(now):
                return True, refusal
        return False, None

    def listed(self, things: Sequence[Thing], now: str) -> tuple[Sequence[Thing], int]:
        """What a list shows of the things it has, and its total."""
        if not self.any:
            return things, len(things)
        omitted = [self._omitted(thing, now) for thing in things]
        shown = [thing for thing, how in zip(things, omitted, strict=True) if how is None]
        return shown, len(shown) + sum(how is True for how in omitted)

    def _omitted(self, thing: object, now: str) -> bool | None:
        """Whether a list counts a thing that it omits; None when it does not omit it."""
        oddity = self.of(thing)
        return next((counted for span, counted in (oddity.omitted if oddity else ()) if span.holds(now)), None)

    def associated(self, pull_request: object, merged_at: str | None, now: str) -> bool:
        """Whether a pull request is named for its commits yet."""
        if not self.active or merged_at is None:
            return True
        oddity = self.of(pull_request)
        hours = self.association_lag if oddity is None or oddity.lag is None else oddity.lag
        return not hours or later(merged_at, hours=hours) <= now

    def refused(self, owner: str, viewer: "Account", now: str, deep: bool = False) -> Policy | None:
        """The policy that refuses the viewer's token."""
        return next((p for p in self._policies() if p.deep == deep and p.concerns(owner, viewer, now)), None)

    def refuse(self, owner: str, viewer: "Account", now: str, deep: bool = False) -> None:
        """Raise what GraphQL answers where a token is refused."""
        policy = self.refused(owner, viewer, now, deep)
        if policy:
            raise Refusal(policy.sentence(owner), "FORBIDDEN", {"saml_failure": policy.kind == "saml"})

    @property
    def any(self) -> bool:
        """Whether any object is odd."""
        return self.active and bool(self._things)

    def _policies(self) -> Iterator[Policy]:
        return iter(self.policies if self.active else ())

    def _of(self, thing: object) -> Oddity:
        return self._things.setdefault(id(thing), Oddity(thing))


def _span(at: Moment | None, until: Moment | None) -> Span:
    return Span("" if at is None else instant(at), "~" if until is None else instant(until))
