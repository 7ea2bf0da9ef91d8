"""After every night, what is live in the database is what a fresh full sync of that moment holds."""

from datetime import date
from typing import Any

import httpx
import pytest

from tests.lab import Lab


def test_first_sync_stores_everything_and_an_idle_night_costs_one_question(lab: Lab) -> None:
    repo = lab.repository()
    issue = repo.issue("Broken", lab.bob, "2025-03-01", labels=("bug",))
    issue.comment(lab.alice, "Thanks", "2025-03-02")
    pull = repo.pull_request("Mend it", lab.bob, "2025-03-03", closes=(issue,))
    pull.review(lab.alice, at="2025-03-04")
    pull.merge(lab.alice, "2025-03-05")
    repo.release("v1.0.0", lab.alice, "2025-03-06")
    assert lab.sync().exit_code == 0
    counts = {t: len(lab.live(t)) for t in ("issues", "pull_requests", "comments", "reviews", "releases", "tags")}
    assert counts == {"issues": 1, "pull_requests": 1, "comments": 1, "reviews": 1, "releases": 1, "tags": 1}
    assert len(lab.live("commits")) == len(lab.history(repo))
    before = {t: lab.live(t) for t in ("commits", "issues", "events")}
    asked = len(lab.server.log)
    report = lab.night()
    assert [entry.operation for entry in lab.server.log[asked:]] == ["RepositoryStates"]
    assert (report.counts.inserted, report.counts.updated, report.counts.gone) == (0, 0, 0)
    assert before == {t: lab.live(t) for t in before}


def test_an_idle_night_costs_a_question_for_twenty_repositories(lab: Lab) -> None:
    for n in range(60):
        lab.repository(f"example/part{n}")
    lab.sync()
    asked = len(lab.server.log)
    lab.night()
    assert [entry.operation for entry in lab.server.log[asked:]] == ["RepositoryStates"] * 3


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


