"""Discussions: with comments, replies and answers, and at no cost where there are none."""

from typing import Any

import pytest

from collector.emulator.discussions import IDEAS, Category, Discussion
from collector.emulator.repository import Repository
from tests.lab import Lab
from tests.variants import crossed

DAY = "2025-03-{:02}"


def talk(repo: Repository, number: int) -> Discussion:
    """The discussion of a number."""
    found = repo.threads[number]
    assert isinstance(found, Discussion)
    return found


def furnished(lab: Lab, size: int = 6) -> Repository:
    """A repository of discussions, each with a comment, a reply to it, and an answer."""
    repo = lab.repository(has_discussions=True)
    for n in range(size):
        at = f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}"
        asked = repo.discussion(f"Question {n}", lab.bob, at)
        said = asked.comment(lab.alice, f"So {n}.", at)
        asked.comment(lab.bob, f"Thanks {n}.", at, reply_to=said)
        asked.choose(said, lab.bob, at)
    return repo


def since(lab: Lab, start: int) -> list[str]:
    """The operations of the requests from `start` on."""
    return [entry.operation or entry.path for entry in lab.server.log[start:]]


def test_what_is_stored_of_a_discussion(lab: Lab) -> None:
    repo = lab.repository(has_discussions=True)
    asked = repo.discussion("How?", lab.bob, DAY.format(1), body="How does it work?")
    said = asked.comment(lab.alice, "Thus.", DAY.format(2))
    asked.comment(lab.bob, "Thank you!", DAY.format(3), reply_to=said)
    asked.choose(said, lab.alice, DAY.format(4)).close(lab.alice, DAY.format(5))
    repo.discussion("Colours", lab.alice, DAY.format(6), category=IDEAS)
    lab.sync()
    columns = (
        "number, title, body_length, author, category, is_answerable, state_reason, closed_at, answer_comment, "
        "answer_chosen_at, answer_chosen_by"
    )
    closed, chosen = "2025-03-05T00:00:00Z", "2025-03-04T00:00:00Z"
    assert lab.query(f"SELECT {columns} FROM discussions ORDER BY number") == [
        (1, "How?", 17, lab.bob.id, "Q&A", 1, "RESOLVED", closed, -said.id, chosen, lab.alice.id),
        (2, "Colours", 0, lab.alice.id, "Ideas", 0, None, None, None, None, None),
    ]
    assert lab.query("SELECT subject, subject_type, author, length FROM comments ORDER BY created_at") == [
        (asked.id, "Discussion", lab.alice.id, 5),
        (asked.id, "Discussion", lab.bob.id, 10),
    ]


def test_comments_of_the_same_number_on_an_issue_and_on_a_discussion_are_two(lab: Lab) -> None:
    repo = furnished(lab, 1)
    said = talk(repo, 1).said[0]
    repo.issue("Broken", lab.bob, DAY.format(9)).comment(lab.bob, "Really", DAY.format(10)).id = said.id
    lab.sync()
    assert lab.query("SELECT id FROM comments WHERE abs(id) = ? ORDER BY id", said.id) == [-said.id, said.id]


def test_a_converted_issue_names_its_discussion(lab: Lab) -> None:
    repo = lab.repository(has_discussions=True)
    for named in (True, False):
        issue = repo.issue("Broken?", lab.bob, DAY.format(1))
        issue.comment(lab.alice, "Not a defect.", DAY.format(2))
        repo.convert(issue, lab.alice, DAY.format(3), category=IDEAS, named=named)
    lab.sync()
    sql = "SELECT discussion_number FROM events WHERE type = 'ConvertedToDiscussionEvent' ORDER BY id"
    assert sorted(lab.query(sql), key=str) == [2, None]
    assert lab.query("SELECT number, created_at FROM discussions") == [
        (2, "2025-03-01T00:00:00Z"),
        (4, "2025-03-01T00:00:00Z"),
    ]


@pytest.mark.parametrize("enabled", [True, False])
def test_a_repository_without_discussions_costs_nothing(lab: Lab, enabled: bool) -> None:
    lab.repository(has_discussions=enabled)
    assert lab.sync().exit_code == 0
    assert lab.night().exit_code == 0
    assert {"Discussions", "Replies"}.isdisjoint(since(lab, 0))
    assert lab.query("SELECT count(completed_at) FROM sync_state WHERE kind = 'discussions'") == [int(enabled)]


def test_the_price(lab: Lab) -> None:
    """Of 240 discussions with a comment each: a point for every page of up to 100, and for the replies of 100."""
    repo = furnished(lab, 240)
    repo.issue("Newest", lab.bob)
    lab.sync()
    spent = {
        name: [entry.points for entry in lab.server.log if entry.operation == name]
        for name in ("Discussions", "Replies")
    }
    assert spent == {"Discussions": [1] * 4, "Replies": [1] * 4}
    start = len(lab.server.log)
    lab.night(0.1)
    assert since(lab, start) == ["RepositoryStates"]
    talk(repo, 7).comment(lab.alice, "One more.", at="2026-01-01T04:00:00Z")
    start = len(lab.server.log)
    lab.night(0.2)
    assert since(lab, start) == ["RepositoryStates", "Discussions", "Replies"]
    assert lab.differences() == {}


