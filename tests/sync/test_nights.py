"""What a nightly sync asks for: nothing where nothing changed, and every list again once a week."""

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
    for n in range(41):
        lab.repository(f"example/part{n}")
    lab.sync()
    asked = len(lab.server.log)
    lab.night()
    looks = [entry for entry in lab.server.log[asked:] if "security-advisories" in entry.path]
    assert len(looks) <= 41 / 7
    assert sum(entry.points for entry in looks) == 0, "unchanged"
    rest = [entry.operation for entry in lab.server.log[asked:] if entry not in looks]
    assert rest == ["RepositoryStates"] * 3


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
        for _ in range(2 - again):
            nightly = []
            for _ in range(7):
                asked = len(lab.asked("POST /graphql Issues "))
                lab.night()
                nightly.append(len(lab.asked("POST /graphql Issues ")) - asked)
            assert sum(nightly) == 12
            assert nightly[0] == 0
            assert max(nightly) <= 5


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


def test_full_sync_compares_known_commits_too(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(120):
        repo.commit(f"Work {n}", lab.alice, f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
    repo.push(at="2025-09-01")
    lab.sync()
    lab.change("UPDATE commits SET headline = 'Wrong', is_merge = 1 WHERE headline IN ('Begin', 'Work 3', 'Work 119')")
    lab.world.move(days=1)
    lab.sync()
    assert "commits" in lab.differences()
    lab.sync(full=True)
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
