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
