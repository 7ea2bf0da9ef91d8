from datetime import date
from typing import Any

import pytest

from collector.config import Bot, Config, Mirror
from collector.derive import read
from tests.made import AS_OF, Book

DAY = "2026-03-02T12:00:00Z"
LATER = "2026-03-03T12:00:00Z"


def exclusions(book: Book) -> dict[str, str | None]:
    return {oid: row["exclusion"] for oid, row in book.landings().items()}


def insiders(book: Book) -> dict[str, tuple[str, str]]:
    book.landings()
    found = book.rows("SELECT a.login, i.since, i.reason FROM insiders AS i JOIN accounts AS a ON a.id = i.account")
    return {r["login"]: (r["since"], r["reason"]) for r in found}


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
    assert insiders(book) == {
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
    assert insiders(book) == (
        {by: (at, "used a power of triage on another's thread")} if power and by != "asker" else {}
    )


def test_making_anothers_draft_ready_or_closing_it_is_a_power() -> None:
    book = Book()
    repo = book.repo()
    for number, (kind, by) in enumerate((("ReadyForReviewEvent", "ready"), ("ClosedEvent", "closer")), 1):
        pull = book.pull(repo, number, "asker", DAY)
        book.event(repo, pull, kind, LATER, by, subject_type="PullRequest")
    assert set(insiders(book)) == {"ready", "closer"}


def test_what_was_done_before_a_thread_was_moved_in_shows_no_power_here() -> None:
    book = Book()
    repo = book.repo()
    issue = book.issue(repo, 1, "asker", DAY)
    book.event(repo, issue, "ClosedEvent", LATER, "elsewhere")
    book.event(repo, issue, "TransferredEvent", "2026-03-04T12:00:00Z", "mover")
    book.event(repo, issue, "ReopenedEvent", "2026-03-05T12:00:00Z", "here")
    assert set(insiders(book)) == {"mover", "here"}


def test_what_was_done_before_a_thread_was_moved_within_the_project_shows_power() -> None:
    book = Book()
    repo = book.repo()
    book.repo("acme/docs")
    issue = book.issue(repo, 1, "asker", DAY)
    book.event(repo, issue, "ClosedEvent", LATER, "there")
    book.event(repo, issue, "TransferredEvent", "2026-03-04T12:00:00Z", "mover", from_repository="Acme/Docs")
    assert set(insiders(book)) == {"there", "mover"}


SEEN = {"first_seen_at": "2026-03-05T00:00:00Z"}
AGAIN = "2026-04-01T00:00:00Z"


def test_who_is_made_a_collaborator_was_none_before() -> None:
    book = Book()
    repo = book.repo()
    issue = book.issue(repo, 1, "asker", DAY)
    own = book.issue(repo, 2, "critic", DAY, author_association="COLLABORATOR", **SEEN)
    book.comment(repo, issue, "critic", LATER, author_association="MEMBER", **SEEN)
    book.changed("issues", own, "author_association", "NONE", "COLLABORATOR", AGAIN, repo)
    assert insiders(book)["critic"][0] == DAY
    book.db.execute("UPDATE comments SET author_association = 'NONE'")
    assert insiders(book)["critic"][0] == AGAIN
    book.changed("issues", own, "author_association", "COLLABORATOR", "CONTRIBUTOR", "2026-05-01T00:00:00Z", repo)
    assert insiders(book)["critic"][0] == AGAIN


def test_an_association_of_a_later_comment_counts_from_the_sync_that_saw_it() -> None:
    book = Book()
    repo = book.repo()
    issue = book.issue(repo, 1, "asker", DAY)
    book.comment(repo, issue, "helper", DAY, **SEEN)
    book.comment(repo, issue, "helper", LATER, author_association="MEMBER", first_seen_at=AGAIN)
    assert insiders(book)["helper"] == (AGAIN, "carries OWNER, MEMBER or COLLABORATOR")


def test_what_a_first_sync_of_several_runs_saw_it_saw_at_once() -> None:
    book = Book()
    repo = book.repo()
    issue = book.issue(repo, 1, "asker", DAY)
    book.comment(repo, issue, "helper", DAY, **SEEN)
    book.comment(repo, issue, "helper", LATER, author_association="MEMBER", first_seen_at=AGAIN)
    book.db.execute("UPDATE sync_state SET first_complete_at = ? WHERE kind = 'pull_requests'", [AGAIN])
    assert insiders(book)["helper"][0] == DAY


def test_power_in_a_repository_that_is_not_tracked_makes_no_insider() -> None:
    book = Book()
    book.repo()
    book.direct(book.repo("acme/old", tracked=0), "a", DAY, "pusher")
    assert insiders(book) == {}


def test_a_release_made_a_draft_and_published_again_gave_power_at_first() -> None:
    book = Book()
    release = book.release(book.repo(), "v1.0.0", LATER, None, author=book.who("releaser"))
    book.changed("releases", release, "published_at", DAY, LATER, LATER)
    assert insiders(book)["releaser"][0] == DAY


def test_imported_threads() -> None:
    book = Book()
    repo = book.repo()
    book.issue(repo, 1, "asker", "2026-03-02T00:00:00Z")
    book.issue(repo, 2, "asker", "2026-03-01T00:00:00Z")
    old = book.issue(repo, 3, "asker", "2026-02-28T23:59:59Z")
    pull = book.pull(repo, 4, "asker", "2025-01-01T00:00:00Z")
    made = book.issue(repo, 5, "was-elsewhere", DAY)
    late = book.issue(repo, 6, "asker", DAY)
    book.db.execute("UPDATE accounts SET type = 'Mannequin' WHERE login = 'was-elsewhere'")
    book.late("issues", late, repo, DAY)
    book.landings()
    assert {r["subject"]: r["reason"] for r in book.rows("SELECT * FROM imported_threads")} == {
        old: "older than its number allows",
        pull: "older than its number allows",
        made: "by a Mannequin",
        late: "first seen late",
    }


def test_what_counts_and_why_the_rest_does_not() -> None:
    book = Book()
    repo = book.repo()
    book.who("robot[bot]")
    book.direct(repo, "base", DAY, "dev")
    book.commit(repo, "p", DAY, "base", headline="Like", authored_at=DAY)
    book.commit(repo, "m", DAY, "base", "p")
    book.pull(repo, 1, "dev", DAY, DAY, oid="m")
    book.direct(repo, "again", LATER, "dev", "m", headline="Like", authored_at=DAY)
    book.direct(repo, "bumped", LATER, "robot[bot]", "again")
    book.commit(repo, "undated", LATER)
    assert exclusions(book) == {
        "base": None, "p": None, "m": "merge", "again": "copy", "bumped": "bot", "undated": "client_dated",
    }  # fmt: skip


def test_in_a_fork_only_its_own_pull_requests_count() -> None:
    book = Book()
    fork = book.repo("acme/fork", is_fork=1, parent="elsewhere/engine")
    own = book.repo("acme/own-fork", is_fork=1, parent="ACME/fork")
    book.direct(fork, "synced", DAY, "dev")
    book.commit(fork, "s", LATER, "synced")
    book.pull(fork, 1, "dev", DAY, LATER, oid="s")
    book.direct(own, "o", DAY, "dev")
    assert exclusions(book) == {"synced": "fork_push", "s": None, "o": None}


def test_generated_files_do_not_count_where_the_paths_are_known() -> None:
    book = Book()
    repo = book.repo()
    for number, (path, lines) in enumerate({"yarn.lock": 900, "CHANGELOG.md": 50, "src/a.py": 15}.items(), 1):
        book.commit(repo, f"s{number}", DAY, lines=900 + lines)
        pull = book.pull(repo, number, "dev", DAY, DAY, oid=f"s{number}")
        book.add("pull_request_files", pull_request=pull, path=path, additions=lines)
        book.add("pull_request_files", pull_request=pull, path="go.sum", additions=900)
    book.direct(repo, "d", DAY, "dev")
    book.landings()
    work = book.rows("SELECT lines, exclusion FROM work ORDER BY pull_request IS NULL, pull_request")
    assert work == [
        {"lines": 0, "exclusion": "generated"},
        {"lines": 0, "exclusion": "generated"},
        {"lines": 15, "exclusion": None},
        {"lines": 20, "exclusion": None},
    ]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["src/a.py"], {"lines": 40, "exclusion": None}),
        (["src/a.py", "CHANGELOG.md"], {"lines": 40, "exclusion": None}),
        (["CHANGELOG.md"], {"lines": 0, "exclusion": "generated"}),
    ],
)
def test_files_without_lines_say_nothing_unless_all_are_generated(paths: list[str], expected: dict[str, Any]) -> None:
    book = Book()
    repo = book.repo()
    book.commit(repo, "s", DAY, lines=40)
    pull = book.pull(repo, 1, "dev", DAY, DAY, oid="s", additions=0)
    for path in paths:
        book.add("pull_request_files", pull_request=pull, path=path, additions=0)
    book.landings()
    assert book.rows("SELECT lines, exclusion FROM work") == [expected]


