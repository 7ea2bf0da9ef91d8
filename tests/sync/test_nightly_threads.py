"""After every night, the issues and pull requests that are live are those of a fresh full sync."""

import httpx

from tests.lab import Lab


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


def test_transferred_issue_leaves_one_repository_and_appears_in_the_other(lab: Lab) -> None:
    one, two = lab.repository("example/one"), lab.repository("example/two")
    issue = one.issue("Wrong place", lab.bob, "2025-03-01")
    issue.comment(lab.alice, at="2025-03-02")
    lab.sync()
    lab.world.move(days=1)
    one.transfer(issue, two, lab.alice)
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
    imported.touched = ["2025-03-15T00:00:00Z"]
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
    repo.issue("From the old tracker", lab.bob, created_at="2025-03-15").touched = ["2025-03-15T00:00:00Z"]
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
