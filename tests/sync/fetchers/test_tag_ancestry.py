"""Releases beside the default branch: from their tag down to where it left the branch."""

from itertools import pairwise

from tests.lab import Lab


def test_release_of_a_side_branch(lab: Lab) -> None:
    repo = lab.repository()
    base = repo.commit("Base", lab.alice, "2025-03-01")
    repo.push(at="2025-03-01")
    side = [
        repo.commit(f"Side {n}", lab.alice, "2025-03-02", branch="v1", parents=None if n else [base]) for n in range(3)
    ]
    repo.push(branch="v1", at="2025-03-02")
    repo.release("v1.0.1", lab.alice, "2025-03-03", target=side[-1])
    lab.sync()
    down = [(commit.oid, parent.oid) for commit, parent in zip(side, [base, *side], strict=False)]
    assert sorted(lab.query("SELECT oid, parent FROM tag_ancestry")) == sorted(down)
    assert not set(lab.query("SELECT oid FROM commits")) & {commit.oid for commit in side}
    told = lab.query("SELECT headline, authored_at, is_merge, additions, deletions FROM tagged_commits ORDER BY 1")
    assert told == [(f"Side {n}", "2025-03-02T00:00:00Z", 0, 20, 0) for n in range(3)]
    asked = len(lab.asked("TagHistories"))
    lab.night()
    assert len(lab.asked("TagHistories")) == asked


def test_a_tagged_commit_that_is_merged_later(lab: Lab) -> None:
    repo = lab.repository()
    base = repo.commit("Base", lab.alice, "2025-03-01")
    repo.push(at="2025-03-01")
    side = repo.commit("Side", lab.alice, "2025-03-02", branch="v1", parents=[base])
    repo.push(branch="v1", at="2025-03-02")
    repo.release("v1.0.1", lab.alice, "2025-03-03", target=side)
    lab.sync()
    assert lab.query("SELECT oid FROM tagged_commits WHERE gone_at IS NULL") == [side.oid]
    lab.world.move(days=1)
    repo.push(repo.commit("Merge", lab.alice, parents=[base, side]))
    lab.night()
    assert lab.query("SELECT oid FROM tagged_commits WHERE gone_at IS NULL") == []
    assert lab.differences() == {}


def test_release_on_the_default_branch_costs_nothing(lab: Lab) -> None:
    repo = lab.repository()
    repo.release("v1", lab.alice, "2025-03-03")
    lab.sync()
    assert lab.query("SELECT count(*) FROM tag_ancestry") == [0]
    assert lab.asked("TagHistories") == []


def test_a_tag_of_a_tag_of_a_tag_leads_to_its_commit(lab: Lab) -> None:
    """A release may be stored with the oid of the tag object, where its tag was moved."""
    repo = lab.repository()
    base = repo.commit("Base", lab.alice, "2025-03-01")
    repo.push(at="2025-03-01")
    side = repo.commit("Side", lab.alice, "2025-03-02", branch="v1", parents=[base])
    repo.push(branch="v1", at="2025-03-02")
    tag = repo.tag("v1.0.1", side, "2025-03-03", annotated=True, nested=2)
    repo.release("v1.0.1", lab.alice, "2025-03-03", target=side)
    lab.sync()
    objects = [tag.oid(lab.world.now, depth) for depth in range(3)]
    lab.change("UPDATE releases SET tag_oid = ?", objects[0])
    lab.night()
    chain = [*objects, side.oid, base.oid]
    followed = set(lab.query("SELECT oid, parent FROM tag_ancestry"))
    assert followed == set(pairwise(chain))


def test_a_tagged_commit_that_is_served_in_no_list_is_read_alone(lab: Lab) -> None:
    repo = lab.repository()
    base = repo.commit("Base", lab.alice, "2025-03-01")
    repo.push(at="2025-03-01")
    side = [
        repo.commit(f"Side {n}", lab.alice, "2025-03-02", branch="v1", parents=None if n else [base]) for n in range(3)
    ]
    repo.push(branch="v1", at="2025-03-02")
    repo.release("v1.0.1", lab.alice, "2025-03-03", target=side[-1])
    true = [(commit.oid, parent.oid) for commit, parent in zip(side, [base, *side], strict=False)]
    lab.world.odd.poison(side[1], "committedDate")
    fault = lab.server.fail("/commits", "404", times=None)
    report = lab.sync()
    assert (report.exit_code, [kind for _, kind, _ in report.failures]) == (3, ["tag_ancestry"])
    lab.server.faults.remove(fault)
    assert lab.night().exit_code == 0
    assert sorted(lab.query("SELECT oid, parent FROM tag_ancestry")) == sorted(true)


def test_what_an_earlier_version_did_not_read_is_read_now(lab: Lab) -> None:
    repo = lab.repository()
    side = repo.commit("Side", lab.alice, "2025-03-02", branch="v1", parents=[lab.commit(repo.tip())])
    repo.push(branch="v1", at="2025-03-02")
    repo.release("v1.0.1", lab.alice, "2025-03-03", target=side)
    lab.sync()
    lab.change("DELETE FROM tagged_commits")
    lab.change("UPDATE sync_state SET fingerprint = NULL WHERE kind = 'commit_sizes'")
    lab.night()
    assert lab.query("SELECT oid, additions FROM tagged_commits") == [(side.oid, 20)]
    assert lab.differences() == {}


def test_a_pick_from_the_default_branch_gets_its_size_and_that_of_its_original(lab: Lab) -> None:
    repo = lab.repository()
    base = repo.commit("Base", lab.alice, "2025-03-01")
    pull = repo.pull_request("Fix", lab.bob, "2025-03-02", fork=True)
    merged = pull.merge(lab.alice, "2025-03-03", method="squash")
    repo.push(at="2025-03-03")
    pick = repo.commit(
        merged.headline, lab.alice, "2025-03-04", branch="v1", parents=[base], authored_at=merged.authored_at
    )
    repo.release("v1.0.1", lab.alice, "2025-03-05", target=pick)
    lab.sync()
    lab.night()
    assert lab.query("SELECT additions FROM commits WHERE oid = ?", merged.oid) == [20]
    assert lab.query("SELECT additions FROM tagged_commits") == [20]
