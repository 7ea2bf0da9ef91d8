"""Who is an insider, and since when."""

import pytest

from tests.made import Book

DAY = "2026-03-02T12:00:00Z"
LATER = "2026-03-03T12:00:00Z"


def test_insiders_from_their_first_use_of_power_on() -> None:
    book = Book()
    repo = book.repo()
    issue = book.issue(repo, 1, "asker", DAY)
    book.event(repo, issue, "ClosedEvent", LATER, "closer")
    book.pull(repo, 2, "outsider", DAY, LATER, merger="merger")
    book.pull(repo, 3, "resident", DAY, is_cross_repository=0)
    book.direct(repo, "a", DAY, "pusher")
    book.push(repo, "b", DAY, "elsewhere", ref="refs/heads/topic")
    book.release(repo, "v1.0.0", LATER, "a", author=book.who("releaser"))
    book.comment(repo, issue, "member", DAY)
    book.comment(repo, issue, "member", LATER, author_association="MEMBER")
    book.comment(repo, issue, "helper", DAY, author_association="CONTRIBUTOR")
    own = book.issue(repo, 4, "quitter", DAY)
    book.event(repo, own, "ClosedEvent", LATER, "quitter")
    assert book.insiders() == {
        "closer": (LATER, "closed another's thread"),
        "merger": (LATER, "merged a pull request"),
        "resident": (DAY, "opened a pull request from inside the repository"),
        "pusher": (DAY, "pushed to the default branch"),
        "releaser": (LATER, "published a release"),
        "member": (DAY, "carries OWNER, MEMBER or COLLABORATOR"),
    }


@pytest.mark.parametrize(
    ("kind", "at", "power"),
    [
        ("LabeledEvent", "2026-03-02T12:01:01Z", True),
        ("LabeledEvent", "2026-03-02T12:01:00Z", False),
        ("ReopenedEvent", LATER, True),
        ("TransferredEvent", LATER, True),
        ("ConvertedToDiscussionEvent", LATER, True),
        ("AssignedEvent", "2026-03-02T12:01:01Z", True),
        ("AssignedEvent", "2026-03-02T12:01:00Z", False),
        ("MilestonedEvent", LATER, True),
        ("PinnedEvent", LATER, True),
        ("LockedEvent", LATER, True),
        ("UnlockedEvent", LATER, True),
        ("MarkedAsDuplicateEvent", LATER, True),
        ("ReviewDismissedEvent", LATER, True),
        ("CrossReferencedEvent", LATER, False),
        ("CommentDeletedEvent", LATER, False),
    ],
)
@pytest.mark.parametrize("by", ["triager", "asker"])
def test_who_uses_a_power_of_triage_on_anothers_thread(kind: str, at: str, power: bool, by: str) -> None:
    book = Book()
    repo = book.repo()
    book.event(repo, book.issue(repo, 1, "asker", DAY), kind, at, by)
    assert book.insiders() == (
        {by: (at, "used a power of triage on another's thread")} if power and by != "asker" else {}
    )


def test_making_anothers_draft_ready_or_closing_it_is_a_power() -> None:
    book = Book()
    repo = book.repo()
    for number, (kind, by) in enumerate((("ReadyForReviewEvent", "ready"), ("ClosedEvent", "closer")), 1):
        pull = book.pull(repo, number, "asker", DAY)
        book.event(repo, pull, kind, LATER, by, subject_type="PullRequest")
    assert set(book.insiders()) == {"ready", "closer"}


def test_what_was_done_before_a_thread_was_moved_in_shows_no_power_here() -> None:
    book = Book()
    repo = book.repo()
    issue = book.issue(repo, 1, "asker", DAY)
    book.event(repo, issue, "ClosedEvent", LATER, "elsewhere")
    book.event(repo, issue, "TransferredEvent", "2026-03-04T12:00:00Z", "mover")
    book.event(repo, issue, "ReopenedEvent", "2026-03-05T12:00:00Z", "here")
    assert set(book.insiders()) == {"mover", "here"}