def test_long_threads_are_read_to_their_end(lab: Lab) -> None:
    repo = lab.repository(has_discussions=True)
    asked = repo.discussion("How?", lab.bob, DAY.format(1))
    first = asked.comment(lab.alice, "At length.", DAY.format(2))
    for n in range(130):
        asked.comment(lab.alice, f"And {n}", DAY.format(3))
        asked.comment(lab.bob, f"Why {n}?", DAY.format(4), reply_to=first)
    lab.sync()
    assert lab.query("SELECT count(*) FROM comments") == [261]
    assert lab.query("SELECT * FROM unreadable") == []


def test_news_are_found_in_the_next_night(lab: Lab) -> None:
    repo = furnished(lab)
    lab.sync()
    lab.world.move(days=1)
    one, two, three = (talk(repo, n) for n in (1, 2, 3))
    one.comment(lab.bob, "Another way.", reply_to=one.said[0])
    two.close(lab.bob, reason="OUTDATED")
    three.edit(title="How not?", category=Category("Support", answerable=True))
    repo.discussion("New", lab.bob).comment(lab.alice)
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}
    assert lab.query("SELECT * FROM late_arrivals") == []


def test_an_answer_that_is_taken_back_stays_known(lab: Lab) -> None:
    repo = furnished(lab, 1)
    lab.sync()
    lab.world.move(days=1)
    asked = talk(repo, 1)
    asked.choose(None, lab.bob)
    lab.sync()
    assert lab.query("SELECT answer_chosen_at FROM discussions") == [None]
    found = dict(lab.query('SELECT "column", old FROM changes WHERE new IS NULL'))
    assert found == {
        "answer_comment": str(-asked.said[0].id),
        "answer_chosen_at": "2025-03-01T00:00:00Z",
        "answer_chosen_by": str(lab.bob.id),
    }


def test_what_is_gone_is_found_within_a_week(lab: Lab) -> None:
    repo = furnished(lab)
    alone = talk(repo, 3).comment(lab.bob, "Never mind.", DAY.format(5))
    lab.sync()
    lab.world.move(days=1)
    talk(repo, 1).delete()
    talk(repo, 2).delete_comment(talk(repo, 2).said[0])  # it stays, without a text, for its reply
    talk(repo, 3).delete_comment(alone)
    talk(repo, 4).delete_comment(talk(repo, 4).said[1])
    for _ in range(8):
        assert lab.night().exit_code == 0
    assert lab.differences() == {}
    assert lab.query("SELECT number FROM discussions WHERE gone_at IS NOT NULL") == [1]
    gone = [*talk(repo, 1).said, talk(repo, 2).said[0], alone, talk(repo, 4).said[1]]
    assert lab.query("SELECT id FROM comments WHERE gone_at IS NOT NULL ORDER BY id") == sorted(-c.id for c in gone)


def test_switched_off_and_on_again(lab: Lab) -> None:
    repo = furnished(lab)
    lab.sync()
    repo.change("2026-01-02", has_discussions=False)
    start = len(lab.server.log)
    for _ in range(3):
        assert lab.night().exit_code == 0
    assert "Discussions" not in since(lab, start)
    assert lab.live("discussions") == lab.live("comments") == set()
    repo.change("2026-01-05", has_discussions=True)
    for _ in range(2):
        assert lab.night().exit_code == 0
    assert lab.differences() == {}
    assert len(lab.live("discussions")) == 6
    assert lab.query("SELECT * FROM late_arrivals") == []


def test_a_database_without_them_begins_with_a_first_sync(lab: Lab) -> None:
    """As after the update from a version that did not read discussions: nothing found so is late."""
    repo = furnished(lab)
    lab.sync()
    for table in ("discussions", "comments", "sync_state"):
        lab.change(f"DELETE FROM {table}" + (" WHERE kind = 'discussions'" if table == "sync_state" else ""))
    lab.change("UPDATE repositories SET has_discussions = 1")
    talk(repo, 1).comment(lab.alice, at="2026-01-01T12:00:00Z")
    assert lab.night().exit_code == 0
    assert lab.differences() == {}
    assert lab.query("SELECT * FROM late_arrivals") == []


def test_what_arrives_late_is_noted(lab: Lab) -> None:
    repo = furnished(lab)
    for _ in range(3):
        repo.issue("News", lab.bob)
        lab.night()
    late = repo.discussion("Long answered", lab.bob, created_at="2025-06-01")
    lab.night()
    assert lab.query('SELECT "table", key FROM late_arrivals') == [("discussions", str(late.id))]


