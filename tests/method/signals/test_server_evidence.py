"""Which clock dates an author-day, and the share that GitHub's servers date."""

import json
from datetime import datetime

import pytest

from collector.method.signal import Signal, Status
from collector.method.signals.server_evidence import SIGNAL, server_evidence
from collector.method.statistics.intervals import wilson
from collector.text import lacking
from tests.made import Book
from tests.method.contexts import EXCLUDED, LONG_AGO, NAIVE, context, weeks_old


def test_what_only_the_client_dates_lowers_the_share_on_server_clocks() -> None:
    book = Book()
    ident = book.repo()
    book.commit(ident, "old", "2025-06-20T00:00:00Z", lines=20)
    head = "old"
    for n in range(1, 29):
        at = f"2025-07-{n:02}T00:00:00Z"
        head = book.direct(ident, f"c{n}", at, "ann", head)
    found = book.compute()["server_evidence"]
    assert (found["value"], found["n"]) == (pytest.approx(28 / 29), 29)
    assert json.loads(found["companions"]) == {
        "client_dated_author_days": 1,
        "contained_author_days": 0,
        "unwitnessed": 0.0,
    }
    # A small one of the same kind is left out, like any day under ten lines.
    book.commit(ident, "tiny", "2025-06-22T00:00:00Z", lines=9)
    book.db.execute("UPDATE commit_parents SET parent = 'tiny' WHERE oid = 'c1'")
    book.add("commit_parents", repository=ident, oid="tiny", parent="old", position=0)
    book.db.execute("UPDATE pushes SET before_oid = 'tiny' WHERE after_oid = 'c1'")
    rows = {
        r["url"].rpartition("/")[2]: r["reason"] for r in book.evidence("server_evidence") if r["clock"] == "client"
    }
    assert rows == {"old": None, "tiny": "under_10_lines"}


def test_what_landed_before_our_first_sync_is_unwitnessed() -> None:
    book = Book()
    ident = book.repo()
    head = "0" * 40
    for n in range(1, 25):
        head = book.direct(ident, f"c{n}", f"2025-07-{n:02}T00:00:00Z", "ann", *([head] if n > 1 else []))
    book.db.execute("UPDATE sync_state SET first_complete_at = '2025-07-13T00:00:00Z' WHERE kind = 'commits'")
    assert json.loads(book.compute()["server_evidence"]["companions"])["unwitnessed"] == pytest.approx(12 / 24)


def test_what_an_event_contains_is_no_server_evidence_but_work_of_a_week() -> None:
    book = Book()
    ident = book.repo()
    book.commit(ident, "old", "2025-01-01T00:00:00Z")
    book.release(ident, "v1.0.0", "2025-06-10T00:00:00Z", "old")
    head = "old"
    for n in range(1, 29):
        head = book.direct(ident, f"c{n}", f"2025-07-{n:02}T00:00:00Z", "ann", head)
    found = book.compute()
    assert (found["server_evidence"]["value"], found["server_evidence"]["n"]) == (pytest.approx(28 / 29), 29)
    assert json.loads(found["server_evidence"]["companions"])["contained_author_days"] == 1
    assert found["active_weeks"]["value"] == 6
    assert found["contributor_days"]["n"] == 21, "at most five a week, and none of nobody"


def test_a_day_that_a_server_dates_in_part_counts_once() -> None:
    book = Book()
    ident = book.repo()
    head = book.commit(ident, "old", "2025-01-01T00:00:00Z")
    book.release(ident, "v1.0.0", "2025-07-20T12:00:00Z", "old")
    for n in range(1, 29):
        signed_at = f"2025-07-{n:02}T12:00:00Z"
        head = book.commit(ident, f"c{n}", signed_at, head, author=None, verified_at=signed_at)
    found = book.compute()["server_evidence"]
    assert (found["value"], found["n"]) == (1.0, 28)
    assert json.loads(found["companions"])["contained_author_days"] == 0


def evidence_of(server: int, client: int, unwitnessed: int = 0, created_at: datetime = LONG_AGO) -> Signal:
    return server_evidence({"server": server, "client": client}, unwitnessed, context(SIGNAL, created_at))


def test_the_share_on_server_clocks() -> None:
    signal = evidence_of(30, 10, 20)
    assert (signal.status, signal.value, signal.n, signal.score) == (Status.OK, 0.75, 40, 0.75)
    assert (signal.low, signal.high) == wilson(30, 40)
    assert signal.companions == {"client_dated_author_days": 10, "contained_author_days": 0, "unwitnessed": 0.5}
    assert (signal.naive, signal.excluded) == (NAIVE, EXCLUDED)


@pytest.mark.parametrize(("server", "client"), [(10, 9), (0, 0)])
def test_fewer_than_20_author_days_are_insufficient(server: int, client: int) -> None:
    signal = evidence_of(server, client)
    assert (signal.status, signal.reason) == (Status.INSUFFICIENT, lacking("20 author-days", server + client))


def test_a_project_under_26_weeks_is_insufficient() -> None:
    assert evidence_of(90, 0, created_at=weeks_old(3)).reason == "the oldest repository is 3 weeks old, 26 needed"