def test_what_was_done_before_a_thread_was_moved_within_the_project_shows_power() -> None:
    book = Book()
    repo = book.repo()
    book.repo("acme/docs")
    issue = book.issue(repo, 1, "asker", DAY)
    book.event(repo, issue, "ClosedEvent", LATER, "there")
    book.event(repo, issue, "TransferredEvent", "2026-03-04T12:00:00Z", "mover", from_repository="Acme/Docs")
    assert set(book.insiders()) == {"there", "mover"}


SEEN = {"first_seen_at": "2026-03-05T00:00:00Z"}
AGAIN = "2026-04-01T00:00:00Z"


def test_who_is_made_a_collaborator_was_none_before() -> None:
    book = Book()
    repo = book.repo()
    issue = book.issue(repo, 1, "asker", DAY)
    own = book.issue(repo, 2, "critic", DAY, author_association="COLLABORATOR", **SEEN)
    book.comment(repo, issue, "critic", LATER, author_association="MEMBER", **SEEN)
    book.changed("issues", own, "author_association", "NONE", "COLLABORATOR", AGAIN, repo)
    assert book.insiders()["critic"][0] == DAY
    book.db.execute("UPDATE comments SET author_association = 'NONE'")
    assert book.insiders()["critic"][0] == AGAIN
    book.changed("issues", own, "author_association", "COLLABORATOR", "CONTRIBUTOR", "2026-05-01T00:00:00Z", repo)
    assert book.insiders()["critic"][0] == AGAIN


def test_an_association_of_a_later_comment_counts_from_the_sync_that_saw_it() -> None:
    book = Book()
    repo = book.repo()
    issue = book.issue(repo, 1, "asker", DAY)
    book.comment(repo, issue, "helper", DAY, **SEEN)
    book.comment(repo, issue, "helper", LATER, author_association="MEMBER", first_seen_at=AGAIN)
    assert book.insiders()["helper"] == (AGAIN, "carries OWNER, MEMBER or COLLABORATOR")


def test_what_a_first_sync_of_several_runs_saw_it_saw_at_once() -> None:
    book = Book()
    repo = book.repo()
    issue = book.issue(repo, 1, "asker", DAY)
    book.comment(repo, issue, "helper", DAY, **SEEN)
    book.comment(repo, issue, "helper", LATER, author_association="MEMBER", first_seen_at=AGAIN)
    book.db.execute("UPDATE sync_state SET first_complete_at = ? WHERE kind = 'pull_requests'", [AGAIN])
    assert book.insiders()["helper"][0] == DAY


def test_power_in_a_repository_that_is_not_tracked_makes_no_insider() -> None:
    book = Book()
    book.repo()
    book.direct(book.repo("acme/old", tracked=0), "a", DAY, "pusher")
    assert book.insiders() == {}


def test_a_release_made_a_draft_and_published_again_gave_power_at_first() -> None:
    book = Book()
    release = book.release(book.repo(), "v1.0.0", LATER, None, author=book.who("releaser"))
    book.changed("releases", release, "published_at", DAY, LATER, LATER)
    assert book.insiders()["releaser"][0] == DAY


def test_pushing_to_a_branch_that_was_renamed_to_the_default_one_was_a_power() -> None:
    """GitHub lists pushes under the name of their time; the new name begins with the creation of a branch."""
    book = Book()
    repo = book.repo()
    book.commit(repo, "a", DAY)
    book.push(repo, "a", DAY, "ann", ref="refs/heads/trunk")
    book.push(repo, "a", LATER, "eve")
    book.push(repo, "b", "2026-03-04T12:00:00Z", "dan", "a", ref="refs/heads/trunk")
    assert book.insiders() == {
        "ann": (DAY, "pushed to the default branch"),
        "eve": (LATER, "pushed to the default branch"),
    }
