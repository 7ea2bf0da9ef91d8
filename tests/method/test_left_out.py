"""Each signal names the reasons for which its evidence leaves rows out: those that its SQL can write, and no others.

They are read from the text of the views. A view writes the codes that stand after THEN and ELSE in a list of columns,
also in that of a subquery there, and passes on those of what it selects a reason from, unless it selects only the rows
that count.
"""

import re
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from collector.derive.exclusions import GHOST, MIRROR, MOVING, NO_COMMIT, NO_VERSION, NOBODY, SEEN_BEFORE
from collector.method import evidence, left_out
from collector.method.naive import Dashboard
from collector.method.registry import BY_KEY
from collector.method.window import Window
from collector.method_constants import FOR_SQL
from collector.report import phrases
from collector.store import database

REASON = "(?:reason|exclusion|why|excuse)"
"""A column that says why a row does not count, whatever a subquery calls it."""
OF_TABLES = {
    "work": set(left_out.LANDED),
    "release_versions": {MOVING, NO_VERSION, SEEN_BEFORE, NO_COMMIT},
}
NO_REASONS = {
    "evidence_history_integrity": {"vanished", "arrived_late", "altered", "issues", "pull_requests"},
    "evidence_resolution_90d": {"pull_request", "commit", "insider", "author"},
    "evidence_server_evidence": {"contained", "server"},
    "evidence_builder_upkeep": {"archived", "ok"},
    "judged_releases": {"from_tags", "pre_releases_only"},
}
"""View -> codes in it that say something else."""
NEVER = {"review_response_7d": {"moved_within_project"}}
"""Signal -> reasons of a view that has other threads, too: only issues are moved."""


def test_codes_are_read_from_lists_of_columns() -> None:
    select = """
        WITH first AS (SELECT a.*, CASE WHEN x THEN 'one' ELSE 'two' END AS why FROM work AS a),
        second AS (SELECT f.id, f.why FROM first AS f WHERE f.why IS NOT 'one')
        SELECT coalesce(s.why, CASE WHEN (SELECT max(x) FROM t)
                                    THEN (SELECT 'over_' || days_per_week || '_days' FROM rules) END)
        FROM second AS s
        UNION ALL SELECT 'three' FROM first WHERE why IS NULL
    """
    assert codes_in(select) == {*left_out.LANDED, "two", "over_5_days"}


@pytest.mark.parametrize("key", BY_KEY)
def test_a_signal_names_every_reason_of_its_evidence_once_and_no_other(key: str) -> None:
    named = BY_KEY[key].leaves_out
    assert len(named) == len(set(named))
    assert set(named) == codes_of(f"evidence_{key}") - NEVER.get(key, set())


@pytest.mark.parametrize("key", BY_KEY)
def test_a_signal_says_what_its_naive_figures_are(key: str, tmp_path: Path) -> None:
    with closing(database.open_database(tmp_path / "signals.db")) as db:
        evidence.use_temporary_views(db, date(2026, 1, 5))
        figures = BY_KEY[key].naive(Dashboard(db, Window(date(2026, 1, 5))), "nobody")
    assert list(figures) == list(BY_KEY[key].naive_figures)


def test_every_reason_is_told_in_words() -> None:
    for code in {code for signal in BY_KEY.values() for code in signal.leaves_out}:
        assert re.fullmatch(r"[a-z0-9 ,-]+", phrases.why(code)), code


@cache
def codes_of(name: str) -> frozenset[str]:
    """Return the reasons in a table or view."""
    for view in evidence.views():
        if view.name == name:
            return frozenset(codes_in(view.select) - NO_REASONS.get(name, set()))
    return frozenset(OF_TABLES.get(name, ()))


def codes_in(select: str) -> set[str]:
    """Return the reasons in the rows of a SELECT."""
    known: dict[str, set[str]] = {}
    text = _without_subqueries(_written_out(re.sub(r"--.*", "", select)), known)
    return _codes_of_unions(text, known)


def _written_out(select: str) -> str:
    """Write out the codes that are composed with the method's numbers, or with why work is nobody's."""

    def composed(found: re.Match[str]) -> str:
        numbers = [FOR_SQL[name] for name in re.findall(r"\w+", found[2]) if name in FOR_SQL]
        return " ELSE ".join(f"'{found[1]}{number}{found[3]}'" for number in numbers)

    select = re.sub(r"\(SELECT '(\w+_)' \|\| ([^']+?) \|\| '(_\w+)'\s+FROM rules\)", composed, select)
    return select.replace("'by_' || weeks_only", " ".join(f"ELSE 'by_{one}'" for one in (GHOST, NOBODY, MIRROR)))


def _without_subqueries(text: str, known: dict[str, set[str]]) -> str:
    """Put a name in place of each subquery, and its reasons into `known` under this name."""
    out, place = "", 0
    while found := re.compile(r"\((?=\s*(?:WITH|SELECT)\b)").search(text, place):
        end = _closing(text, found.start())
        inner = _without_subqueries(text[found.end() : end], known)
        before = text[place : found.start()]
        named = re.search(r"(\w+) AS $", before)
        name = named[1] if named else f"subquery_{len(known)}"
        known[name] = _codes_of_unions(inner, known)
        out, place = out + before + ("" if named else name), end + 1
    return out + text[place:]


def _closing(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise AssertionError("a bracket is not closed")


def _codes_of_unions(text: str, known: Mapping[str, set[str]]) -> set[str]:
    return set().union(*(_codes_of_one(one, known) for one in re.split(r"\bUNION(?: ALL)?\b", text)))


def _codes_of_one(select: str, known: Mapping[str, set[str]]) -> set[str]:
    columns, _, rest = select[select.rindex("SELECT") :].partition("FROM")
    found = set(re.findall(r"\b(?:THEN|ELSE)\s+'([a-z0-9_]+)'", columns))
    for name in re.findall(r"\b(?:THEN|ELSE)\s+(subquery_\d+)", columns):
        found |= known[name]
    for source, alias in re.findall(r"(?:\A|\bJOIN)\s+(\w+)(?:\s+AS\s+(\w+))?", rest):
        own = rf"(?:(?<![\w.])|\b{alias or source}\.)"
        if not re.search(rf"{own}(?:\*|{REASON}\b)", re.sub(rf"\bAS {REASON}\b", "", columns)):
            continue
        if re.search(rf"{own}{REASON} IS NULL", rest):
            continue
        left = set(re.findall(rf"{own}{REASON} IS NOT '(\w+)'(?!\s+OR\b)", rest))
        found |= set(known[source] if source in known else codes_of(source)) - left
    return found