def test_a_listed_bot_is_one_from_its_day_on() -> None:
    book = Book(config=Config(bots=(Bot("Helper", "it is a script now", date(2026, 3, 3)),)))
    repo = book.repo()
    book.direct(repo, "by-hand", DAY, "helper")
    book.direct(repo, "by-script", LATER, "helper", "by-hand")
    assert exclusions(book) == {"by-hand": None, "by-script": "bot"}


def test_a_mirror_a_ghost_and_nobody_count_for_weeks_only() -> None:
    book = Book(config=Config(mirrors=(Mirror("export", "acme/engine", "from elsewhere"),)))
    repo, other = book.repo(), book.repo("acme/other")
    book.direct(repo, "mirrored", DAY, "export")
    book.direct(other, "pushed", DAY, "export")
    book.direct(repo, "ghostly", LATER, None, "mirrored")
    book.commit(other, "signed", LATER, signed_by_github=1)
    book.landings()
    found = book.rows("SELECT w.weeks_only, w.exclusion FROM work AS w ORDER BY w.weeks_only")
    assert found == [{"weeks_only": why, "exclusion": None} for why in (None, "ghost", "mirror", "nobody")]


def test_a_mirror_that_is_a_machine_is_still_a_mirror() -> None:
    book = Book(config=Config(mirrors=(Mirror("Export[bot]", "acme/engine", "from elsewhere"),)))
    book.direct(book.repo(), "a", DAY, "export[bot]")
    book.landings()
    assert book.rows("SELECT weeks_only, exclusion FROM work") == [{"weeks_only": "mirror", "exclusion": None}]


