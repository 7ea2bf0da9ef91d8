from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from collector.derive.history import Commit, History, Merge, Publication, Push
from collector.derive.landings import Landing, land

MAIN, DEV = "refs/heads/main", "refs/heads/dev"
ANN, BOB, CAT = 1, 2, 3


def commit(oid: str, *parents: str, at: str = "2000", **values: Any) -> Commit:
    row: dict[str, Any] = {
        "committed_at": at, "authored_at": at, "headline": oid, "tree": f"tree {oid}", "additions": 20, "deletions": 0,
        "is_merge": len(parents) > 1, "signed_by_github": False, "verified_at": None, "signer": None,
        "pull_request": None,
    }  # fmt: skip
    return Commit(oid, parents, **{**row, **values})


def push(
    ident: int, before: str, after: str, at: str, by: int | None = CAT, ref: str = MAIN, kind: str = "push"
) -> Push:
    return Push(ident, ref, before, after, kind, by, at)


def landed(
    commits: list[Commit],
    pushes: Sequence[Push] = (),
    merges: Sequence[Merge] = (),
    publications: Sequence[Publication] = (),
) -> dict[str, Landing]:
    known = {c.oid: c for c in commits}
    return land(History(known, [*pushes], [*merges], MAIN, publications=[*publications]))


BASE = commit("base", signed_by_github=True)


def test_a_merged_pull_request_lands_its_commits_at_its_merge_by_its_author() -> None:
    commits = [BASE, commit("a", "base"), commit("m", "base", "a")]
    merges = [Merge(7, 1, MAIN, "m", ANN, "2020")]
    for pushes in ([], [push(1, "base", "m", "2021", kind="pr_merge")]):
        found = landed(commits, pushes, merges)
        assert found["a"] == found["m"] == Landing("2020", "2020", "T1", "pull_request", ANN, pull_request=7)
        assert found["base"].landed_by == "signature"


def test_a_squashed_pull_request_lands_as_one_commit() -> None:
    found = landed([BASE, commit("s", "base")], [], [Merge(7, 1, MAIN, "s", ANN, "2020")])
    assert (found["s"].pull_request, found["s"].person) == (7, ANN)


def test_a_rebased_pull_request_lands_all_its_commits_and_none_before() -> None:
    commits = [
        BASE,
        commit("other", "base"),
        *(commit(f"r{n}", p, pull_request=1) for n, p in ((1, "other"), (2, "r1"))),
    ]
    found = landed(commits, [], [Merge(7, 1, MAIN, "r2", ANN, "2020")])
    assert [found[o].pull_request for o in ("other", "r1", "r2")] == [None, 7, 7]
    found = landed(commits, [push(1, "other", "r2", "2020", kind="pr_merge")], [Merge(7, 1, MAIN, "r2", ANN, "2020")])
    assert [found[o].pull_request for o in ("other", "r1", "r2")] == [None, 7, 7]


def test_work_lands_with_its_own_pull_request_not_with_the_promotion() -> None:
    commits = [BASE, commit("a", "base"), commit("m", "base", "a"), commit("p", "base", "m")]
    merges = [Merge(7, 1, DEV, "m", ANN, "2020"), Merge(8, 2, MAIN, "p", BOB, "2023")]
    found = landed(commits, [], merges)
    assert found["a"] == Landing("2020", "2023", "T1", "pull_request", ANN, pull_request=7)
    assert found["p"].person == BOB


def test_a_pull_request_into_a_branch_that_goes_nowhere_lands_nothing() -> None:
    found = landed([BASE, commit("a", "base")], [push(1, "base", "a", "2022")], [Merge(7, 1, DEV, "gone", ANN, "2020")])
    assert found["a"].landed_by == "push"


