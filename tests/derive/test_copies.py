from typing import Any

import pytest

from collector.derive.bulk_landings import bulk_landings
from collector.derive.copies import Landed, copies, taken_elsewhere
from collector.derive.history import Commit, History, Merge, OwnCommit
from collector.derive.landings import Landing


def one(oid: str, day: int, repo: int = 1, tier: str = "T1", how: Any = None, **values: Any) -> Landed:
    row: dict[str, Any] = {
        "parents": (), "committed_at": "2026-01-01T00:00:00Z", "authored_at": oid, "headline": oid,
        "tree": f"{repo}{oid}", "additions": 20, "deletions": 0, "is_merge": False, "signed_by_github": False,
        "verified_at": None, "signer": None, "pull_request": None,
    }  # fmt: skip
    at = f"2026-01-{day:02}T00:00:00Z"
    landing = Landing(at, at, tier, "push", 1, push=day, **(how or {}))
    return Landed(repo, Commit(oid, **{**row, **values}), landing)


LIKE: dict[str, Any] = {"headline": "Fix it", "authored_at": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (one("a", 1), one("a", 2, repo=2)),
        (one("a", 1, **LIKE), one("b", 2, **LIKE)),
        (one("a", 1, **LIKE), one("b", 2, repo=2, **LIKE)),
        (one("a", 1, is_merge=True, **LIKE), one("b", 2, **LIKE)),
        (one("a", 1, tree="T"), one("b", 2, tree="T")),
    ],
    ids=["oid elsewhere", "cherry-picked", "cherry-picked elsewhere", "a merge cherry-picked", "toggled back"],
)
def test_what_comes_later_is_the_copy(first: Landed, second: Landed) -> None:
    expected = {(second.repository, second.commit.oid): (first.repository, first.commit.oid)}
    assert copies([second, first]) == expected


def test_these_are_no_copies() -> None:
    assert copies([one("a", 1, tree="T"), one("b", 2, repo=2, tree="T")]) == {}, "another repository's tree"
    assert copies([one("a", 1, **LIKE), one("b", 2, additions=21, **LIKE)]) == {}, "another size"
    assert copies([one("a", 1, additions=0, **LIKE), one("b", 2, additions=0, **LIKE)]) == {}, "nothing in common"
    assert copies([one("a", 1, tree="T"), one("m", 2, tree="T", is_merge=True)]) == {}, "a merge"


def test_what_only_its_client_dates_is_never_the_original() -> None:
    assert set(copies([one("a", 1, tier="T3", **LIKE), one("b", 2, **LIKE)])) == {(1, "a")}


def test_the_default_branch_that_had_it_first_decides() -> None:
    """Landed on dev before, but promoted later: at the time of the cherry-pick it had not landed yet."""
    late = one("a", 3, **LIKE)
    late = Landed(1, late.commit, Landing("2026-01-01T00:00:00Z", late.landing.reached_at, "T1", "push", 1, push=9))
    assert set(copies([late, one("b", 2, **LIKE)])) == {(1, "a")}


def test_what_stands_in_the_place_of_a_dropped_commit_is_a_copy_of_it() -> None:
    old = one("a", 1, how={"left_at": "2026-01-02T00:00:00Z"}, **LIKE)
    assert copies([old, one("b", 2, **LIKE), one("c", 3, **LIKE)]) == {(1, "b"): (1, "a"), (1, "c"): (1, "a")}


def test_together_parents_come_before_children() -> None:
    found = copies([one("a", 1, tree="T", parents=("z",)), one("z", 1, tree="T")])
    assert found == {(1, "a"): (1, "z")}


def test_a_squashed_pull_request_owns_its_commits() -> None:
    """To bring them once more, by another pull request, is to copy; its own squash is no copy."""
    own, squash = one("own", 5, pull_request=1).commit, one("squash", 1, pull_request=1).commit
    history = History({c.oid: c for c in (own, squash)}, [], [Merge(7, 1, "refs/heads/main", "squash", 1, "2026")], "")
    by_7 = Landing("2026", "2026", "T1", "pull_request", 1, pull_request=7)
    by_8 = Landing("2027", "2027", "T1", "pull_request", 1, pull_request=8)
    assert taken_elsewhere(history, {"own": by_8, "squash": by_7}) == {"own": "squash"}
    assert taken_elsewhere(history, {"own": by_7, "squash": by_7}) == {}


