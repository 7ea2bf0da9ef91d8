"""The batched question, when GitHub cannot answer about some of many repositories, or does not want to."""

from typing import Any

import httpx
import pytest

from collector.sync.fetchers import lenient_parsing
from tests.lab import Lab
from tests.variants import crossed

BROKEN = {"message": "Something went wrong.", "kind": "SERVICE_UNAVAILABLE"}


@pytest.fixture
def many(lab: Lab) -> Lab:
    """So many repositories that they are two questions."""
    lab.repos = [lab.repository(f"example/part{n}") for n in range(24)]
    return lab


def questions(lab: Lab) -> int:
    return len(lab.asked("RepositoryStates"))


def test_a_question_that_is_too_heavy_is_halved_and_the_size_remembered(many: Lab) -> None:
    lab = many
    for n in range(24, 60):
        lab.repository(f"example/part{n}")
    lab.server.fail("RepositoryStates", "node_timeout", nodes=500)  # 42 nodes each
    assert lab.sync().exit_code == 0
    assert len(lab.live("repositories")) == 60
    assert lab.query("SELECT value FROM meta WHERE key = 'page_sizes'")[0].count('"repositories": 10') == 1
    failed = [entry for entry in lab.asked("RepositoryStates") if entry.status == 502]
    asked = questions(lab)
    lab.night()
    assert [e.status for e in lab.asked("RepositoryStates")[asked:]].count(502) < len(failed)
    # With less weight it is tried upwards again.
    lab.server.faults.clear()
    for _ in range(2):
        asked = questions(lab)
        lab.night()
    assert questions(lab) - asked == 3


@pytest.mark.parametrize("status", [500, 451])
def test_a_question_that_fails_because_of_one(many: Lab, status: int) -> None:
    lab, handle = many, many.server.front

    def refusing(request: httpx.Request) -> httpx.Response:
        answer = handle(request)
        if b"part23" in answer.content and b"RepositoryStates" in request.content:
            answer = httpx.Response(status, json={"message": "Not this one"}, request=request)
        return answer

    lab.server.front = refusing
    report = lab.sync()
    assert report.exit_code == 3
    assert [(name, kind) for name, kind, _ in report.failures] == [("example/part23", "repository")]
    assert len(lab.live("repositories")) == 23


def test_one_that_github_cannot_answer_about_stops_no_other(many: Lab) -> None:
    lab = many
    lab.world.odd.poison(lab.repos[23])
    report = lab.sync()
    assert report.exit_code == 3
    assert [(name, kind) for name, kind, _ in report.failures] == [("example/part23", "repository")]
    assert len(lab.live("repositories")) == 23
    assert lab.query("SELECT value FROM meta WHERE key = 'page_sizes'")[0].count('"repositories": 20') == 1
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("part", ["tags", "discussions"])
def test_one_that_is_too_heavy_alone_is_asked_about_with_less(lab: Lab, part: str) -> None:
    repo = lab.repository()
    repo.tag("v1", at="2025-03-01")
    repo.issue("Broken", lab.bob, "2025-03-01")
    lab.server.fail(r"RepositoryStates (?!.*light)", "502_html", times=None)
    assert lab.sync().exit_code == 0
    assert len(lab.live("issues")) == len(lab.live("tags")) == 1
    lab.night()
    assert len(lab.asked(" Tags ")) == 1
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    assert lab.differences() == {}


def test_a_null_without_a_word_is_not_gone(lab: Lab) -> None:
    repo = lab.repository()
    lab.sync()

    def silent(body: Any) -> None:
        body["data"]["i0"] = None

    lab.server.fail(" RepositoryStates ", "change", times=None, change=silent)
    report = lab.night()
    assert (report.exit_code, report.failures[0][2]) == (
        3,
        "GitHub returns nothing for example/engine and gives no reason.",
    )
    assert lab.query("SELECT status, gone_at FROM repositories WHERE id = ?", repo.id) == [("ok", None)]
    lab.server.faults.clear()
    assert lab.night().exit_code == 0


@pytest.mark.parametrize(("row", "glance"), crossed([None, {}, "text"], ["issues", "releases", "tags"]))
def test_an_odd_row_of_a_glance_costs_no_repository(lab: Lab, glance: str, row: Any) -> None:
    repo = lab.repository()
    repo.issue("Broken", lab.bob, "2025-03-01")
    repo.release("v1", lab.alice, "2025-03-06")

    def odd(body: Any) -> None:
        for state in (state for key, state in body["data"].items() if key != "rateLimit"):
            if state.get(glance, {}).get("nodes"):  # once it is refused, the question is asked without it
                state[glance]["nodes"][0] = row

    lab.server.fail(" RepositoryStates ", "change", times=None, change=odd)
    assert lab.sync().exit_code == 0
    repo.issue("News", lab.bob, "2026-01-01T06:00:00Z")
    assert lab.night().exit_code == 0
    lab.server.faults.clear()
    assert lab.compared(lab.fresh()) == {}


