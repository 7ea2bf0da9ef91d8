"""No report shows a name of the program as if it were a word: no key, no code of a reason, no identifier."""

import re
from datetime import UTC, datetime

import pytest

from collector.method import evidence
from collector.report import markdown, phrases
from collector.report.model import Report
from collector.report.overview import Overview
from collector.report.reading import build
from collector.report.table import TerminalTable
from tests.made import AS_OF
from tests.report.acme import HOSTILE, acme

NOW = datetime(2026, 6, 2, tzinfo=UTC)
RAW = re.compile(r"[a-z]+_[a-z0-9_]+|\b[a-z]+[A-Z][a-z]\w*")
# What is typed, and what others named.
NOT_PROSE = re.compile(r"`[^`]*`|by these names: [\w, ]*|GitHub|onerror", re.DOTALL)


@pytest.fixture(scope="module")
def report() -> Report:
    return build(acme().db, AS_OF)


def raw(text: str) -> list[str]:
    text = text.replace(HOSTILE, "").replace("\\_", "_")
    return RAW.findall(NOT_PROSE.sub(" ", text))


@pytest.mark.parametrize("width", [80, 200])
def test_the_terminal_has_none(report: Report, width: int) -> None:
    assert raw(Overview(report, width, False, NOW).text()) == []
    assert raw(" ".join(TerminalTable(report, width, False, NOW).text().split())) == []


def test_markdown_has_none(report: Report) -> None:
    text = markdown.render(report, NOW)
    assert raw(text) == []
    assert len(text) > 3_000


def test_every_reason_of_the_evidence_is_in_words() -> None:
    """The reasons are the literals that views give a column of reasons, or that `derive` stores."""
    text = "\n".join(view.select for view in evidence.views())
    codes = set(re.findall(r"THEN '([a-z_]+)'|ELSE '([a-z_]+)'", text))
    for code in {one or other for one, other in codes}:
        assert not raw(phrases.why(code))
