"""Models of GitHub's GraphQL responses, and `parse`, which validates a response as one of them.

The models are dataclasses that pydantic validates: an object with slots takes a tenth of a BaseModel's memory. Unknown
fields are ignored, because GitHub adds some without notice. No value is converted to another type: numbers and booleans
are strict. A schema is compiled when its model is first used.
https://docs.github.com/en/graphql/reference/objects describes the objects; the queries in queries/ select the fields.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    TypeAdapter,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from collector import clock
from collector.errors import CollectError
from collector.github import node_ids


def _from_digits(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


def _possible(value: str) -> str:
    time = clock.normalised(value)
    if time is None:
        raise PydanticCustomError("time", "Input should be a valid time")
    return time


# A time by GitHub's own clock: always UTC, to the second.
# https://docs.github.com/en/graphql/reference/scalars#datetime
Time = Annotated[str, Field(pattern=r"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$")]
# A date that git stores as a client claims it, normalised to the database's format; None for an impossible one.
AnyTime = Annotated[str, AfterValidator(clock.normalised)]
# A time by GitHub's clock with any offset or fraction, normalised in the same way; an impossible one is refused.
ServerTime = Annotated[str, AfterValidator(_possible)]
# A count or an id: never negative, and at most what SQLite's 64-bit integers hold.
Number = Annotated[StrictInt, Field(ge=0, le=2**63 - 1)]
# GraphQL has no integers over 32 bits: GitHub sends larger ones as a string of digits.
# https://docs.github.com/en/graphql/reference/scalars#bigint
BigInt = Annotated[Number, BeforeValidator(_from_digits)]
# A value of an enum; GitHub may add further ones. https://spec.graphql.org/October2021/#Name
EnumValue = Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")]
# A node id: opaque, but never empty, of visible ASCII characters, and far shorter than this limit.
# https://docs.github.com/en/graphql/guides/using-global-node-ids
Id = Annotated[str, Field(pattern=r"^[!-~]+$", max_length=1_000)]
# The name of a git object: its SHA-1 or SHA-256 in hexadecimal.
GitOid = Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
# The name of an object's type, for fields whose type is a union or an interface.
Typename = Annotated[str, Field(validation_alias="__typename")]


class OddAnswer(CollectError):
    """GitHub's response does not match its schema; the message names the field.

    `field` is its path in GitHub's names ("target.tagger.date", "nodes[1].oid"), empty for the whole response.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class ResponseModel:
    """Base of all GraphQL models: fields are snake_case here and camelCase in the response."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(alias_generator=to_camel)


Node = TypeVar("Node")


@dataclass(slots=True)
class PageInfo(ResponseModel):
    """Whether a list has more pages, and the cursor of the next: https://docs.github.com/en/graphql/reference/objects#pageinfo."""

    has_next_page: StrictBool
    end_cursor: str | None = None


@dataclass(slots=True, kw_only=True)
class Page(ResponseModel, Generic[Node]):
    """One page of a connection.

    Unless `Node` is optional, a page with a null node fails validation: GitHub failed to serve that object.
    https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api
    """

    page_info: PageInfo = field(default_factory=lambda: PageInfo(has_next_page=False))
    total_count: Number = 0
    nodes: list[Node]

    @property
    def next(self) -> str | None:
        """The cursor of the next page; None on the last page."""
        return self.page_info.end_cursor if self.page_info.has_next_page else None


@dataclass(slots=True)
class Account(ResponseModel):
    """An actor: https://docs.github.com/en/graphql/reference/interfaces#actor.

    `typename` is User, Bot, Organization, Mannequin or EnterpriseUserAccount. For a deleted account GitHub returns
    null instead.
    """

    typename: Typename
    login: str
    id: Id | None = None
    database_id: Number | None = None
    created_at: AnyTime | None = None

    @property
    def number(self) -> int | None:
        """The database id, taken from the node id where GitHub leaves it null; None if that fails."""
        if self.database_id is None and self.id is not None:
            return node_ids.number(self.id)
        return self.database_id


@dataclass(slots=True)
class Named(ResponseModel):
    """An object of which only the name is selected."""

    name: str


@dataclass(slots=True)
class Oid(ResponseModel):
    """A git object of which only the oid is selected."""

    oid: GitOid


@dataclass(slots=True)
class NamedRepository(ResponseModel):
    """A repository of which only owner/name is selected."""

    name_with_owner: str


@dataclass(slots=True)
class License(ResponseModel):
    """A license by its SPDX id, NOASSERTION where GitHub does not recognise the text."""

    spdx_id: str | None = None


@dataclass(slots=True)
class Count(ResponseModel):
    """A connection of which only the length is selected."""

    total_count: Number


@dataclass(slots=True)
class Branch(ResponseModel):
    """A branch and the commit at its tip."""

    name: str
    target: Oid | None = None