@pytest.mark.parametrize("which", ["tag", "issue"])
def test_a_row_of_a_glance_that_github_never_answers_for(lab: Lab, which: str) -> None:
    repo = lab.repository()
    first, second = (repo.issue(title, lab.bob, "2025-03-01") for title in ("Broken", "Newest"))
    tag = repo.tag("v1", at="2025-03-01")
    lab.world.odd.poison(tag if which == "tag" else second, "target" if which == "tag" else "updatedAt")
    assert lab.sync().exit_code == 0
    for n in (1, 2):
        lab.world.move(days=1)
        first.comment(lab.bob, "News")
        if which == "issue":
            second.comment(lab.bob, "Newer still")
        assert lab.sync().exit_code == 0
        assert lab.query("SELECT count(*) FROM comments WHERE subject = ?", first.id) == [n]
    lab.world.odd.active = False
    for _ in range(5):
        assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("form", ["of today", "of no known form"])
def test_a_number_that_is_null(lab: Lab, form: str) -> None:
    repo = lab.repository()
    repo.issue("Broken", lab.bob, "2025-03-01")
    lab.world.odd.says(repo, databaseId=None)
    if form == "of no known form":
        lab.world.nodes["R_unheard-of"] = repo
        repo.node_id = "R_unheard-of"
    assert lab.sync().exit_code == 0
    assert lab.query("SELECT id FROM repositories") == [repo.id]
    asked = len(lab.asked("GET /repos/example/engine"))
    assert lab.night().exit_code == 0
    assert len(lab.asked("GET /repos/example/engine")) == asked
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("field", ["description", "homepageUrl", "licenseInfo", "primaryLanguage", "pushedAt"])
def test_a_part_that_is_not_served_stays_as_it_was_known(lab: Lab, field: str) -> None:
    values = {"description": "An engine", "homepage": "https://example.org", "license": "MIT", "language": "Rust"}
    repo = lab.repository(**values)
    lab.sync()
    repo.issue("Broken", lab.bob, "2026-01-01T06:00:00Z")
    lab.world.odd.fails(repo, field, message=BROKEN["message"], kind=BROKEN["kind"])
    for _ in range(2):
        assert lab.night().exit_code == 0
    assert lab.query("SELECT kind, part, url, attempts FROM unreadable") == [
        ("repository", field, "https://github.com/example/engine", 2)
    ]
    assert len(lab.live("issues")) == 1
    assert lab.night().exit_code == 0  # not noted anew every night
    assert lab.query("SELECT attempts FROM unreadable") == [2]
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.query("SELECT * FROM unreadable") == []
    assert lab.compared(lab.fresh(whole=True)) == {}


@pytest.mark.parametrize("kind", ["SERVICE_UNAVAILABLE", "FORBIDDEN"])
def test_a_default_branch_that_is_not_served_is_no_empty_repository(lab: Lab, kind: str) -> None:
    repo = lab.repository()
    lab.sync()
    lab.world.odd.fails(repo, "defaultBranchRef", message="Something went wrong.", kind=kind)
    report = lab.night()
    assert report.exit_code == 3
    assert "does not return all required fields of example/engine" in report.failures[0][2]
    assert lab.query("SELECT count(*) FROM commits WHERE gone_at IS NOT NULL") == [0]
    assert lab.query("SELECT status FROM repositories") == ["ok"]
    lab.world.odd.active = False
    assert lab.night().exit_code == 0
    assert lab.compared(lab.fresh(whole=True)) == {}


def test_a_defect_in_reading_the_answer_is_one_repositorys(many: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    read = lenient_parsing.read

    def raising(model: Any, raw: Any, *args: Any) -> Any:
        if raw.get("nameWithOwner") == "example/part7":
            raise ZeroDivisionError("unforeseen")
        return read(model, raw, *args)

    monkeypatch.setattr(lenient_parsing, "read", raising)
    report = many.sync()
    assert report.exit_code == 1
    assert [name for name, _, _ in report.defects] == ["example/part7"]
    assert len(many.live("repositories")) == 23
