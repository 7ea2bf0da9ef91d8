import asyncio
from typing import Any

import pytest

from collector import clock
from collector.demo.actions import push
from collector.errors import UsageError
from collector.github.client import Meter, RequestFailed
from collector.github.models import RepositoryGlance
from collector.sync import glances
from tests.lab import Lab

NOW = clock.from_text("2026-01-01T00:00:00Z")


@pytest.fixture
def names(lab: Lab) -> list[str]:
    """Sixty repositories and one that is not there."""
    made = [f"acme/r{n}" for n in range(60)]
    for name in made:
        lab.world.repository(name, "2025-01-01")
    push(lab.world.repositories[7], lab.alice, "2025-06-01", commits=3)
    push(lab.world.repositories[8], lab.alice, "2024-06-01", commits=3)
    return [*made, "acme/nothing"]


def ask(lab: Lab, names: list[str]) -> dict[str, RepositoryGlance]:
    return asyncio.run(glances.by_name(lab.github(), names, NOW, Meter()))[0]


def test_ten_are_asked_about_at_once(lab: Lab, names: list[str]) -> None:
    found = ask(lab, names)
    assert list(found) == names[:-1]
    assert len(lab.asked("RepositoryGlances")) == 7
    assert [found[f"acme/r{n}"].commits for n in (7, 8, 9)] == [3, 0, 0]


def test_what_is_too_heavy_is_asked_about_in_parts(lab: Lab, names: list[str]) -> None:
    lab.server.fail("RepositoryGlances", "502_html", times=2)
    assert list(ask(lab, names)) == names[:-1]
    # 10 twice in vain, four times 5, then 10 again.
    assert len(lab.asked("RepositoryGlances")) == 2 + 4 + 5


def test_one_that_is_too_heavy_alone_stops_no_other(lab: Lab, names: list[str]) -> None:
    lab.world.odd.poison(lab.world.repositories[3])
    assert list(ask(lab, names[:20])) == [name for name in names[:20] if name != "acme/r3"]


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 403, "body": {"message": "Resource protected by organization SAML enforcement."}},
        {
            "status": 200,
            "body": {"data": None, "errors": [{"type": "FORBIDDEN", "message": "Resource protected by SAML"}]},
        },
    ],
)
def test_an_owner_who_refuses_whole_questions_hides_no_other(lab: Lab, names: list[str], refusal: Any) -> None:
    lab.world.repository("guarded/engine", "2025-01-01")
    lab.server.fail("guarded", "answer", times=None, **refusal)
    asked = [*names[:12], "guarded/engine", *names[12:20]]
    found, missing = asyncio.run(glances.by_name(lab.github(), asked, NOW, Meter()))
    assert list(found) == names[:20]
    assert {name: absence.reason for name, absence in missing.items()} == {"guarded/engine": "forbidden"}


def test_an_odd_answer_about_one_hides_no_other(lab: Lab, names: list[str]) -> None:
    lab.world.odd.says(lab.world.repositories[3], createdAt=None)
    found, missing = asyncio.run(glances.by_name(lab.github(), names[:20], NOW, Meter()))
    assert len(found) == 19
    assert missing["acme/r3"].reason == "failed"
    assert "createdAt" in missing["acme/r3"].message


def test_what_is_renamed_or_blocked(lab: Lab, names: list[str]) -> None:
    lab.world.repositories[0].change("2025-06-01", name="acme/renamed")
    lab.world.repositories[1].change("2025-06-01", blocked=True)
    found = ask(lab, names[:3])
    assert {asked: shown.name_with_owner for asked, shown in found.items()} == {
        "acme/r0": "acme/renamed",
        "acme/r2": "acme/r2",
    }


def test_an_owner_is_read_page_by_page_while_its_list_moves(lab: Lab, names: list[str]) -> None:
    found = asyncio.run(glances.of_owner(lab.github(), "acme", NOW, Meter()))
    assert len(found) == len({r.name_with_owner for r in found}) == 60
    assert len(lab.asked("OwnedRepositories")) == 6
    ranked = glances.rank(found)
    assert ranked[0].name_with_owner == "acme/r7"


@pytest.mark.parametrize("form", ["status 403", "no data"])
def test_an_owner_who_refuses_the_question_about_it(lab: Lab, names: list[str], form: str) -> None:
    said = "Resource protected by organization SAML enforcement."
    refusals: dict[str, dict[str, Any]] = {
        "status 403": {"status": 403, "body": {"message": said}},
        "no data": {"status": 200, "body": {"data": None, "errors": [{"type": "FORBIDDEN", "message": said}]}},
    }
    lab.server.fail("OwnedRepositories", "answer", times=None, **refusals[form])
    with pytest.raises(UsageError, match=said):
        asyncio.run(glances.of_owner(lab.github(), "acme", NOW, Meter()))


def test_an_owner_whose_list_does_not_go_on(lab: Lab, names: list[str]) -> None:
    lab.server.fail("OwnedRepositories", "repeat_cursor", nth=2, times=None)
    with pytest.raises(RequestFailed, match="does not advance"):
        asyncio.run(glances.of_owner(lab.github(), "acme", NOW, Meter()))


@pytest.mark.parametrize("login", ["nobody-there", "a b", "../x", "", "a/b"])
def test_an_owner_who_is_not_there(lab: Lab, login: str) -> None:
    with pytest.raises(UsageError):
        asyncio.run(glances.of_owner(lab.github(), login, NOW, Meter()))