@dataclass(slots=True)
class Touched(ResponseModel):
    """An issue, a pull request or a discussion: only when it was last updated."""

    id: Id
    updated_at: str | None = None


@dataclass(slots=True)
class ReleaseGlance(ResponseModel):
    """A release: only what shows whether it changed."""

    database_id: Number | None = None
    tag_name: str | None = None
    updated_at: str | None = None
    published_at: str | None = None


@dataclass(slots=True)
class TagGlance(ResponseModel):
    """A tag: only the object it points to."""

    name: str
    target: Oid | None = None


@dataclass(slots=True, kw_only=True)
class RepositoryFacts(ResponseModel):
    """The fields that every query about a repository selects: https://docs.github.com/en/graphql/reference/objects#repository."""

    name_with_owner: str
    created_at: Time
    pushed_at: Time | None = None
    description: str | None = None
    homepage_url: str | None = None
    is_archived: StrictBool
    is_disabled: StrictBool
    is_empty: StrictBool
    is_fork: StrictBool
    stargazer_count: Number
    parent: NamedRepository | None = None


@dataclass(slots=True, kw_only=True)
class RepositoryState(RepositoryFacts):
    """A repository with the newest rows of its lists, to detect which lists changed since the last run."""

    id: Id
    database_id: Number
    has_issues_enabled: StrictBool
    has_discussions_enabled: StrictBool
    fork_count: Number
    primary_language: Named | None = None
    license_info: License | None = None
    archived_at: Time | None = None
    default_branch_ref: Branch | None = None
    discussions: Page[Touched | None] | None = None  # None: not served
    issues: Page[Touched | None]
    pull_requests: Page[Touched | None]
    releases: Page[ReleaseGlance]
    tags: Page[TagGlance]


@dataclass(slots=True)
class CountedHistory(ResponseModel):
    """A commit of which only the number of recent ancestors is selected."""

    history: Count | None = None


@dataclass(slots=True)
class CountedBranch(ResponseModel):
    """A branch and the number of its recent commits."""

    name: str
    target: CountedHistory | None = None


@dataclass(slots=True, kw_only=True)
class RepositoryGlance(RepositoryFacts):
    """A repository and its recent activity: enough to decide whether to track it."""

    default_branch_ref: CountedBranch | None = None
    pull_requests: Count
    releases: Count

    @property
    def commits(self) -> int:
        """The number of commits on the default branch since the query's `since`."""
        target = self.default_branch_ref.target if self.default_branch_ref else None
        return target.history.total_count if target and target.history else 0


@dataclass(slots=True, kw_only=True)
class Release(ResponseModel):
    """A release: https://docs.github.com/en/graphql/reference/objects#release.

    The fetcher fills in `database_id` where GitHub leaves it null.
    """

    id: Id
    database_id: Number | None = None
    tag_name: str
    name: str | None = None
    description: str | None = None
    is_draft: StrictBool | None = None
    is_prerelease: StrictBool | None = None
    created_at: Time | None = None
    published_at: Time | None = None
    updated_at: Time | None = None
    author: Account | None = None
    tag_commit: Oid | None = None


@dataclass(slots=True)
class Tagger(ResponseModel):
    """The tagger of an annotated tag: only the date, which the tagger sets and GitHub does not check."""

    date: Time | None = None


@dataclass(slots=True)
class TagTarget(ResponseModel):
    """The object a tag points to: a commit, tree or blob, or an annotated tag, which has a `target` of its own."""

    typename: Typename
    oid: GitOid
    tagger: Tagger | None = None
    target: "TagTarget | None" = None


@dataclass(slots=True)
class Tag(ResponseModel):
    """A ref under refs/tags/: https://docs.github.com/en/graphql/reference/objects#ref."""

    name: str
    target: TagTarget | None = None


Model = TypeVar("Model")
_JSON = {type(None): "null", bool: "a boolean", str: "a string", list: "a list", dict: "an object"}


def parse(model: type[Model], answer: object, what: str) -> Model:
    """Validate decoded JSON as a `model`; `what` names the query in error messages.

    Raises OddAnswer for the first invalid field, or for the object that lacks a required field.
    """
    adapter: TypeAdapter[Model] = _adapter(model)  # type: ignore[arg-type] # python/mypy#11470
    try:
        return adapter.validate_python(answer)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
    place, wrong = first["loc"], first["msg"]
    if first["type"] == "missing":
        place, wrong = place[:-1], f"{place[-1]} is missing"
    else:
        if first["type"] == "dataclass_type":  # pydantic's message names the class
            wrong = "input should be an object"
        wrong = f"{wrong[0].lower()}{wrong[1:]}, got {_JSON.get(type(first['input']), 'a number')}"
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")
    raise OddAnswer(f"GitHub's answer to {what} does not match its schema at {path or 'the top level'}: {wrong}.", path)


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)
