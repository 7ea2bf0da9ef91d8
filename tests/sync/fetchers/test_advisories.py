"""Security advisories: looked at once a week, and charged for only when something changed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.lab import Lab

LOOK = "security-advisories"


def looks(lab: Lab) -> int:
    return len(lab.asked(LOOK))


def weeks(lab: Lab, count: int) -> None:
    for _ in range(7 * count):
        assert lab.night().exit_code == 0


def test_what_was_published_is_stored_without_its_text(lab: Lab) -> None:
    repo = lab.repository()
    repo.advisory(lab.alice, "2025-05-01", "It leaked.\n\n> quoted\n\n```\ncode\n```\n")
    repo.advisory(None, "2027-05-01", "Not yet")
    lab.sync()
    found = lab.query(
        "SELECT login, published_at, prose_length FROM advisories AS a JOIN accounts AS c ON c.id = a.author"
    )
    assert found == [("alice", "2025-05-01T00:00:00Z", len("It leaked."))]
    assert b"leaked" not in lab.path.read_bytes()


def test_a_look_each_week_and_nothing_for_what_is_unchanged(lab: Lab) -> None:
    for name in "abcdefghijklmn":
        lab.repository(f"example/{name}")
    lab.sync()
    assert looks(lab) == 28, "each list twice"
    for _ in range(7):
        lab.server.log.clear()
        lab.night()
        assert looks(lab) == 2, "each night as many as any other"
        assert {(entry.status, entry.points) for entry in lab.asked(LOOK)} == {(304, 0)}
    assert lab.query("SELECT count(*) FROM looks WHERE kind = 'advisories' AND repository = ?", lab.repo.id) == [2]


def test_what_is_new_comes_within_a_week_and_what_is_gone_is_marked(lab: Lab) -> None:
    repo = lab.repository()
    old = repo.advisory(lab.alice, "2025-05-01", "First")
    lab.sync()
    lab.world.move(days=1)
    repo.advisory(lab.alice, lab.world.now, "x" * 300)
    repo.advisories.remove(old)
    weeks(lab, 1)
    assert lab.query("SELECT prose_length, gone_at IS NULL FROM advisories ORDER BY published_at") == [(5, 0), (300, 1)]


def test_a_description_keeps_the_length_that_was_seen_first(lab: Lab) -> None:
    advisory = lab.repository().advisory(lab.alice, "2025-05-01", "First")
    lab.sync()
    advisory.change("2026-01-02T00:00:00Z", description="x" * 300)
    weeks(lab, 2)
    assert lab.query("SELECT prose_length FROM advisories") == [5]


def test_a_long_list_is_read_to_its_end(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(250):
        repo.advisory(lab.alice, f"2025-05-01T00:{n // 60:02}:{n % 60:02}", "Text")
    lab.sync()
    assert lab.query("SELECT count(*) FROM advisories") == [250]
    assert looks(lab) == 2 * 3


@pytest.mark.parametrize("status", [403, 404])
def test_a_list_that_cannot_be_asked_for_is_recorded_once(lab: Lab, status: int) -> None:
    lab.repository().advisory(lab.alice, "2025-05-01", "Text")
    fault = lab.server.fail(LOOK, "answer", times=None, status=status, body={"message": "Not for you"})
    lab.sync()
    weeks(lab, 3)
    assert looks(lab) == 4
    assert lab.query("SELECT error FROM sync_errors") != []
    assert len(lab.query("SELECT error FROM sync_errors")) == 1
    assert len(lab.query("SELECT key FROM unreadable WHERE kind = 'advisories'")) == 1
    lab.server.faults.remove(fault)
    weeks(lab, 1)
    assert lab.query("SELECT count(*) FROM unreadable") == [0]
    assert lab.query("SELECT count(*) FROM advisories") == [1]


def test_its_failure_leaves_the_rest_of_the_repository_complete(lab: Lab) -> None:
    lab.repository()
    lab.server.fail(LOOK, "503", times=None)
    report = lab.sync()
    assert (report.exit_code, [kind for _, kind, _ in report.failures]) == (3, ["advisories"])
    assert lab.query("SELECT completed_at FROM sync_state WHERE kind = 'commit_sizes'") != [None]
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    assert lab.query("SELECT count(*) FROM sync_state WHERE kind = 'advisories' AND completed_at IS NOT NULL") == [1]


def test_a_row_that_cannot_be_read_is_recorded_and_marks_nothing_as_gone(lab: Lab) -> None:
    repo = lab.repository()
    advisory = repo.advisory(lab.alice, "2025-05-01", "Text")
    lab.sync()
    lab.server.fail(LOOK, "change", times=None, change=lambda rows: [{**row, "published_at": 7} for row in rows])
    advisory.change("2026-01-02T00:00:00Z", description="Edited")
    lab.world.move(days=8)
    lab.sync()
    assert lab.query("SELECT key, gone_at FROM unreadable JOIN advisories ON ghsa_id = key") == [(advisory.id, None)]


def answering(lab: Lab, times: int, change: Callable[[list[Any]], list[Any]]) -> None:
    """Let GitHub answer so often with a changed list, under the ETag of the unchanged one."""
    lab.server.fail(LOOK, "change", times=times, change=change)


ODD: dict[str, Callable[[dict[str, Any]], object]] = {
    "no author": lambda row: {key: value for key, value in row.items() if key != "author"},
    "no date": lambda row: row | {"published_at": None},
    "no state": lambda row: row | {"state": None},
    "no id": lambda row: row | {"ghsa_id": "²"},
    "no row": lambda row: None,
}


@pytest.mark.parametrize("name", ODD)
def test_what_was_odd_once_is_read_again_the_next_night(lab: Lab, name: str) -> None:
    repo = lab.repository()
    repo.advisory(lab.alice, "2025-05-01", "First")
    repo.advisory(lab.alice, "2025-05-02", "Second")
    answering(lab, 1, lambda listed: [ODD[name](listed[0]), *listed[1:]])
    lab.sync()
    assert lab.query("SELECT count(*) > 0 FROM sync_errors WHERE kind = 'advisories'") == [1]
    assert lab.query("SELECT prose_length FROM advisories") == [5]
    lab.night()
    assert lab.query("SELECT count(*) FROM unreadable") == [0]
    assert lab.differences() == {}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_row_does_not_make_a_stored_one_gone(lab: Lab, name: str) -> None:
    repo = lab.repository()
    advisory = repo.advisory(lab.alice, "2025-05-01", "First")
    lab.sync()
    advisory.change("2026-01-02T00:00:00Z", description="Edited")
    answering(lab, 9, lambda listed: [ODD[name](row) for row in listed])
    weeks(lab, 1)
    assert lab.query("SELECT gone_at FROM advisories") == [None]


@pytest.mark.parametrize(
    "change",
    [
        lambda listed: [],
        lambda listed: listed[1:],
        lambda listed: [listed[0] | {"publisher": None}, *listed[1:]],
        lambda listed: [listed[0] | {"description": None}, *listed[1:]],
    ],
)
def test_rows_in_which_two_readings_differ_are_read_again_the_next_night(
    lab: Lab, change: Callable[[list[Any]], list[Any]]
) -> None:
    repo = lab.repository()
    repo.advisory(lab.alice, "2025-05-01", "First")
    repo.advisory(lab.alice, "2025-05-02", "Second")
    answering(lab, 1, change)
    lab.sync()
    assert lab.query("SELECT count(*) > 0 FROM sync_errors WHERE kind = 'advisories'") == [1]
    lab.night()
    assert lab.query("SELECT count(*) FROM unreadable") == [0]
    assert lab.differences() == {}


def test_an_advisory_that_names_nobody_is_stored_and_recorded_once(lab: Lab) -> None:
    lab.repository().advisory(None, "2025-05-01", "First")
    lab.sync()
    weeks(lab, 3)
    assert lab.query("SELECT author FROM advisories") == [None]
    assert lab.query("SELECT count(*) FROM sync_errors WHERE kind = 'advisories'") == [1]


def test_a_list_that_lacks_a_stored_row_is_read_twice(lab: Lab) -> None:
    repo = lab.repository()
    repo.advisory(lab.alice, "2025-05-01", "First")
    repo.advisory(lab.alice, "2025-05-02", "Second")
    lab.sync()
    repo.advisory(lab.alice, "2026-01-02", "Third")
    answering(lab, 1, lambda listed: [])
    weeks(lab, 1)
    lab.night()
    assert lab.differences() == {}
    assert lab.query("SELECT count(*) FROM changes WHERE \"table\" = 'advisories'") == [0]


def test_a_list_that_is_missing_once_is_asked_for_the_next_night(lab: Lab) -> None:
    lab.repository().advisory(lab.alice, "2025-05-01", "Text")
    lab.server.fail(LOOK, "answer", times=1, status=404, body={"message": "Not Found"})
    lab.sync()
    lab.night()
    assert lab.query("SELECT count(*) FROM advisories") == [1]
    assert lab.query("SELECT count(*) FROM unreadable") == [0]


def test_a_killed_run_looks_again(lab: Lab) -> None:
    lab.repository().advisory(lab.alice, "2025-05-01", "Text")
    lab.server.fail(LOOK, "timeout", times=None)
    lab.sync()
    lab.server.faults.clear()
    lab.sync()
    assert lab.differences() == {}
    assert lab.query("SELECT count(*) FROM advisories") == [1]
