"""Models of REST responses, validated like those of GraphQL (`models.parse`); field names are those of the response.

Each class links the endpoint that it is read from.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StrictBool

from collector.github.models import AnyTime, GitOid, Number, Time

# https://docs.github.com/en/code-security/concepts/vulnerability-reporting-and-management/github-advisory-database
GHSA_ID = r"^GHSA(-[0-9a-z]{1,10}){1,5}$"
GhsaId = Annotated[str, Field(pattern=GHSA_ID)]


@dataclass(slots=True)
class RepositorySettings:
    """What a repository's owner has enabled: https://docs.github.com/en/rest/repos/repos#get-a-repository.

    None where the server does not say.
    """

    has_pull_requests: StrictBool | None = None


@dataclass(slots=True)
class DatabaseId:
    """A repository or a release of which only the database id matters."""

    id: Number


@dataclass(slots=True)
class Actor:
    """The account that pushed."""

    id: Number
    login: str
    type: str = "User"


@dataclass(slots=True)
class Activity:
    """A row of the push log: https://docs.github.com/en/rest/repos/repos#list-repository-activities.

    `activity_type` is stored as it comes: GitHub may add kinds to those it documents.
    """

    id: Number
    before: GitOid | None = None
    after: GitOid | None = None
    ref: str | None = None
    timestamp: Time | None = None
    activity_type: str | None = None
    actor: Actor | None = None


@dataclass(slots=True)
class Advisory:
    """A security advisory: https://docs.github.com/en/rest/security-advisories/repository-advisories.

    Drafts, which only those who may write see, have no time of publication.
    """

    ghsa_id: GhsaId
    state: str
    published_at: Time | None = None
    description: str | None = None
    author: Actor | None = None
    publisher: Actor | None = None


@dataclass(slots=True)
class Sha:
    """A commit or a tree of which only the oid matters."""

    sha: GitOid


@dataclass(slots=True)
class GitPerson:
    """The git author or committer of a commit: only the date, which the client sets and GitHub does not check."""

    date: AnyTime | None = None


@dataclass(slots=True)
class GitCommit:
    """The git commit within a listed commit."""

    tree: Sha
    message: str = ""
    author: GitPerson | None = None
    committer: GitPerson | None = None


@dataclass(slots=True)
class ListedCommit:
    """A commit in a list of commits: https://docs.github.com/en/rest/commits/commits#list-commits."""

    sha: GitOid
    commit: GitCommit
    parents: list[Sha]


@dataclass(slots=True)
class Comparison:
    """A page of the commits that are in one head but not in another, and their total number.

    https://docs.github.com/en/rest/commits/commits#compare-two-commits
    """

    commits: list[Sha]
    total_commits: Number | None = None