def test_commits_pushed_and_dropped_between_two_nights_are_stored_as_gone(lab: Lab) -> None:
    repo = lab.repository()
    keep = repo.commit("Keep", lab.alice, "2025-03-01")
    repo.push(at="2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    lost = repo.commit("Secret", lab.alice)
    repo.push()
    repo.push(repo.commit("Public", lab.alice, parents=[keep]))
    lab.sync()
    assert lab.query("SELECT gone_at IS NOT NULL FROM commits WHERE oid = ?", lost.oid) == [1]
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


def test_deleted_issue_is_found_within_a_week_with_all_that_belongs_to_it(lab: Lab) -> None:
    repo = lab.repository()
    issues = [repo.issue(f"Issue {n}", lab.bob, f"2025-03-{n + 1:02}", labels=("bug",)) for n in range(5)]
    issues[2].comment(lab.alice, at="2025-04-01")
    lab.sync()
    lab.world.move(hours=1)
    issues[2].delete()
    for _ in range(7):
        lab.night()
    assert lab.query("SELECT number FROM issues WHERE gone_at IS NOT NULL") == [3]
    for table in ("comments", "issue_labels"):
        assert lab.query(f"SELECT count(*) FROM {table} WHERE gone_at IS NOT NULL") == [1]
    assert lab.differences() == {}


def test_rereading_is_spread_over_the_week(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(350):
        repo.issue(f"Issue {n}", lab.bob, f"2025-{n // 28 % 10 + 2:02}-{n % 28 + 1:02}")
    lab.sync()
    nightly = []
    for _ in range(14):
        asked = len(lab.asked("POST /graphql Issues "))
        lab.night()
        nightly.append(len(lab.asked("POST /graphql Issues ")) - asked)
    assert sum(nightly[:7]) == 8
    assert sum(nightly[7:]) == 8
    assert max(nightly) <= 2


def test_lists_of_many_repositories_are_reread_in_turns(lab: Lab) -> None:
    for n in range(12):
        lab.repository(f"example/part{n}").issue("The only one", lab.bob, "2025-03-01")
    lab.sync()
    for again in range(2):
        if again:
            lab.sync(full=True)  # by which all lists are read in one night, too
        for _ in range(2):
            nightly = []
            for _ in range(7):
                asked = len(lab.asked("POST /graphql Issues "))
                lab.night()
                nightly.append(len(lab.asked("POST /graphql Issues ")) - asked)
            assert sum(nightly) == 12
            assert nightly[0] == 0
            assert max(nightly) <= 5


def test_transferred_issue_leaves_one_repository_and_appears_in_the_other(lab: Lab) -> None:
    one, two = lab.repository("example/one"), lab.repository("example/two")
    issue = one.issue("Wrong place", lab.bob, "2025-03-01")
    issue.comment(lab.alice, at="2025-03-02")
    lab.sync()
    lab.world.move(days=1)
    issue.transfer(two, lab.alice)
    lab.sync()
    assert lab.query("SELECT count(*) FROM issues WHERE title = 'Wrong place'") == [2]
    for _ in range(7):
        lab.night()
    assert lab.differences() == {}


def test_imported_issue_with_an_old_date_is_found_the_same_night(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(3):
        repo.issue(f"Issue {n}", lab.bob, f"2025-0{n + 3}-01")
    lab.sync()
    lab.world.move(days=1)
    imported = repo.issue("From the old tracker", lab.bob, created_at="2025-03-15")
    imported._touched = ["2025-03-15T00:00:00Z"]
    lab.sync()
    assert lab.differences() == {}
    assert lab.query("SELECT count(*) FROM issues") == [4]


def test_thread_older_than_the_start_appears_when_it_is_touched(lab: Lab) -> None:
    repo = lab.world.repository("example/old", "2020-01-01")
    lab.tracked.append("example/old")
    old = [repo.issue(f"Old {n}", lab.bob, f"2021-0{n + 1}-01") for n in range(4)]
    lab.repository().pull_request("A sign of life", lab.bob)
    lab.sync()
    assert lab.query("SELECT count(*) FROM issues") == [0]
    for thread in old[:2]:
        lab.world.move(days=1)
        thread.comment(lab.alice)
        asked = len(lab.asked("Issues"))
        lab.sync()
        assert len(lab.asked("Issues")) == asked + 1
        assert lab.differences() == {}
    lab.world.move(days=1)
    repo.issue("From the old tracker", lab.bob, created_at="2025-03-15")._touched = ["2025-03-15T00:00:00Z"]
    lab.sync()
    assert lab.differences() == {}


def test_everything_beyond_the_first_page_of_a_thread(lab: Lab) -> None:
    repo = lab.repository()
    issue = repo.issue("Long", lab.bob, "2025-03-01")
    for n in range(230):
        issue.comment(lab.alice, f"Word {n}", f"2025-04-{n % 28 + 1:02}")
        issue.label(f"label {n}", lab.alice, "2025-05-01")
    files = {f"src/file{n:03}.py": (n, 1) for n in range(210)}
    pull = repo.pull_request("Large", lab.bob, "2025-03-01", files=files)
    for _ in range(130):
        pull.review(lab.alice, "COMMENTED", "2025-03-03")
    pull.merge(lab.alice, "2025-03-04")
    lab.sync()
    sizes = {t: len(lab.live(t)) for t in ("comments", "issue_labels", "events", "pull_request_files", "reviews")}
    assert sizes == {"comments": 230, "issue_labels": 230, "events": 231, "pull_request_files": 210, "reviews": 130}
    lab.world.move(days=1)
    issue.delete_comment(issue.comments[105], lab.alice)
    issue.comment(lab.bob, "Number 231")
    lab.sync()
    assert lab.differences() == {}


def test_item_that_changes_page_while_one_pages(lab: Lab) -> None:
    repo = lab.repository()
    issues = [repo.issue(f"Issue {n}", lab.bob, f"2025-{n // 28 + 2:02}-{n % 28 + 1:02}") for n in range(250)]
    handle, first = lab.server.front, True

    def moving(request: httpx.Request) -> httpx.Response:
        nonlocal first
        answer = handle(request)
        if first and lab.server.log[-1].operation == "Issues":  # between the first page and the second
            first = False
            lab.world.move(seconds=30)
            issues[0].comment(lab.alice, "Up to the top")
            issues[100].comment(lab.alice, "Up to the top")
            repo.issue("New", lab.bob)
        return answer

    lab.server.front = moving
    lab.sync()
    assert not first
    lab.night()
    assert lab.differences() == {}
    assert lab.query("SELECT count(*) FROM issues") == [251]


def test_edits_closing_and_reopening(lab: Lab) -> None:
    repo = lab.repository()
    issue, other = repo.issue("One", lab.bob, "2025-03-01"), repo.issue("Two", lab.bob, "2025-03-01")
    pull = repo.pull_request("Three", lab.bob, "2025-03-01", draft=True)
    lab.sync()
    for step in (
        lambda: issue.close(lab.alice, reason="NOT_PLANNED"),
        lambda: (issue.reopen(lab.bob), pull.ready()),
        lambda: (other.edit(title="Another title", locked=True), pull.push(2, lines=9)),
        lambda: pull.merge(lab.alice, method="squash"),
        lambda: issue.close(lab.alice, closer=pull),
    ):
        lab.world.move(days=1)
        step()
        lab.sync()
        assert lab.differences() == {}


def test_edit_that_moves_no_date_is_found_within_a_week(lab: Lab) -> None:
    issue = lab.repository().issue("One", lab.bob, "2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    issue.edit(title="Silently", silent=True)
    for _ in range(7):
        lab.night()
    assert lab.query("SELECT title FROM issues") == ["Silently"]


def test_rename_keeps_the_history_under_its_number(lab: Lab) -> None:
    repo, other = lab.repository(), lab.repository("example/other")
    issue = other.issue("There", lab.bob, "2025-03-01")
    pull = repo.pull_request("Here", lab.alice, "2025-03-02")
    issue.refer(pull, "2025-03-02", will_close=True)
    repo.issue("A sign of life", lab.bob)
    lab.sync()
    lab.world.move(days=1)
    repo.change(name="example/motor")
    repo.issue("After", lab.bob)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT full_name FROM repositories WHERE id = ?", repo.id) == ["example/motor"]
    assert lab.query("SELECT old, new FROM changes WHERE \"column\" = 'full_name'") == [
        ("example/engine", "example/motor")
    ]
    assert lab.query("SELECT count(*) FROM issues WHERE repository = ?", repo.id) == [2]
    assert lab.differences() == {}


def test_name_taken_over_by_another_repository(lab: Lab) -> None:
    repo = lab.repository()
    repo.issue("Ours", lab.bob, "2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    repo.change(name="elsewhere/engine")
    lab.world.repository("example/engine").issue("Theirs", lab.bob)
    lab.sync()
    assert lab.query("SELECT id, full_name FROM repositories") == [(repo.id, "elsewhere/engine")]
    assert lab.query("SELECT title FROM issues") == ["Ours"]


def test_name_of_a_deleted_repository_given_to_another(lab: Lab) -> None:
    repo = lab.repository()
    repo.issue("Ours", lab.bob, "2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    repo.change(deleted=True)
    lab.world.repository("example/engine").issue("Theirs", lab.bob)
    assert lab.sync().exit_code == 3
    assert lab.query("SELECT id, status FROM repositories") == [(repo.id, "private_or_gone")]
    assert lab.query("SELECT title FROM issues") == ["Ours"]


def test_private_repository_keeps_its_history_and_goes_on_when_it_is_back(lab: Lab) -> None:
    repo, other = lab.repository(), lab.repository("example/other")
    repo.issue("Before", lab.bob, "2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    repo.change(private=True)
    repo.issue("Unseen", lab.bob)
    other.issue("Meanwhile", lab.bob)
    report = lab.sync()
    assert report.exit_code == 3
    assert "example/engine" in report.message
    assert lab.query("SELECT status, gone_at IS NULL FROM repositories WHERE id = ?", repo.id) == [
        ("private_or_gone", 0)
    ]
    assert set(lab.query("SELECT title FROM issues WHERE gone_at IS NULL")) == {"Before", "Meanwhile"}
    lab.world.move(days=30)
    repo.change(private=False)
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT status FROM repositories WHERE id = ?", repo.id) == ["ok"]
    assert lab.differences() == {}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"blocked": True}, "blocked", 3),
        ({"deleted": True}, "private_or_gone", 3),
        ({"archived": True}, "archived", 0),
        ({"disabled": True}, "disabled", 0),
    ],
)
def test_each_fate_has_a_status(lab: Lab, change: dict[str, Any], status: str, code: int) -> None:
    repo = lab.repository()
    lab.repository("example/other")
    lab.sync()
    lab.world.move(days=1)
    repo.change(**change)
    assert lab.sync().exit_code == code
    assert lab.query("SELECT status FROM repositories WHERE id = ?", repo.id) == [status]
    assert lab.query("SELECT count(*) FROM commits WHERE repository = ?", repo.id) == [1]
    lab.world.move(days=1)
    lab.sync()
    assert lab.query("SELECT key, old, new FROM changes WHERE \"column\" = 'status'") == [(str(repo.id), "ok", status)]


def test_empty_repository_fills_is_emptied_and_filled_again(lab: Lab) -> None:
    repo = lab.world.repository("example/new", "2025-02-01")
    lab.tracked.append("example/new")
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT status, head_oid FROM repositories") == [("empty", None)]
    lab.world.move(days=1)
    first = repo.commit("First", lab.alice)
    repo.push(by=lab.alice)
    lab.sync()
    assert lab.differences() == {}
    lab.world.move(days=1)
    repo.delete_branch("main", lab.alice)
    lab.sync()
    assert lab.query("SELECT status FROM repositories") == ["empty"]
    assert lab.live("commits") == set()
    lab.world.move(days=1)
    repo.push(first)
    lab.sync()
    assert lab.query("SELECT oid FROM commits WHERE gone_at IS NULL") == [first.oid]
    assert lab.differences() == {}


def test_issues_switched_off_and_on_again(lab: Lab) -> None:
    repo = lab.repository()
    repo.issue("One", lab.bob, "2025-03-01").comment(lab.alice, at="2025-03-02")
    lab.sync()
    lab.world.move(days=1)
    repo.change(has_issues=False)
    lab.sync()
    assert lab.live("issues") == set()
    assert lab.live("comments") == set()
    assert lab.differences() == {}
    lab.world.move(days=1)
    repo.change(has_issues=True)
    lab.sync()
    assert lab.differences() == {}
    assert len(lab.live("comments")) == 1


def test_full_sync_finds_what_is_gone_at_once(lab: Lab) -> None:
    repo = lab.repository()
    issue = repo.issue("One", lab.bob, "2025-03-01")
    repo.issue("Two", lab.bob, "2025-03-01")
    dropped = repo.commit("Oops", lab.alice, "2025-03-01")
    repo.push(at="2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    issue.delete()
    repo.push(repo.commit("Anew", lab.alice, parents=[]))
    lab.sync(full=True)
    assert lab.query("SELECT title FROM issues WHERE gone_at IS NOT NULL") == ["One"]
    assert dropped.oid in lab.query("SELECT oid FROM commits WHERE gone_at IS NOT NULL")
    assert lab.differences() == {}


def test_machine_whose_clock_stands_still(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weekly work goes by GitHub's own time where ours does not move."""
    repo = lab.repository()
    issues = [repo.issue(f"Issue {n}", lab.bob, f"2025-03-{n + 1:02}") for n in range(3)]
    lab.sync()
    stands = lab.world.now
    issues[0].delete()
    for _ in range(8):
        lab.world.move(days=1)
        repo.issue("A sign of life", lab.bob)
        now, lab.world.now = lab.world.now, stands
        monkeypatch.setattr(lab.world, "now", now)
        lab.sync()
    assert lab.query("SELECT count(*) FROM issues WHERE gone_at IS NOT NULL") == [1]
