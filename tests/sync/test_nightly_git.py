"""After every night, the commits, tags and releases that are live are those of a fresh full sync."""

from datetime import date

from collector.emulator.git import Commit
from collector.emulator.repository import Repository
from tests.lab import Lab


def test_branch_merged_weeks_after_it_was_made(lab: Lab) -> None:
    repo = lab.repository()
    old = repo.pull_request("Slow work", lab.bob, "2025-06-01", commits=12, head="slow")
    for day in range(1, 120):
        repo.commit(f"Work {day}", lab.alice, f"2025-{6 + day // 30:02}-{1 + day % 28:02}")
    repo.push(by=lab.alice, at="2025-10-20")
    lab.sync()
    assert not any("Slow work" in h for h in lab.query("SELECT headline FROM commits"))
    lab.world.move(days=1)
    old.merge(lab.alice)
    lab.sync()
    assert sum("Slow work, part" in h for h in lab.query("SELECT headline FROM commits WHERE gone_at IS NULL")) == 12
    assert lab.differences() == {}


def test_force_push_marks_the_old_commits_and_is_written_down(lab: Lab) -> None:
    repo = lab.repository()
    keep = repo.commit("Keep", lab.alice, "2025-03-01")
    repo.push(at="2025-03-01")
    dropped = [repo.commit(f"Oops {n}", lab.alice, "2025-03-02") for n in range(3)]
    repo.push(at="2025-03-02")
    lab.sync()
    lab.world.move(days=1)
    right = repo.commit("Right", lab.alice, parents=[keep])
    repo.push(right)
    lab.sync()
    gone = lab.query("SELECT oid FROM commits WHERE gone_at IS NOT NULL")
    assert set(gone) == {c.oid for c in dropped}
    rewrite = lab.query("SELECT old, new FROM changes WHERE \"table\" = 'repositories' AND \"column\" = 'head_oid'")
    assert rewrite == [(dropped[-1].oid, right.oid)]
    assert lab.differences() == {}
    lab.world.move(days=1)
    repo.push(dropped[-1], kind="force_push")
    lab.sync()
    assert lab.query("SELECT oid FROM commits WHERE gone_at IS NOT NULL") == [right.oid]
    assert lab.differences() == {}