def by_pull(oid: str, day: int, pull: int, repo: int = 1, left: int | None = None, **values: Any) -> Landed:
    """A commit that a pull request landed."""
    at = f"2026-01-{day:02}T00:00:00Z"
    left_at = f"2026-01-{left:02}T00:00:00Z" if left else None
    landing = Landing(at, at, "T1", "pull_request", 1, pull_request=pull, left_at=left_at)
    return Landed(repo, one(oid, day, repo, **values).commit, landing)


OWN = {7: [OwnCommit("own", "Fix it", "2026-01-01T00:00:00Z", 20, 0)]}


@pytest.mark.parametrize(
    "again",
    [
        one("own", 2),
        one("own", 2, repo=2),
        one("new", 2, **LIKE),
        one("new", 2, repo=2, **LIKE),
        by_pull("new", 2, pull=8, **LIKE),
        one("new", 1, tier="T3", **LIKE),
    ],
    ids=["oid", "oid elsewhere", "likeness", "likeness elsewhere", "another pull request", "dated by its client"],
)
def test_the_own_commits_of_a_squashed_pull_request_landed_with_it(again: Landed) -> None:
    assert copies([again, by_pull("squash", 1, pull=7)], OWN) == {(again.repository, again.commit.oid): (1, "squash")}


def test_these_are_no_copies_of_a_pull_requests_own_commits() -> None:
    squash = by_pull("squash", 3, pull=7)
    assert copies([squash, by_pull("then", 3, pull=7, **LIKE)], OWN) == {}, "it came with the pull request itself"
    assert copies([squash, one("own", 2)], OWN) == {}, "it landed before"
    assert copies([squash, one("m", 4, is_merge=True, **LIKE)], OWN) == {}, "a merge"
    assert copies([squash, one("new", 4, additions=21, **LIKE)], OWN) == {}, "another size"
    assert copies([one("new", 4, **LIKE)], OWN) == {}, "the pull request has not landed"
    empty = {7: [OwnCommit("own", "Fix it", "2026-01-01T00:00:00Z", 0, 0)]}
    assert copies([squash, one("new", 4, additions=0, **LIKE)], empty) == {}, "nothing in common"


def test_a_squash_that_was_dropped_still_owns_its_commits() -> None:
    old = by_pull("old", 1, pull=7, left=2)
    assert copies([old, one("own", 3)], OWN) == {(1, "own"): (1, "old")}


def test_too_many_commits_that_one_event_dates_are_an_import() -> None:
    def contained(count: int) -> list[Landed]:
        at = "2026-02-01T00:00:00Z"
        how = Landing(at, at, "T1", "contained_by", None, contained_in="release")
        return [row._replace(landing=how) for row in batch(count)]

    assert bulk_landings(contained(200)) == set()
    assert bulk_landings(contained(201)) == {(1, "release")}


def batch(count: int, last: str = "2026-01-01T00:00:00Z", by: str = "push") -> list[Landed]:
    how = Landing("2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", "T1", by, 1, push=4)
    return [
        Landed(1, one(f"c{n}", 1, committed_at=last if n else "2026-01-01T00:00:00Z").commit, how) for n in range(count)
    ]


def test_a_push_of_many_commits_or_of_old_ones_is_an_import() -> None:
    assert bulk_landings(batch(200)) == set()
    assert bulk_landings(batch(201)) == {(1, 4)}
    assert bulk_landings(batch(201), merged={4}) == set(), "GitHub merged a pull request by it"
    assert bulk_landings(batch(2, "2026-01-31T00:00:00Z")) == set()
    assert bulk_landings(batch(2, "2026-01-31T00:00:01Z")) == {(1, 4)}


def test_what_landed_by_pull_requests_is_no_import_whoever_pushed_it_on() -> None:
    assert bulk_landings(batch(500, "2026-06-01T00:00:00Z", by="pull_request")) == set()
