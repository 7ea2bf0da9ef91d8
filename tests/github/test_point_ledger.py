"""What questions without an answer cost is corrected by what GitHub says was used."""

import pytest

from collector.github.meter import Meter
from collector.github.point_ledger import Ledger

HOUR = 1_767_229_200


class Book:
    """A ledger and a meter, asked one question after the other."""

    def __init__(self) -> None:
        self.ledger, self.meter, self.number = Ledger(), Meter(), 0

    def answered(self, points: int, used: int, window: int = HOUR) -> None:
        self.number += 1
        self.meter.points += points
        self.ledger.report(used, window)
        self.ledger.count(points)
        self.ledger.compare(self.number)

    def failed(self, price: int) -> None:
        self.number += 1
        self.meter.points += price
        self.ledger.count_doubtful(price, (self.meter,), self.number)
        self.ledger.compare(self.number)


@pytest.mark.parametrize(
    ("points", "used", "counted"),
    [
        pytest.param(2, 107, 7, id="a question that GitHub did charge stays counted"),
        pytest.param(9, 103, 11, id="no more is taken back than is in doubt, where GitHub's count lags behind"),
        pytest.param(2, 900, 7, id="what others use of the same token is not ours"),
    ],
)
def test_the_next_answer_settles_what_was_in_doubt(points: int, used: int, counted: int) -> None:
    book = Book()
    book.answered(2, used=102)
    book.failed(3)
    book.answered(points, used=used)
    assert book.meter.points == counted


def test_a_question_that_github_did_not_charge_is_taken_back() -> None:
    book = Book()
    book.answered(2, used=102)
    book.failed(3)
    book.answered(2, used=104)
    book.failed(1)
    book.answered(1, used=106)
    assert book.meter.points == 2 + 2 + 1 + 1


def test_another_hour_settles_nothing_of_the_last_one() -> None:
    book = Book()
    book.answered(2, used=102)
    book.failed(3)
    book.answered(2, used=2, window=HOUR + 3600)
    assert book.meter.points == 7
    book.failed(3)
    book.answered(2, used=4, window=HOUR + 3600)
    assert book.meter.points == 9


def test_an_answer_to_an_older_question_decides_nothing() -> None:
    ledger, meter = Ledger(), Meter(points=3)
    ledger.report(100, HOUR)
    ledger.compare(1)
    ledger.count_doubtful(3, (meter,), newest=3)  # questions 2 and 3 are under way, and 2 fails
    ledger.report(101, HOUR)
    ledger.count(1)
    ledger.compare(3)  # GitHub may have counted question 3 before question 2
    assert meter.points == 3
    ledger.report(105, HOUR)
    ledger.count(1)
    ledger.compare(4)
    assert meter.points == 3


def test_a_server_without_limits_tells_nothing() -> None:
    ledger, meter = Ledger(), Meter(points=3)
    ledger.count_doubtful(3, (meter,), newest=1)
    ledger.compare(2)
    assert meter.points == 3
