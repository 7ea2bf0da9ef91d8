import io
import re
import time

import pytest

from collector.cli import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_has_a_line_for_each_repository(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()
    with logs.progress("Syncing") as progress:
        progress("example/one", 1, 2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ INFO Syncing 1 of 2: example/one\n", capsys.readouterr().err)


def test_a_terminal_has_a_bar_that_log_lines_do_not_disturb(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    logs.set_up()
    with logs.progress("Syncing") as progress:
        progress("example/[red]one", 1, 2)
        logs.LOG.info("Something to know: /a/path.db")
    logs.LOG.info("Over.")
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue()).replace("\r", "\n").splitlines()
    assert "Something to know: /a/path.db" in shown
    assert any(line.startswith("Syncing") and "1/2" in line and "example/[red]one" in line for line in shown)
    assert shown[-1] == "Over."


def test_a_log_says_what_is_being_asked_once_a_minute(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.set_up()
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with logs.progress("Syncing") as progress:
        for now in (0.0, 59.0, 60.0, 61.0, 119.0, 120.0):
            progress.at(f"example/one, issues, at {now:.0f} s")
    lines = [line.split(" INFO ")[1] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["Syncing: example/one, issues, at 60 s", "Syncing: example/one, issues, at 120 s"]