def kept_since_yesterday(lab: Lab) -> tuple[Repository, Commit]:
    """A repository with one commit, which was synced a day ago."""
    repo = lab.repository()
    keep = repo.commit("Keep", lab.alice, "2025-03-01")
    repo.push(at="2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    return repo, keep


def test_commits_pushed_and_dropped_between_two_nights_are_stored_as_gone(lab: Lab) -> None:
    repo, keep = kept_since_yesterday(lab)
    lost = repo.commit("Secret", lab.alice)
    repo.push()
    repo.push(repo.commit("Public", lab.alice, parents=[keep]))
    lab.sync()
    assert lab.query("SELECT gone_at IS NOT NULL FROM commits WHERE oid = ?", lost.oid) == [1]
    assert lab.differences() == {}


def test_what_a_deleted_and_recreated_default_branch_had_is_stored_as_gone(lab: Lab) -> None:
    repo, keep = kept_since_yesterday(lab)
    lost = repo.commit("Secret", lab.alice)
    repo.push(by=lab.alice)
    repo.delete_branch("main", by=lab.alice)
    repo.push(repo.commit("Public", lab.alice, parents=[keep]), by=lab.alice)
    lab.sync()
    assert lab.query("SELECT gone_at IS NOT NULL FROM commits WHERE oid = ?", lost.oid) == [1]
    assert lab.differences() == {}


def test_what_a_former_default_branch_got_after_the_last_sync_is_stored_as_gone(lab: Lab) -> None:
    repo, keep = kept_since_yesterday(lab)
    late = repo.commit("Late", lab.alice)
    repo.push(by=lab.alice)
    repo.push(repo.commit("Public", lab.alice, parents=[keep]), branch="trunk", by=lab.alice)
    repo.change(None, default_branch="trunk")
    repo.delete_branch("main", by=lab.alice)
    lab.sync()
    assert lab.query("SELECT gone_at IS NOT NULL FROM commits WHERE oid = ?", late.oid) == [1]
    assert lab.differences() == {}


def test_backdated_commit_hides_nothing_behind_it(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(30):
        repo.commit(f"Early {n}", lab.alice, f"2025-03-{n + 1:02}")
    for n in range(12):
        repo.commit(f"Backdated {n}", lab.alice, f"2011-03-{n + 1:02}")
    for n in range(150):
        repo.commit(f"Late {n}", lab.alice, f"2025-{5 + n // 28:02}-{n % 28 + 1:02}")
    repo.push(at="2025-11-01")
    lab.sync()
    assert len(lab.live("commits")) == 1 + 30 + 12 + 150
    assert lab.differences() == {}


def test_history_before_the_start_is_not_read_but_what_lands_later_is(lab: Lab) -> None:
    repo = lab.world.repository("example/old", "2020-01-01")
    lab.tracked.append("example/old")
    for year in range(2020, 2026):
        repo.commit(f"Year {year}", lab.alice, f"{year}-05-05")
    side = repo.commit("Side", lab.alice, "2021-06-01", branch="side", parents=[])
    repo.push(at="2025-05-05")
    lab.sync()
    assert lab.query("SELECT headline FROM commits") == ["Year 2025"]
    lab.world.move(days=1)
    tip = lab.commit(repo.tip())
    merge = repo.commit("Merge", lab.alice, parents=[tip, side])
    repo.push(merge)
    lab.sync()
    assert set(lab.query("SELECT headline FROM commits")) == {"Year 2025", "Side", "Merge"}
    lab.sync(since=date(2023, 1, 1))
    stored = set(lab.query("SELECT headline FROM commits WHERE gone_at IS NULL"))
    assert stored == {"Year 2023", "Year 2024", "Year 2025", "Side", "Merge"}


def test_tag_that_is_moved_changes_its_release_too(lab: Lab) -> None:
    repo = lab.repository()
    first = repo.commit("One", lab.alice, "2025-03-01")
    repo.push(at="2025-03-01")
    repo.release("v1", lab.alice, "2025-03-02", target=first)
    lab.sync()
    lab.world.move(days=1)
    repo.commit("Two", lab.alice)
    repo.push()
    repo.tag("v1")
    lab.sync()
    assert lab.differences() == {}
    changed = lab.query("SELECT \"table\", old FROM changes WHERE \"column\" IN ('oid', 'tag_oid')")
    assert sorted(changed) == [("releases", first.oid), ("tags", first.oid)]
    lab.world.move(days=1)
    repo.tags["v1"].put(lab.world.now, deleted=True)
    lab.sync()
    assert lab.differences() == {}
    assert lab.query("SELECT count(*) FROM tags WHERE gone_at IS NOT NULL") == [1]


def test_release_that_is_published_again_or_deleted(lab: Lab) -> None:
    repo = lab.repository()
    releases = [repo.release(f"v{n}", lab.alice, f"2025-03-{n + 1:02}") for n in range(25)]
    lab.sync()
    lab.world.move(days=1)
    releases[3].change(draft=True)
    releases[3].change(draft=False)
    releases[7].change(name="Another name", body="More")
    releases[11].change(deleted=True)
    lab.sync()
    assert lab.differences() == {}
    published = lab.query("SELECT old FROM changes WHERE \"column\" = 'published_at'")
    assert published == ["2025-03-04T00:00:00Z"]
    assert lab.query("SELECT tag_name FROM releases WHERE gone_at IS NOT NULL") == ["v11"]


def test_long_lists_of_tags_are_read_whole_once_a_week(lab: Lab) -> None:
    repo = lab.repository()
    early = repo.commit("Early", lab.alice, "2025-02-10")
    commits = [repo.commit(f"Work {n}", lab.alice, f"2025-03-{n // 5 + 1:02}") for n in range(120)]
    repo.push(at="2025-04-01")
    for n, commit in enumerate(commits):
        repo.tag(f"t{n:03}", commit, "2025-04-02")
    lab.sync()
    lab.world.move(days=1)
    repo.tag("t000", early)
    for _ in range(7):
        lab.night()
    assert lab.differences() == {}
