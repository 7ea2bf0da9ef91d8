"""Lists of threads, and lists within threads, that contradict themselves: asked again, then not taken for whole."""

import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from collector.store import hash_key
from collector.sync.fetchers.thread_pages import seen_by_both
from tests.lab import Lab
from tests.variants import crossed

# How GitHub's lists have been seen to go wrong, and what lets each pass.
KINDS = ("empty_page", "repeat_cursor", "null_cursor", "ends_early", "duplicate_row", "null_node")
LISTS = {"issues": " Issues ", "pull_requests": " PullRequests ", "discussions": " Discussions "}
INNER = {
    "labels": " Issues ",
    "comments": " Issues ",
    "timelineItems": " PullRequests ",
    "reviews": " PullRequests ",
    "replies": " Replies ",
}


@pytest.fixture
def listed(lab: Lab, request: pytest.FixtureRequest) -> Lab:
    """More threads than the first page shows, with nothing in them: in the list that the test is about."""
    repo = lab.repository(has_discussions=True)
    long = request.node.callspec.params["table"] if hasattr(request.node, "callspec") else "issues"
    for n in range(30):
        at = f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}"
        if n < 2 or long == "issues":
            repo.issue(f"Issue {n}", lab.bob, at)
        if n < 2 or long == "pull_requests":
            repo.pull_request(f"Change {n}", lab.bob, at)
    for n in range(55 if long == "discussions" else 2):
        repo.discussion(f"Question {n}", lab.bob, f"2025-{n // 28 + 3:02}-{n % 28 + 1:02}")
    return lab


@pytest.fixture
def furnished(lab: Lab) -> Lab:
    """A few threads with lists of their own."""
    repo = lab.repository(has_discussions=True)
    for n in range(5):
        at = f"2025-03-{n + 1:02}"
        said = repo.discussion(f"Question {n}", lab.bob, at).comment(lab.alice, at=at)
        for _ in range(4):
            said.discussion.comment(lab.bob, "Thanks", at, reply_to=said)
        issue = repo.issue(f"Issue {n}", lab.bob, at, labels=("bug", "ui", "old"))
        pull = repo.pull_request(f"Change {n}", lab.bob, at)
        for _ in range(4):
            issue.comment(lab.alice, "Thanks", at)
            pull.review(lab.alice, "COMMENTED", at)
            pull.event("ReopenedEvent", lab.bob, at)
    return lab


def state(lab: Lab, kind: str) -> Any:
    (row,) = lab.query("SELECT completed_at, watermark, fingerprint FROM sync_state WHERE kind = ?", kind)
    return row


class Known:
    """Databases of worlds that several tests make alike: a sync of one of them need not be done again."""

    def __init__(self, shelf: Path) -> None:
        self.shelf = shelf

    def synced(self, lab: Lab, *world: Any) -> None:
        """A first sync."""
        kept = self._path("synced", *world)
        if kept.exists():
            shutil.copy(kept, lab.path)
            shutil.copy(hash_key.file_of(lab.empty), hash_key.file_of(lab.path))
            lab.runs += 1
        else:
            lab.sync()
            shutil.copy(lab.path, kept)

    def fresh(self, lab: Lab, *world: Any) -> Path:
        """What a full sync of GitHub without faults stores."""
        kept = self._path("fresh", *world)
        if not kept.exists():
            shutil.copy(lab.fresh(), kept)
        return kept

    def _path(self, *parts: Any) -> Path:
        return self.shelf / f"{'-'.join(map(str, parts))}.db"


@pytest.fixture
def known(shelf: Path) -> Known:
    return Known(shelf)


def nothing_lost(lab: Lab, fresh: Path | None = None) -> None:
    assert lab.compared(fresh or lab.fresh()) == {}
    assert lab.query("SELECT count(*) FROM issues WHERE gone_at IS NOT NULL") == [0]
    assert lab.query("SELECT * FROM changes") == []
    assert lab.query("SELECT * FROM late_arrivals") == []


def news(lab: Lab) -> None:
    """Something new in most threads, so that more than a page of each list is read."""
    lab.world.move(days=1)
    for thread in list(lab.world.repositories[0].threads.values()):
        thread.comment(lab.bob, "News")


