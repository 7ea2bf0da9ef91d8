"""When a project was last complete, and of what."""

import pytest

from collector.method.projects import Repository, incomplete, last_complete


def repository(name: str, *completed: str | None, status: str = "ok") -> Repository:
    return Repository(name, "core", status, "2020-01-01T00:00:00Z", True, True, completed)


def test_a_project_is_as_complete_as_its_oldest_list() -> None:
    of = [repository("a/x", "2026-03-04", "2026-03-02"), repository("a/y", "2026-03-03", "2026-03-05")]
    assert (incomplete(of), last_complete(of)) == ((), "2026-03-02")


def test_it_is_not_complete_while_a_list_never_was() -> None:
    of = [repository("a/x", "2026-03-04", "2026-03-02"), repository("a/y", "2026-03-03", None)]
    assert (incomplete(of), last_complete(of)) == (("a/y",), None)


@pytest.mark.parametrize("status", ["private_or_gone", "blocked"])
def test_what_github_no_longer_shows_counts_only_when_nothing_else_is_left(status: str) -> None:
    lost = [repository("a/x", "2026-01-04", status=status), repository("a/y", "2026-01-02", None, status=status)]
    assert (incomplete(lost), last_complete(lost)) == ((), "2026-01-04")
    assert last_complete([*lost, repository("a/z", "2026-03-03")]) == "2026-03-03"


def test_nothing_was_never_complete() -> None:
    assert last_complete([]) is None
