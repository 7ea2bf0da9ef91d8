"""The push log, of any length."""

from typing import Any


def test_log_of_several_pages_then_only_its_news(lab: Any) -> None:
    repo = lab.repository()
    for n in range(230):
        repo.commit(f"Work {n}", lab.alice, f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
        repo.push(by=lab.alice, at=f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
    lab.sync()
    assert len(lab.live("pushes")) == 231
    assert len(lab.asked("/activity")) == 3
    lab.world.move(days=1)
    repo.commit("News", lab.alice)
    repo.push(by=lab.bob)
    lab.sync()
    assert len(lab.asked("/activity")) == 4
    assert lab.differences() == {}


def test_walk_that_was_cut_short_goes_on_and_misses_no_news(lab: Any) -> None:
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


def test_who_pushed_what(lab: Any) -> None:
    repo = lab.repository()
    bot = lab.world.bot("robot")
    repo.commit("By a machine", bot, "2025-03-01")
    repo.push(by=bot, at="2025-03-01")
    repo.commit("By nobody", None, "2025-03-02")
    repo.push(by=None, at="2025-03-02")
    lab.sync()
    found = lab.query("SELECT a.login FROM pushes AS p LEFT JOIN accounts AS a ON a.id = p.actor ORDER BY p.pushed_at")
    assert found == ["alice", "robot[bot]", None]