def test_a_discussion_that_an_issue_became_is_not_late(lab: Lab) -> None:
    repo = furnished(lab)
    issues = [repo.issue(f"Broken {n}", lab.bob, DAY.format(9 + n)) for n in range(2)]
    repo.issue("Newest", lab.bob)
    for issue, fault in zip(issues, (" Issues ", " Discussions "), strict=True):  # whichever is stored first
        assert lab.night().exit_code == 0
        repo.convert(issue, lab.alice)
        lab.server.fail(fault, "500", times=None)
        lab.world.move(hours=1)
        assert lab.sync().exit_code == 3
        lab.server.faults.clear()
        assert lab.sync().exit_code == 0
    assert lab.query("SELECT * FROM late_arrivals") == []
    assert lab.query("SELECT count(*) FROM discussions WHERE created_at >= '2025-03-09'") == [2]


def noted(lab: Lab) -> list[Any]:
    return lab.query("SELECT kind, part, url FROM unreadable")


@pytest.mark.parametrize(
    ("part", "way"), crossed(["comments", "title", "category", "answer", "replies"], ["fails", "poison"])
)
def test_a_part_that_github_never_serves(lab: Lab, part: str, way: str) -> None:
    repo = furnished(lab)
    lab.sync()
    lab.world.move(days=1)
    bad = talk(repo, 3)
    getattr(lab.world.odd, way)(bad.said[0] if part == "replies" else bad, part)
    for thread in list(repo.threads.values()):
        thread.comment(lab.bob, "News")
    codes = [lab.sync().exit_code, lab.night().exit_code]
    assert codes == [0, 0]
    url = "https://github.com/example/engine/discussions/3"
    assert noted(lab) == [("discussions", "comments" if part == "replies" else part, url)]
    assert len(lab.live("discussions")) == 6
    assert len(lab.live("comments")) >= 17, "all but, at most, the news of that one"
    lab.world.odd.active = False
    assert lab.night(8).exit_code == 0
    assert noted(lab) == []
    assert lab.differences(whole=True) == {}
    assert lab.query("SELECT * FROM changes") == []


def test_replies_that_are_refused_are_noted(lab: Lab) -> None:
    repo = furnished(lab)
    lab.world.odd.hides(talk(repo, 3).said[1])
    assert lab.sync().exit_code == 0
    assert [part for _, part, _ in noted(lab)] == ["comments"]
    assert len(lab.live("comments")) == 11
    lab.world.odd.active = False
    lab.night(8)
    assert noted(lab) == []
    assert lab.differences(whole=True) == {}


def test_too_many_comments_at_once_are_split(lab: Lab) -> None:
    furnished(lab, 40)
    lab.server.fail("Replies", "node_timeout", nodes=20 * 50)
    assert lab.sync().exit_code == 0
    assert lab.differences() == {}


def test_where_discussions_are_refused_the_stored_ones_stay(lab: Lab) -> None:
    repo = furnished(lab)
    lab.sync()
    completed = lab.query("SELECT completed_at FROM sync_state WHERE kind = 'discussions'")
    lab.world.odd.fails(repo, "discussions", message="Resource not accessible by integration", kind="FORBIDDEN")
    talk(repo, 1).comment(lab.bob, "News", "2026-01-01T12:00:00Z")
    assert lab.night().exit_code == 0
    assert len(lab.live("discussions")) == 6
    assert lab.query("SELECT completed_at FROM sync_state WHERE kind = 'discussions'") == completed
    assert lab.query("SELECT kind, part FROM unreadable") == [("repository", "discussions")]
    lab.world.odd.active = False
    lab.night()
    assert lab.differences(whole=True) == {}
    assert lab.query("SELECT * FROM unreadable") == []


def test_where_all_is_too_much_at_once_discussions_are_still_read(lab: Lab) -> None:
    furnished(lab)
    lab.server.fail(r"RepositoryStates (?!.*light)", "502_html", times=None)
    assert lab.sync().exit_code == 0
    assert len(lab.live("discussions")) == 6


def test_where_the_glance_alone_is_too_much_it_is_left_out(lab: Lab) -> None:
    repo = furnished(lab)
    lab.world.odd.poison(repo, "discussions")
    repo.issue("News", lab.bob)
    assert lab.sync().exit_code == 0
    assert len(lab.live("issues")) == 1
    assert lab.query("SELECT kind, part FROM unreadable") == [("repository", "discussions")]


def test_discussions_that_are_null_once_without_a_reason_are_recorded(lab: Lab) -> None:
    repo = lab.repository(has_discussions=True)
    talk = repo.discussion("Talk", lab.bob, at="2025-03-01")
    lab.sync()
    lab.world.move(days=1)
    talk.comment(lab.bob)

    def without(body: Any) -> None:
        body["data"]["i0"]["discussions"] = None

    lab.server.fail(" RepositoryStates ", "change", times=None, change=without)
    lab.sync()
    assert lab.query("SELECT count(*) FROM sync_errors") == [1]
    lab.server.faults.clear()
    lab.night()
    assert lab.differences() == {}