@pytest.mark.parametrize(("table", "kind", "first"), crossed([*LISTS], KINDS, [True, False]))
def test_a_list_that_contradicts_itself_once_is_read_whole(
    listed: Lab, known: Known, table: str, kind: str, first: bool
) -> None:
    lab = listed
    if not first:
        known.synced(lab, table)
        news(lab)
    fault = lab.server.fail(LISTS[table], kind)
    report = lab.sync()
    assert fault.struck == 1
    assert report.exit_code == 0, report.failures
    nothing_lost(lab, known.fresh(lab, table, first))


@pytest.mark.parametrize(("table", "kind", "first"), crossed([*LISTS], KINDS, [True, False]))
def test_a_list_that_contradicts_itself_again_and_again_is_not_whole(
    listed: Lab, known: Known, table: str, kind: str, first: bool
) -> None:
    lab = listed
    if not first:
        known.synced(lab, table)
        news(lab)
    before = None if first else state(lab, table)
    details: dict[str, Any] = {"cursor": "skips"} if kind == "empty_page" else {}
    lab.server.fail(LISTS[table], kind, times=None, **details)
    report = lab.sync()
    assert report.exit_code == 3
    assert [failure[1] for failure in report.failures] == [table]
    assert first or state(lab, table) == before, "neither the watermark nor the last complete sync moves"
    assert len(lab.asked(LISTS[table])) < 25
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    nothing_lost(lab, known.fresh(lab, table, first))


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("labels", "ends_early"),
        ("comments", "empty_page"),
        ("comments", "ends_early"),
        ("comments", "null_node"),
        ("reviews", "null_cursor"),
        ("timelineItems", "repeat_cursor"),
        ("timelineItems", "ends_early"),
        ("replies", "ends_early"),
        ("replies", "null_node"),
    ],
)
def test_a_list_within_a_thread_that_contradicts_itself_once(furnished: Lab, part: str, kind: str) -> None:
    lab = furnished
    lab.server.fail(INNER[part], kind, connection=part)
    assert lab.sync().exit_code == 0
    nothing_lost(lab)
    assert lab.query("SELECT * FROM unreadable") == []


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("labels", "ends_early"),
        ("comments", "empty_page"),
        ("comments", "ends_early"),
        ("reviews", "null_cursor"),
        ("timelineItems", "repeat_cursor"),
        ("timelineItems", "ends_early"),
        ("replies", "ends_early"),
    ],
)
def test_a_list_within_a_thread_that_goes_on_contradicting_itself(furnished: Lab, part: str, kind: str) -> None:
    """It is recorded as incomplete once, and never stops its list: it is noted, and asked for again."""
    lab = furnished
    lab.sync()
    news(lab)
    lab.server.fail(INNER[part].rstrip(), kind, times=None, connection=part)
    codes = [lab.sync().exit_code, *(lab.night().exit_code for _ in range(2))]
    assert codes[0] == (0 if (part, kind) == ("timelineItems", "ends_early") else 3)
    assert codes[1:] == [0, 0]
    assert set(lab.query("SELECT part FROM unreadable")) == {"comments" if part == "replies" else part}
    lab.server.faults.clear()
    assert lab.night(6).exit_code == 0
    assert lab.query("SELECT * FROM unreadable") == []
    nothing_lost(lab)


def spoil(lab: Lab, change: Any) -> None:
    """Change the answers to questions for the list of issues."""
    lab.server.fail(" Issues ", "change", times=None, change=lambda body: change(body["data"]["node"]["issues"]))


def test_a_list_that_loses_many_rows_which_are_there_by_their_ids_is_not_whole(listed: Lab) -> None:
    """Consistently: what it lacks it does not count either."""
    lab = listed
    lab.sync()

    def lose(page: Any) -> None:
        page["nodes"] = [node for node in page["nodes"] if int(node["title"].split()[1]) % 2]
        page["totalCount"] = 15

    spoil(lab, lose)
    assert {lab.night().exit_code for _ in range(9)} <= {0, 3}
    assert len(lab.live("issues")) == 30
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    nothing_lost(lab)