def test_signals_about_people_cannot_be_observed_behind_a_mirror() -> None:
    book = Book(config=Config(mirrors=(Mirror("export", "acme/engine", "from elsewhere"),)))
    book.direct(book.repo(), "a", DAY, "export")
    found = book.compute(AS_OF)
    assert found["active_weeks"]["value"] == 1
    assert {found[k]["status"] for k in ("contributor_days", "effective_contributors")} == {"not_observable"}


def test_a_push_promoted_in_two_steps_is_there_step_by_step() -> None:
    book = Book()
    repo = book.repo()
    book.commit(repo, "s", "2026-01-05T12:00:00Z", signed_by_github=1)
    book.pull(repo, 1, "dev", DAY, "2026-01-05T12:00:00Z", oid="s", base_ref="dev")
    book.commit(repo, "a", DAY, "s", lines=9)
    book.commit(repo, "b", DAY, "a", lines=9)
    book.push(repo, "b", DAY, "dev", "s", ref="refs/heads/dev")
    book.push(repo, "a", "2026-03-09T12:00:00Z", "boss", "s")
    book.push(repo, "b", "2026-03-23T12:00:00Z", "boss", "a")
    lines = {d: [r["day_lines"] for r in book.evidence("active_weeks", d) if r["day"] == DAY[:10]]
             for d in (date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 30))}  # fmt: skip
    assert [*lines.values()] == [[], [9], [18, 18]]


LIKE_OWN: dict[str, Any] = {"headline": "Its own", "authored_at": "2026-03-01T00:00:00Z"}


def squashed(book: Book, repo: int, number: int = 1, **values: Any) -> int:
    """A squashed pull request with one commit of its own."""
    book.commit(repo, f"s{number}", DAY, lines=20)
    pull = book.pull(repo, number, "dev", DAY, DAY, oid=f"s{number}", **values)
    book.add("pull_request_commits", pull_request=pull, oid=f"own{number}", **LIKE_OWN)
    return pull


def test_the_own_commits_of_a_squashed_pull_request_are_copies_wherever_they_are_taken() -> None:
    book = Book()
    repo, other = book.repo(), book.repo("acme/other")
    foreign = book.repo("rival/engine", project="rival")
    squashed(book, repo)
    book.direct(other, "own1", LATER, "dev")
    book.direct(other, "anew", LATER, "dev", "own1", **LIKE_OWN)
    book.direct(other, "else", LATER, "dev", "anew", **{**LIKE_OWN, "headline": "Another"})
    book.direct(foreign, "far", LATER, "dev", **LIKE_OWN)
    landings = book.landings()
    assert {oid: row["exclusion"] for oid, row in landings.items()} == {
        "s1": None, "own1": "copy", "anew": "copy", "else": None, "far": None,
    }  # fmt: skip
    assert landings["anew"]["copy_of"] == "acme/engine@s1"


