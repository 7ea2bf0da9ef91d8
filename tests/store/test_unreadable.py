"""When GitHub is asked again for what it does not serve."""

from itertools import pairwise

from collector import clock
from collector.store import unreadable
from collector.store.batch import Batch, Unreadable
from tests.made import Book


def test_pauses_double_up_to_32_days_and_stay_there_for_years() -> None:
    book = Book()
    repo, now, asked = book.repo(), "2026-01-01T00:00:00Z", list[str]()
    for _ in range(40):
        asked.append(now)
        batch = Batch(unreadable=[Unreadable("commits", "c1", "author", "https://github.com/acme/engine", "why")])
        unreadable.record(book.db, batch, repo, now)
        ((now,),) = book.db.execute("SELECT ask_again_at FROM unreadable").fetchall()
    pauses = [(clock.from_text(after) - clock.from_text(before)).days for before, after in pairwise([*asked, now])]
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 32]
    assert set(pauses[5:]) == {32}
