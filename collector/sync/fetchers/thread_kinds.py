"""The differences between issues, pull requests and discussions, as data for the fetchers."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from collector.github import thread_models as m
from collector.github.models import Named, Page, RepositoryState, Touched
from collector.store.batch import Batch
from collector.sync.fetchers import discussion_rows, thread_rows
from collector.sync.fetchers.source import Source
from collector.sync.fetchers.texts import Texts

Thread = TypeVar("Thread", m.Issue, m.PullRequest, m.Discussion)


@dataclass(frozen=True)
class InnerList:
    """A list within a thread: its name in GraphQL (`part`) and ours, and the query for further pages.

    `counted`: its totalCount is the number of rows that it lists.
    """

    part: str
    name: str
    document: str
    model: type[Any]
    key: Callable[[Any], Hashable]
    rows: str = ""  # SQL that selects the thread of each stored row that is not gone, as `thread`
    counted: bool = True


@dataclass(frozen=True)
class ThreadKind(Generic[Thread]):
    """One kind of thread."""

    name: str  # in sync_state, and of its table
    words: str
    place: str  # between a repository's URL and a thread's number
    field: str
    document: str
    by_id: str
    fragment: str
    model: type[Thread]
    add: Callable[[Batch, Thread, int, Texts], None]
    lists: tuple[InnerList, ...]

    def url(self, source: Source, number: int) -> str:
        """Return the URL of a thread."""
        return source.url(f"{self.place}/{number}")

    def what(self, source: Source) -> str:
        """Return the name of the list for messages."""
        return f"{self.words} of {source.repository.name_with_owner}"


def _labels() -> InnerList:
    rows = "SELECT issue AS thread FROM issue_labels WHERE gone_at IS NULL"
    return InnerList("labels", "labels", "MoreLabels", Named, lambda label: label.name, rows)


def _comments(subject_type: str, document: str = "MoreComments", model: type[m.Comment] = m.Comment) -> InnerList:
    rows = f"SELECT subject AS thread FROM comments WHERE subject_type = '{subject_type}' AND gone_at IS NULL"
    return InnerList("comments", "comments", document, model, lambda comment: comment.full_database_id, rows)


def _reviews() -> InnerList:
    rows = "SELECT pull_request AS thread FROM reviews WHERE gone_at IS NULL"
    return InnerList("reviews", "reviews", "MoreReviews", m.Review, lambda review: review.full_database_id, rows)


def _events(subject_type: str, document: str) -> InnerList:
    rows = f"SELECT subject AS thread FROM events WHERE subject_type = '{subject_type}' AND gone_at IS NULL"
    # The totalCount is that of the whole timeline, whatever types are requested (strands-labs/robots#2147).
    return InnerList("timelineItems", "timeline_items", document, m.Event, lambda event: event.id, rows, counted=False)


ISSUES: ThreadKind[m.Issue] = ThreadKind(
    name="issues",
    words="issues",
    place="issues",
    field="issues",
    document="Issues",
    by_id="IssuesById",
    fragment="IssueFields",
    model=m.Issue,
    add=thread_rows.issue,
    lists=(_labels(), _comments("Issue"), _events("Issue", "MoreIssueEvents")),
)
PULL_REQUESTS: ThreadKind[m.PullRequest] = ThreadKind(
    name="pull_requests",
    words="pull requests",
    place="pull",
    field="pullRequests",
    document="PullRequests",
    by_id="PullRequestsById",
    fragment="PullRequestFields",
    model=m.PullRequest,
    add=thread_rows.pull_request,
    lists=(_comments("PullRequest"), _reviews(), _events("PullRequest", "MorePullRequestEvents")),
)


# All discussions, whatever their category, in one list. Signals count those of answerable categories and those that
# issues became, and comments on any. GitHub lists either all categories or one: with one list for each answerable
# category, most repositories would need as many requests, and a discussion whose category changes, or a category that
# becomes answerable, would have to be looked for in each.
DISCUSSIONS: ThreadKind[m.Discussion] = ThreadKind(
    name="discussions",
    words="discussions",
    place="discussions",
    field="discussions",
    document="Discussions",
    by_id="DiscussionsById",
    fragment="DiscussionFields",
    model=m.Discussion,
    add=discussion_rows.discussion,
    lists=(_comments("Discussion", "MoreDiscussionComments", m.DiscussionComment),),
)


def glance(shown: RepositoryState, kind: str) -> Page[Touched | None]:
    """Return the part of a kind's list in the batched query, which must have been served."""
    seen = {ISSUES.name: shown.issues, PULL_REQUESTS.name: shown.pull_requests, DISCUSSIONS.name: shown.discussions}
    found = seen[kind]
    assert found is not None
    return found


def fingerprint(seen: Page[Touched | None]) -> str:
    """Return a fingerprint that changes with the list's length or its newest update."""
    newest = seen.nodes[0] if seen.nodes else None
    return f"{seen.total_count}:{newest.id}:{newest.updated_at}" if newest else f"{seen.total_count}"