def test_a_back_merge_brings_nothing_that_the_default_branch_had() -> None:
    commits = [BASE, commit("a", "base"), commit("back", "base", "a"), commit("p", "a", "back")]
    pushes = [push(1, "base", "a", "2020", CAT)]
    merges = [Merge(7, 1, DEV, "back", BOB, "2021"), Merge(8, 2, MAIN, "p", ANN, "2022")]
    assert landed(commits, pushes, merges)["a"].person == CAT


def test_a_push_straight_to_the_base_of_pull_requests_lands_by_that_push() -> None:
    commits = [BASE, commit("m", "base"), commit("d", "m"), commit("p", "base", "d")]
    pushes = [push(1, "m", "d", "2021", CAT, DEV)]
    merges = [Merge(7, 1, DEV, "m", ANN, "2020"), Merge(8, 2, MAIN, "p", BOB, "2023")]
    assert landed(commits, pushes, merges)["d"] == Landing("2021", "2023", "T1", "push", CAT, push=1)
    # Without a pull request into it, the branch is nobody's base, and the promotion lands what is on it.
    assert landed(commits, pushes, merges[1:])["d"].person == BOB


def test_the_first_row_of_the_log_lands_what_it_brings_not_what_was_there() -> None:
    commits = [BASE, commit("a", "base"), commit("b", "a"), commit("c", "b")]
    found = landed(commits, [push(1, "a", "b", "2020", ANN), push(2, "b", "c", "2021", BOB)])
    assert (found["a"].tier, found["b"].person, found["c"].person) == ("T3", ANN, BOB)
    found = landed(commits, [push(1, "0" * 40, "b", "2020", ANN, kind="branch_creation")])
    assert found["base"].push == found["b"].push == 1


def test_pushes_that_the_log_shows_after_a_merge_built_on_them_land_what_they_bring() -> None:
    # GitHub's two clocks differ by seconds, so that on a busy branch a merge may seem older than what it was built on.
    commits = [BASE, commit("a", "base"), commit("b", "a"), commit("f", "base"), commit("m", "b", "f")]
    pushes = [
        push(1, "base", "a", "2020-01-03", CAT),
        push(2, "a", "b", "2020-01-04", BOB),
        push(3, "b", "m", "2020-01-05", ANN, kind="pr_merge"),
    ]
    found = landed(commits, pushes, [Merge(7, 1, MAIN, "m", ANN, "2020-01-02")])
    assert [(found[o].landed_by, found[o].person) for o in ("a", "b")] == [("push", CAT), ("push", BOB)]
    assert [found[o].pull_request for o in ("f", "m")] == [7, 7]
    assert found["base"].landed_by == "signature"


def test_a_push_that_carries_pull_requests_lands_them_and_the_rest_by_itself() -> None:
    """A merge queue pushes first; GitHub says a moment later, and at once of all, that they are merged."""
    commits = [BASE, *(commit(f"x{n}", "base") for n in (1, 2)), commit("m1", "base", "x1"), commit("m2", "m1", "x2")]
    commits.append(commit("extra", "m2"))
    pushes = [push(5, "base", "extra", "2020-01-01T00:00:00Z")]
    merges = [
        Merge(8, 2, MAIN, "m2", BOB, "2020-01-01T00:00:02Z"),
        Merge(7, 3, MAIN, "m1", ANN, "2020-01-01T00:00:02Z"),
    ]
    found = landed(commits, pushes, merges)
    assert [found[o].person for o in ("x1", "m1", "x2", "m2", "extra")] == [ANN, ANN, BOB, BOB, CAT]


def test_a_push_and_a_merge_in_the_same_second_each_land_their_own() -> None:
    commits = [commit("base"), commit("a", "base"), commit("m", "base", "a")]
    found = landed(commits, [push(1, "0" * 40, "base", "2020")], [Merge(7, 1, MAIN, "m", ANN, "2020")])
    assert [found[o].person for o in ("base", "a", "m")] == [CAT, ANN, ANN]