def updated(lab: Lab, *titles: str) -> None:
    """A night on which somebody comments on some issues."""
    lab.world.move(days=1)
    for thread in lab.repo.threads.values():
        if thread.get("title", lab.world.now) in titles:
            thread.comment(lab.alice)


@pytest.mark.parametrize("rows", [60, 4])
def test_a_changed_thread_that_a_page_leaves_out_is_not_passed_over(lab: Lab, rows: int) -> None:
    """Whether the page is the last one, which must reach the total, or not, which must be as long as requested."""
    repo = lab.repository()
    for n in range(rows):
        repo.issue(f"Issue {n}", lab.bob, f"2025-03-{n % 28 + 1:02}")
    lab.sync()
    updated(lab, "Issue 0", "Issue 1", "Issue 2")

    def lose(page: Any) -> None:
        del page["nodes"][1:2]

    spoil(lab, lose)
    report = lab.sync()
    assert report.exit_code == (0 if rows == 60 else 3)  # GitHub serves it on a page of its own, or not at all
    lab.server.faults.clear()
    assert lab.night().exit_code == 0
    nothing_lost(lab)


def test_the_place_of_a_thread_in_whose_stead_a_page_is_empty_is_asked_for_again(lab: Lab) -> None:
    repo = lab.repository()
    for n in range(60):
        repo.issue(f"Issue {n}", lab.bob, f"2025-03-{n % 28 + 1:02}")
    lab.sync()
    updated(lab, "Issue 3", "Issue 4")

    def lose(page: Any) -> None:
        page["nodes"] = [node for node in page["nodes"] if node["title"] != "Issue 3"]

    spoil(lab, lose)
    assert lab.sync().exit_code == 0
    (key,) = lab.query("SELECT key FROM unreadable")
    assert key.startswith("UPDATED_AT:")
    assert lab.query("SELECT count(*) FROM sync_errors") == [1]
    lab.server.faults.clear()
    assert lab.night(2).exit_code == 0
    assert lab.query("SELECT * FROM unreadable") == []
    nothing_lost(lab)


def test_a_thread_that_one_of_two_walks_could_not_read_counts_once() -> None:
    place = "UPDATED_AT:x"
    assert seen_by_both({"I_1", place}, {"I_1", "I_2"}) == seen_by_both({"I_1", "I_2"}, {"I_1", place}) == 2
    assert seen_by_both({"I_1", place}, {"I_1", place}) == 2


def test_many_that_are_really_deleted_are_gone(listed: Lab) -> None:
    lab = listed
    lab.sync()
    lab.world.move(hours=1)
    issues = [thread for thread in lab.repo.threads.values() if thread.prefix == "I"]
    for issue in issues[::2]:
        issue.delete()
    for _ in range(8):
        assert lab.night().exit_code == 0
    assert lab.query("SELECT count(*) FROM issues WHERE gone_at IS NOT NULL") == [15]
    assert lab.differences() == {}


def test_comments_that_vanish_at_once_are_looked_for_a_second_time(furnished: Lab) -> None:
    lab = furnished
    issue = lab.world.repositories[0].issue("Loud", lab.bob)
    for _ in range(30):
        issue.comment(lab.alice)
    lab.sync()
    lab.world.move(days=1)
    issue.comment(lab.bob)

    def empty(page: Any) -> None:
        for node in page["nodes"]:
            node["comments"] |= {"totalCount": 0, "nodes": []}

    spoil(lab, empty)
    assert lab.sync().exit_code == 0
    assert len(lab.query("SELECT id FROM comments WHERE subject = ? AND gone_at IS NULL", issue.id)) == 31


def test_a_thread_touched_while_its_list_is_read_is_no_contradiction(
    listed: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = listed
    asked, handle = [], lab.server.front

    def touching(request: httpx.Request) -> httpx.Response:
        response = handle(request)
        if lab.server.log[-1].operation == "Issues":
            asked.append(1)
            if len(asked) == 1:  # the oldest moves to the front, which is read already
                lab.world.move(seconds=30)
                next(iter(lab.world.repositories[0].threads.values())).comment(lab.alice, "Up")
        return response

    lab.server.front = touching
    assert lab.sync().exit_code == 0
    assert len(lab.live("issues")) == 30
    lab.server.front = handle
    lab.night()
    assert lab.differences() == {}
