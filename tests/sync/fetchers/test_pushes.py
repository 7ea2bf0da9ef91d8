"""The push log, of any length."""

import sqlite3
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from collector import clock
from collector.method import compute as method
from collector.sync.fetchers import pagination
from tests.lab import Lab


def test_log_of_several_pages_then_only_its_news(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(230):
        repo.commit(f"Work {n}", lab.alice, f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
        repo.push(by=lab.alice, at=f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
    lab.sync()
    assert len(lab.live("pushes")) == 231
    assert len(lab.asked("/activity")) == 4, "the last page twice"
    lab.world.move(days=1)
    repo.commit("News", lab.alice)
    repo.push(by=lab.bob)
    lab.sync()
    assert len(lab.asked("/activity")) == 5
    assert lab.differences() == {}


def test_walk_that_was_cut_short_goes_on_and_misses_no_news(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(230):
        repo.commit(f"Work {n}", lab.alice, f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
        repo.push(by=lab.alice, at=f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
    lab.server.fail("/activity", "404", nth=2, times=None)
    assert lab.sync().exit_code == 3
    lab.server.faults.clear()
    lab.world.move(days=1)
    repo.commit("News", lab.alice)
    repo.push(by=lab.bob)
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}


@pytest.mark.parametrize(
    "link",
    [
        "https://api.github.com/gone?after=x",
        "http://[no",
        "https://example.org/activity",
        "https://api.github.com/repos/example/engine",
    ],
    ids=["not there", "no address", "another server", "no list"],
)
def test_a_next_page_that_cannot_be_had_is_not_asked_for_for_ever(lab: Lab, link: str) -> None:
    repo = lab.repository()
    lab.server.fail("/activity", "headers", headers={"link": f'<{link}>; rel="next"'})
    report = lab.sync()
    assert (report.exit_code, [kind for _, kind, _ in report.failures]) == (3, ["pushes"])
    assert lab.query("SELECT cursor FROM sync_state WHERE kind = 'pushes'") == [None]
    repo.push(repo.commit("News", lab.alice, "2026-01-01T06:00:00Z"), by=lab.bob, at="2026-01-01T06:00:00Z")
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


@pytest.mark.parametrize("cursor", ["https://api.github.com/gone?after=x", "http://[no"])
def test_a_next_page_of_an_earlier_run_that_cannot_be_had_is_forgotten(lab: Lab, cursor: str) -> None:
    lab.repository()
    lab.sync()
    lab.change("UPDATE sync_state SET cursor = ? WHERE kind = 'pushes'", cursor)
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


def test_who_pushed_what(lab: Lab) -> None:
    repo = lab.repository()
    bot = lab.world.bot("robot")
    repo.commit("By a machine", bot, "2025-03-01")
    repo.push(by=bot, at="2025-03-01")
    repo.commit("By nobody", None, "2025-03-02")
    repo.push(by=None, at="2025-03-02")
    lab.sync()
    found = lab.query("SELECT a.login FROM pushes AS p LEFT JOIN accounts AS a ON a.id = p.actor ORDER BY p.pushed_at")
    assert found == ["alice", "robot[bot]", None]


@pytest.fixture
def logged(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A repository of 23 pushes, three a month until 2025-10, which are read in pages of ten."""
    monkeypatch.setitem(pagination.FIRST_PAGE, "per_page", "10")
    lab.repository()
    for n in range(23):
        at = f"2025-{n // 3 + 3:02}-{n % 3 * 9 + 1:02}"
        lab.repo.commit(f"Work {n}", lab.alice, at)
        lab.repo.push(by=lab.alice, at=at)
    return lab


def compute(lab: Lab) -> Callable[[sqlite3.Connection], None]:
    return lambda db: method.compute(db, lab.config(), clock.date_of(clock.from_text(lab.world.now)))


def test_what_is_odd_in_a_row_costs_no_other(logged: Lab) -> None:
    lab = logged
    true = lab.fresh(whole=True)
    kind, ref, time, actor, null = (lab.repo.pushes[n] for n in (2, 6, 10, 14, 18))
    lab.world.odd.says(kind, activity_type="branch_sync")
    lab.world.odd.says(ref, ref=None)
    lab.world.odd.says(time, timestamp="10889-08-02T05:06:07Z")
    lab.world.odd.says(actor, actor={"login": "alice"})
    lab.world.odd.hides(null)
    assert lab.sync(after=compute(lab)).exit_code == 0
    assert lab.query("SELECT kind FROM pushes WHERE id = ?", kind.id) == ["branch_sync"]
    odd = {kind.id, ref.id, time.id, actor.id, null.id}
    assert {r for r in lab.live("pushes") if r[0] not in odd} == {
        r for r in lab.live("pushes", true) if r[0] not in odd
    }
    assert lab.query("SELECT count(*) FROM pushes") == [23]
    noted = lab.unreadable("pushes")
    assert {(str(ref.id), "ref"), (str(time.id), "timestamp"), (str(actor.id), "actor")} < set(noted)
    assert len({key for key, _ in noted}) == 4
    # It is looked at again, ever more seldom, however far down it stands; meanwhile nothing else is asked.
    asked = []
    for _ in range(8):
        before = len(lab.asked("/activity"))
        assert lab.night().exit_code == 0
        asked.append(len(lab.asked("/activity")) - before)
    assert asked == [2, 0, 2, 0, 0, 0, 2, 0]
    lab.world.odd.active = False
    lab.night(30)
    assert lab.unreadable("pushes") == []
    assert lab.query("SELECT * FROM changes") == []
    assert lab.compared(lab.fresh(whole=True)) == {}


def test_times_with_offsets_and_fractions(logged: Lab) -> None:
    lab = logged
    first, second = lab.repo.pushes[5:7]
    lab.world.odd.says(first, timestamp=first.at.replace("Z", ".987Z"))
    lab.world.odd.says(second, timestamp=f"{second.at[:10]}T02:00:00+02:00")
    assert lab.sync().exit_code == 0
    assert lab.unreadable("pushes") == []
    assert lab.compared(lab.fresh(whole=True)) == {}


def test_a_time_that_has_not_come_is_no_watermark(logged: Lab) -> None:
    lab = logged
    lab.world.odd.says(lab.repo.pushes[-1], timestamp="9999-12-31T23:59:59Z")
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT watermark FROM sync_state WHERE kind = 'pushes'") == [lab.repo.pushes[-2].at]
    for _ in range(2):
        lab.world.move(days=1)
        lab.repo.commit("News", lab.alice)
        lab.repo.push(by=lab.alice)
        assert lab.sync().exit_code == 0
    assert len(lab.live("pushes")) == 26
    assert lab.query("SELECT * FROM late_arrivals") == []


SPOILT: dict[str, dict[str, Any]] = {
    "ends_early": {"keep": 0},
    "ends_early in the middle": {"keep": 1},
    "null_cursor": {},
    "duplicate_row": {"instead": True},
    "empty_page": {"cursor": "repeats"},
}


@pytest.mark.parametrize("trouble", SPOILT)
def test_a_log_that_contradicts_itself_is_incomplete_and_heals(logged: Lab, trouble: str) -> None:
    lab = logged
    assert lab.sync().exit_code == 0
    columns = "fingerprint, completed_at, watermark"
    before = lab.query(f"SELECT {columns} FROM sync_state WHERE kind = 'pushes'")
    lab.world.move(days=1)
    for n in range(3):
        lab.repo.commit(f"News {n}", lab.alice)
        lab.repo.push(by=lab.bob)
    kind = trouble.partition(" ")[0]
    fault = lab.server.fail("/activity", kind, times=1, **SPOILT[trouble])
    other = lab.folder / "passing.db"
    other.write_bytes(lab.path.read_bytes())
    assert lab.sync(other).exit_code == 0  # what passes costs nothing
    fault.times = None
    for _ in range(2):
        report = lab.night()
        assert report.exit_code == 3
        assert [kind for _, kind, _ in report.failures] == ["pushes"]
        assert lab.query(f"SELECT {columns} FROM sync_state WHERE kind = 'pushes'") == before
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    true = lab.fresh()
    assert lab.compared(true) == {}
    assert lab.live("pushes", other) == lab.live("pushes", true)


@pytest.mark.parametrize("trouble", ["repeat_cursor", "null_cursor", "duplicate_row", "empty_page"])
def test_a_first_look_at_a_log_that_contradicts_itself(logged: Lab, trouble: str) -> None:
    lab = logged
    fault = lab.server.fail("/activity", trouble, nth=2, times=None, **SPOILT.get(trouble, {}))
    for _ in range(2):
        assert lab.night().exit_code == 3
        assert len(lab.live("pushes")) in (0, 10)
        assert lab.query("SELECT completed_at, cursor FROM sync_state WHERE kind = 'pushes'") == [(None, None)]
        fault.seen = 0
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


def test_a_second_look_that_is_empty_confirms_nothing(lab: Lab) -> None:
    """A row is missing in the first look, which leaves a gap, and the second one shows no row at all."""
    repo = lab.repository()
    for n in range(4):
        lab.push(repo, f"Work {n}", f"2025-03-0{n + 1}")
    lab.server.fail("/activity", "change", change=lambda rows: [*rows[:2], *rows[3:]])
    lab.server.fail("/activity", "change", times=None, change=lambda rows: [])
    report = lab.sync()
    assert (report.exit_code, [kind for _, kind, _ in report.failures]) == (3, ["pushes"])
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


@pytest.mark.parametrize("trouble", ["repeat_cursor", "null_cursor", "duplicate_row", "empty_page"])
def test_a_first_page_that_contradicts_itself_once_costs_nothing(logged: Lab, trouble: str) -> None:
    lab = logged
    lab.server.fail("/activity", trouble, times=1, **SPOILT.get(trouble, {}))
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}


def test_a_log_that_goes_on_from_what_is_known_is_whole(logged: Lab) -> None:
    """However little it remembers."""
    lab = logged
    assert lab.sync().exit_code == 0
    for _ in range(3):
        lab.world.move(days=10)
        lab.repo.change(activity_from=lab.world.now)
        lab.repo.commit("News", lab.alice)
        lab.repo.push(by=lab.alice)
        assert lab.sync().exit_code == 0
    assert len(lab.live("pushes")) == 27


def test_a_log_that_begins_late(logged: Lab) -> None:
    """What is forgotten is not missed, whether it was known or not."""
    lab = logged
    lab.repo.change(activity_from="2025-08-01")
    assert lab.sync().exit_code == 0
    known = len(lab.live("pushes"))
    assert 0 < known < 23
    lab.world.move(days=100)
    lab.repo.change(activity_from=lab.world.now)
    lab.repo.commit("News", lab.alice)
    lab.repo.push(by=lab.alice)
    assert lab.sync().exit_code == 0
    assert len(lab.live("pushes")) == known + 1
    assert lab.query("SELECT * FROM unreadable") == []


def test_a_server_without_a_push_log(lab: Lab) -> None:
    repo = lab.repository()
    repo.release("v1", lab.alice, "2025-03-01")
    lab.server.has_activity = False
    report = lab.sync(after=compute(lab))
    assert report.exit_code == 0
    outcomes = {part.kind: part.outcome for part in report.parts}
    assert (outcomes["pushes"], outcomes["rewritten_history"], outcomes["tag_ancestry"]) == (
        "done",
        "unchanged",
        "unchanged",
    )
    assert lab.query("SELECT key, error FROM unreadable") == [("the log", "this server has no push log")]
    assert lab.query("SELECT status FROM signals WHERE signal = 'active_weeks'") == ["ok"]
    lab.server.has_activity = True
    assert lab.night(2).exit_code == 0
    assert lab.unreadable("pushes") == []
    assert lab.differences() == {}


def test_a_repository_that_is_gone_by_then_is_no_server_without_a_log(lab: Lab) -> None:
    repo = lab.repository()
    handle = lab.server.front

    def deleting(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/activity"):
            repo.change(deleted=True)
        return handle(request)

    lab.server.front = deleting
    assert "pushes" in {kind for _, kind, _ in lab.sync().failures}
    assert lab.unreadable("pushes") == []


def test_an_id_that_sqlite_cannot_hold_costs_its_row_and_no_other(lab: Lab) -> None:
    lab.repository()
    for n in range(3):
        lab.push(lab.repo, f"Work {n}", f"2025-12-2{n}")
    odd = lab.repo.pushes[-2]
    lab.world.odd.says(odd, id=2**64)
    report = lab.sync()
    assert report.exit_code == 0, report.failures
    assert odd.id not in lab.query("SELECT id FROM pushes")
    assert len(lab.live("pushes")) == len(lab.repo.pushes) - 1
    assert lab.unreadable("pushes") != []