def test_rebased_commits_are_no_copies_of_their_own() -> None:
    book = Book()
    repo = book.repo()
    book.commit(repo, "r1", DAY, pull_request=1, **LIKE_OWN)
    book.commit(repo, "r2", DAY, "r1", pull_request=1)
    pull = book.pull(repo, 1, "dev", DAY, DAY, oid="r2")
    book.add("pull_request_commits", pull_request=pull, oid="own1", **LIKE_OWN)
    book.add("pull_request_commits", pull_request=pull, oid="own2", headline="Change r2", authored_at=DAY)
    assert exclusions(book) == {"r1": None, "r2": None}


def test_a_squashed_pull_request_that_went_nowhere_has_landed_nothing() -> None:
    book = Book()
    repo = book.repo()
    pull = book.pull(repo, 1, "dev", DAY, DAY, oid="off", base_ref="dead-end")
    book.add("pull_request_commits", pull_request=pull, oid="own1", **LIKE_OWN)
    book.direct(repo, "own1", LATER, "dev", **LIKE_OWN)
    assert exclusions(book) == {"own1": None}


def test_only_own_commits_that_others_are_like_are_read() -> None:
    book = Book()
    repo, other = book.repo(), book.repo("acme/other")
    taken = squashed(book, repo)
    row = {"headline": "Nobody took it", "authored_at": DAY}
    for n in range(5):
        book.add("pull_request_commits", pull_request=taken, oid=f"x{n}", **row)
    book.direct(other, "anew", LATER, "dev", **LIKE_OWN)
    book.commit(repo, "known", LATER, pull_request=1, headline="Nobody took it", authored_at=DAY)
    found = read.own_commits(book.db, "acme")
    assert {pull: [c.oid for c in commits] for pull, commits in found.items()} == {taken: ["own1"]}


def exchanged() -> Book:
    """The default branch `master` (base, old) was exchanged for `main` (base, new): a sync saw it on 2026-04-01."""
    book = Book()
    repo = book.repo()
    book.direct(repo, "base", "2026-03-01T12:00:00Z", "ann")
    book.commit(repo, "old", "2026-03-09T12:00:00Z", "base", gone_at="2026-04-01T03:00:00Z")
    book.commit(repo, "new", "2026-03-16T12:00:00Z", "base")
    book.push(repo, "old", "2026-03-09T12:00:00Z", "bob", "base", ref="refs/heads/master")
    book.push(repo, "new", "2026-03-16T12:00:00Z", "cat", "base")
    book.db.execute("UPDATE pushes SET ref = 'refs/heads/master' WHERE after_oid = 'base'")
    book.changed("repositories", repo, "default_branch", "master", "main", "2026-04-01T03:00:00Z")
    return book


def test_what_a_former_default_branch_had_has_landed_there() -> None:
    found = exchanged().landings()
    assert (found["old"]["landed_at"], found["old"]["left_at"]) == ("2026-03-09T12:00:00Z", "2026-04-01T03:00:00Z")
    assert (found["base"]["tier"], found["old"]["tier"]) == ("T1", "T1")


def test_what_the_other_branch_had_reached_the_default_one_by_the_exchange() -> None:
    book = exchanged()
    found = book.landings()["new"]
    assert (found["landed_at"], found["reached_at"]) == ("2026-03-16T12:00:00Z", "2026-04-01T03:00:00Z")
    weeks = [book.compute(day)["active_weeks"]["value"] for day in (date(2026, 3, 30), date(2026, 4, 6))]
    assert weeks == [2, 3], "not yet; and what was dropped stays landed"


def test_pushing_to_a_former_default_branch_was_a_power_while_it_was_it() -> None:
    book = exchanged()
    repo = int(book.rows("SELECT id FROM repositories")[0]["id"])
    book.push(repo, "late", "2026-05-01T12:00:00Z", "dan", ref="refs/heads/master")
    assert {"ann", "bob"} <= insiders(book).keys()
    assert "dan" not in insiders(book)


def test_pushing_to_a_branch_that_was_renamed_to_the_default_one_was_a_power() -> None:
    """GitHub lists pushes under the name of their time; the new name begins with the creation of a branch."""
    book = Book()
    repo = book.repo()
    book.commit(repo, "a", DAY)
    book.push(repo, "a", DAY, "ann", ref="refs/heads/trunk")
    book.push(repo, "a", LATER, "eve")
    book.push(repo, "b", "2026-03-04T12:00:00Z", "dan", "a", ref="refs/heads/trunk")
    assert insiders(book) == {
        "ann": (DAY, "pushed to the default branch"),
        "eve": (LATER, "pushed to the default branch"),
    }