def test_without_a_move_by_githubs_word_then_its_signature_then_verification_then_the_clients_date() -> None:
    commits = [
        commit("g", signed_by_github=True, at="2001"),
        commit("v", at="2025-01-01", verified_at="2025-01-02", signer=ANN),
        commit("t", at="2003"), commit("w", pull_request=1), commit("m"),
    ]  # fmt: skip
    found = landed(commits, [], [Merge(7, 1, MAIN, "m", BOB, "2020")])
    assert found["g"] == Landing("2001", "2001", "T1", "signature", None)
    assert found["v"] == Landing("2025-01-02", "2025-01-02", "T2", "verification", ANN)
    assert found["t"] == Landing("2003", "2003", "T3", "committer_date", None)
    assert found["w"] == Landing("2020", "2020", "T1", "pull_request", BOB, pull_request=7, partial=True)


@pytest.mark.parametrize(
    ("committed_at", "verified_at", "tier"),
    [
        ("2025-01-01T00:00:00Z", "2025-01-08T00:00:00Z", "T2"),
        ("2025-01-01T00:00:00Z", "2025-01-08T00:00:01Z", "T3"),
        ("2025-01-08T00:00:00Z", "2025-01-01T00:00:00Z", "T2"),
        ("2024-11-06T00:00:00Z", "2024-11-06T00:00:00Z", "T2"),
        ("2024-11-05T16:00:00Z", "2024-11-05T16:16:04Z", "T3"),
        ("2023-08-12T00:00:00Z", "2024-01-16T19:59:59Z", "T3"),
    ],
    ids=["a week", "over a week", "a clock ahead", "the first day", "the last batch", "an earlier batch"],
)
def test_verification_dates_a_commit_only_when_it_came_with_it(committed_at: str, verified_at: str, tier: str) -> None:
    """GitHub filled in the verification of older commits later, in batches, and a key may be added years after."""
    found = landed([commit("a", at=committed_at, verified_at=verified_at)])["a"]
    assert (found.tier, found.landed_at) == (tier, verified_at if tier == "T2" else committed_at)


def test_a_commit_whose_date_no_calendar_has_is_dated_by_what_brought_it_or_not_at_all() -> None:
    odd = commit("odd")._replace(committed_at=None, authored_at=None, verified_at="2025-01-01", signed_by_github=True)
    assert landed([odd])["odd"] == Landing("", "", "T3", "committer_date", None)
    assert landed([odd], [push(1, "0" * 40, "odd", "2025")])["odd"].landed_at == "2025"


def test_a_pull_request_that_also_brings_what_landed_otherwise_is_partial() -> None:
    """Its files tell of all that it brings."""
    commits = [BASE, commit("a", "base"), commit("b", "a"), commit("m", "base", "a"), commit("p", "base", "b")]
    alone = Merge(8, 2, MAIN, "p", BOB, "2023")
    assert not landed(commits, [], [alone])["b"].partial
    dev = Merge(7, 1, DEV, "a", ANN, "2020")
    assert landed(commits, [], [dev, alone])["b"].partial
    assert not landed(commits, [], [dev, alone])["a"].partial


def test_a_pull_request_that_brings_dropped_work_back_is_partial() -> None:
    """Its files tell of the dropped work again, which landed on its own day."""
    commits = [BASE, commit("a", "base"), commit("b", "a"), commit("m", "base", "b"), commit("n", "m", "c"),
               commit("c", "m")]  # fmt: skip
    log = [push(1, "base", "a", "2020", ANN), push(2, "a", "base", "2021", ANN, kind="force_push")]
    merge, next_merge = Merge(8, 1, MAIN, "m", BOB, "2022"), Merge(9, 2, MAIN, "n", BOB, "2023")
    for more in ([], [push(3, "base", "m", "2022", BOB, kind="pr_merge")]):
        found = landed(commits, [*log, *more], [merge])
        assert (found["a"].landed_at, found["b"].landed_at, found["b"].partial) == ("2020", "2022", True)
    both = landed(commits, [push(3, "base", "n", "2023", BOB)], [merge, next_merge])
    assert (both["b"].partial, both["c"].partial) == (False, False)


