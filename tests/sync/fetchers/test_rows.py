"""From GitHub's answers to rows."""

import pytest

from collector.github import commit_models
from collector.github import models as m
from collector.store.batch import Batch
from collector.sync.fetchers import rows


def test_bots_have_one_login_in_both_apis() -> None:
    batch = Batch()
    rows.account(batch, m.Account(typename="Bot", login="helper", database_id=1))
    rows.account(batch, m.Account(typename="Bot", login="helper[bot]", database_id=1))
    rows.account(batch, m.Account(typename="User", login="helper", database_id=2))
    assert [row["login"] for row in batch.rows["accounts"]] == ["helper[bot]", "helper[bot]", "helper"]


def test_deleted_account_is_nobody() -> None:
    batch = Batch()
    assert rows.account(batch, None) is None
    assert batch.rows == {}


def commit(**values: object) -> commit_models.Commit:
    answer = {
        "oid": "c" * 40,
        "tree": {"oid": "e" * 40},
        "parents": {"totalCount": 1, "nodes": [{"oid": "f" * 40}]},
        "authoredDate": "2025-01-01T00:00:00Z",
        "committedDate": "2025-01-01T02:00:00+02:00",
        "messageHeadline": "A change",
        **values,
    }
    return m.parse(commit_models.Commit, answer, "CommitHistory")


def stored(found: commit_models.Commit) -> dict[str, object]:
    batch = Batch()
    rows.commit(batch, found, 1, None)
    return batch.rows["commits"][0]


MERGED, LATER = "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z"


@pytest.mark.parametrize(
    ("pulls", "number"),
    [
        ([], None),
        ([(1, "main", None, "ours"), (2, "dev", MERGED, "ours")], None),
        ([(3, "main", LATER, "ours"), (4, "main", MERGED, "ours")], 4),
        ([(3, "main", MERGED, "another"), (5, "main", LATER, "ours")], 5),
        ([(3, "main", MERGED, None)], None),
    ],
    ids=["none", "not merged, or elsewhere", "the earliest", "not a fork's", "not a lost repository's"],
)
def test_commit_belongs_to_the_earliest_pull_request_merged_into_the_default_branch(
    pulls: list[tuple[int, str, str | None, str | None]], number: int | None
) -> None:
    nodes = [
        {"number": n, "baseRefName": base, "mergedAt": at, "baseRepository": repository and {"id": repository}}
        for n, base, at, repository in pulls
    ]
    found = commit(associatedPullRequests={"totalCount": len(nodes), "nodes": [*nodes, None]})
    assert rows.pull_request_of(found.associated_pull_requests, "ours", "main") == number


def test_times_are_utc() -> None:
    assert stored(commit())["committed_at"] == "2025-01-01T00:00:00Z"


def test_what_github_does_not_serve_of_a_commit_is_null() -> None:
    odd = commit(committedDate="10889-08-02T05:06:07Z", authoredDate="0001-01-01T00:00:00+12:00", tree=None)
    row = stored(odd)
    assert (row["committed_at"], row["authored_at"], row["tree_oid"]) == (None, None, None)
    assert stored(commit(signature={"state": None, "isValid": None, "verifiedAt": "soon"}))["signed_by_github"] == 0


def test_parents_are_all_there_or_unknown() -> None:
    assert commit().parent_oids == ["f" * 40]
    assert commit(parents=None).parent_oids is None
    assert commit(parents={"totalCount": 2, "nodes": [{"oid": "f" * 40}, None]}).parent_oids is None
    assert commit(parents={"totalCount": 11, "nodes": [{"oid": "f" * 40}]}).parent_oids is None


def test_only_a_valid_signature_says_when_it_was_verified() -> None:
    signature = {
        "isValid": False,
        "state": "UNKNOWN_KEY",
        "wasSignedByGitHub": True,
        "verifiedAt": "2025-01-01T00:00:00Z",
    }
    row = stored(commit(signature=signature))
    assert (row["signature"], row["verified_at"], row["signed_by_github"]) == ("UNKNOWN_KEY", None, 0)
    row = stored(commit(signature={**signature, "isValid": True, "state": "VALID"}))
    assert (row["signature"], row["verified_at"], row["signed_by_github"]) == ("VALID", "2025-01-01T00:00:00Z", 1)


def test_annotated_tag_leads_to_its_commit() -> None:
    target = {"__typename": "Tag", "oid": "a" * 40, "tagger": {"date": "2025-01-01T00:00:00Z"}}
    nested = {"__typename": "Tag", "oid": "b" * 40, "target": {"__typename": "Commit", "oid": "c" * 40}}
    batch = Batch()
    for name, pointed in (("v1", {**target, "target": nested}), ("v2", {"__typename": "Commit", "oid": "d" * 40})):
        rows.tag(batch, m.parse(m.Tag, {"name": name, "target": pointed}, "Tags"), 1)
    shown = [(row["oid"], row["target_oid"], row["tagged_at"]) for row in batch.rows["tags"]]
    assert shown == [("c" * 40, "a" * 40, "2025-01-01T00:00:00Z"), ("d" * 40, "d" * 40, None)]


def test_answer_that_is_odd_names_the_field() -> None:
    with pytest.raises(
        m.OddAnswer,
        match=r"to CommitHistory does not match its schema at oid: input should be a valid string, got null",
    ):
        commit(oid=None)


def test_hole_in_a_list_is_refused() -> None:
    with pytest.raises(m.OddAnswer, match=r"schema at nodes\[1\]"):
        m.parse(m.Page[m.Oid], {"nodes": [{"oid": "a" * 40}, None]}, "a list")


def test_an_account_without_a_number_has_the_one_in_its_node_id() -> None:
    shown = {"__typename": "User", "login": "alice", "id": "U_kgDOABPHjQ", "databaseId": None}
    assert rows.account(Batch(), m.parse(m.Account, shown, "an account")) == 1296269
    assert rows.account(Batch(), m.parse(m.Account, {**shown, "id": "opaque"}, "an account")) is None
