"""Where tokens come from."""

import shutil
import subprocess
from typing import Any

import pytest

from collector.errors import NotAuthorised
from collector.github import auth


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKENS", "GITHUB_TOKEN", "GH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)


def test_several_come_first_and_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "single")
    monkeypatch.setenv("GITHUB_TOKENS", "a, b,,a ")
    assert auth.tokens() == ["a", "b"]


def test_order_of_the_single_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_TOKEN", "second")
    assert auth.tokens() == ["second"]
    monkeypatch.setenv("GITHUB_TOKEN", " first ")
    assert auth.tokens() == ["first"]


def test_none_says_how_to_get_one() -> None:
    with pytest.raises(NotAuthorised, match="needs no scopes") as raised:
        auth.tokens()
    assert "collect demo" in str(raised.value)


@pytest.mark.parametrize(("code", "said", "found"), [(0, "from-gh\n", ["from-gh"]), (1, "", None), (0, "", None)])
def test_asks_gh(monkeypatch: pytest.MonkeyPatch, code: int, said: str, found: list[str] | None) -> None:
    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, code, said, "")

    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/gh")
    monkeypatch.setattr(subprocess, "run", run)
    if found:
        assert auth.tokens() == found
    else:
        with pytest.raises(NotAuthorised):
            auth.tokens()