def test_what_was_there_before_the_log_has_landed_with_the_first_event_that_contains_it() -> None:
    commits = [commit("a"), commit("b", "a"), commit("c", "b"), commit("m", "c"), commit("d", "m"), commit("e", "d")]
    merges = [Merge(7, 1, MAIN, "m", ANN, "2022")]
    found = landed(
        commits, [push(1, "m", "d", "2023", BOB)], merges, [Publication("2021", "b"), Publication("2024", "e")]
    )
    assert found["a"] == found["b"] == Landing("2021", "2021", "T1", "contained_by", None, contained_in="b")
    assert (found["c"].landed_at, found["c"].contained_in) == ("2022", "m")
    assert (found["m"].person, found["d"].person) == (ANN, BOB)
    assert (found["e"].landed_at, found["e"].landed_by) == ("2024", "contained_by")


def test_a_release_on_a_branch_of_its_own_contains_what_that_began_with() -> None:
    beside = {c.oid: c for c in (commit("tag", "fix"), commit("fix", "a"))}
    history = History({c.oid: c for c in (commit("a"), commit("b", "a"))}, [], [], MAIN, beside)
    found = land(replace(history, publications=[Publication("2021", "tag")]))
    assert (found["a"].landed_at, found["a"].tier, found["b"].tier) == ("2021", "T1", "T3")


def test_a_signature_dates_better_than_what_contains() -> None:
    found = landed([commit("a", signed_by_github=True)], [], [], [Publication("2021", "a")])
    assert (found["a"].landed_at, found["a"].landed_by) == ("2000", "signature")


def test_what_a_force_push_drops_for_good_leaves_then() -> None:
    commits = [BASE, commit("a", "base", gone_at="2024"), commit("other", "base")]
    pushes = [push(1, "base", "a", "2020", ANN), push(2, "a", "other", "2022", BOB, kind="force_push")]
    found = landed(commits, pushes)
    assert (found["a"].landed_at, found["a"].left_at) == ("2020", "2022")
    assert (found["other"].landed_at, found["other"].left_at) == ("2022", None)


def test_what_a_branch_lost_when_it_was_deleted_and_created_anew_leaves_with_the_deletion() -> None:
    commits = [BASE, commit("kept", "base"), commit("a", "kept", gone_at="2024"), commit("b", "kept")]
    commits += [commit("later", "b", gone_at="2025")]
    pushes = [
        push(1, "base", "a", "2020", ANN),
        push(2, "a", "0" * 40, "2022", ANN, kind="branch_deletion"),
        push(3, "0" * 40, "b", "2023", BOB, kind="branch_creation"),
        push(4, "b", "later", "2024", BOB),
    ]
    found = landed(commits, pushes)
    assert {oid: how.left_at for oid, how in found.items()} == {
        "base": None, "kept": None, "a": "2022", "b": None, "later": "2025",
    }  # fmt: skip
    assert (found["kept"].landed_at, found["b"].landed_at) == ("2020", "2023")


def test_without_the_log_a_commit_leaves_when_it_was_found_gone() -> None:
    found = landed([BASE, commit("a", "base", gone_at="2024", signed_by_github=True)])
    assert found["a"].left_at == "2024"


def test_a_default_branch_made_from_another_keeps_the_landings_there() -> None:
    """A renamed branch: its pull requests keep the old name."""
    commits = [BASE, commit("a", "base"), commit("m", "base", "a")]
    pushes = [push(1, "0" * 40, "m", "2023", BOB, kind="branch_creation")]
    found = landed(commits, pushes, [Merge(7, 1, "refs/heads/master", "m", ANN, "2020")])
    assert (found["a"].person, found["a"].landed_at) == (ANN, "2020")
