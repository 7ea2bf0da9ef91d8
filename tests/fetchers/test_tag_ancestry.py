"""Releases beside the default branch: from their tag down to where it left the branch."""

from typing import Any


def test_release_of_a_side_branch(lab: Any) -> None:
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
    asked = len(lab.asked("TagHistories"))
    lab.night()
    assert len(lab.asked("TagHistories")) == asked


def test_release_on_the_default_branch_costs_nothing(lab: Any) -> None:
    repo = lab.repository()
    repo.release("v1", lab.alice, "2025-03-03")
    lab.sync()
    assert lab.query("SELECT count(*) FROM tag_ancestry") == [0]
    assert lab.asked("TagHistories") == []
