"""Faults that make a page of a list inconsistent, in ways that GitHub's lists have been seen to go wrong.

- empty_page: no rows, but a next page. Its `cursor` is one of "moves" (the default: a different cursor for the same
  place, so the next page has the rows), "repeats" (the requested cursor, an endless loop) or "skips" (past the rows,
  which are lost).
- repeat_cursor: the rows, but with the requested cursor as the next one.
- null_cursor: a next page, but no cursor.
- ends_early: the first half of the rows (or the first `keep`), and no next page.
- null_node: null instead of the row in the middle (or the row `index`).
- duplicate_row: the first row twice; with `instead`, its copy replaces the second row.
"""

from typing import Any

from collector.emulator.faults import Fault, Reply
from collector.emulator.pagination import START, same_place

Cursor = str | None


def spoil(fault: Fault, data: Any, variables: dict[str, Any]) -> bool:
    """Apply the fault to the connection with the response key `connection`, or to the first one with a pageInfo.

    `variables` are the query's, with the requested cursor. Returns False if the response has no such connection.
    """
    name = fault.details.get("connection")
    found = _connection(data, name)
    if found is None:
        return False
    paged = _connection(data, None)
    asked = next((v for k, v in variables.items() if k.lower() in ("after", "cursor")), None)
    _spoil_page(fault, found, asked if found is paged else None)
    return True


def _connection(data: Any, name: str | None) -> dict[str, Any] | None:
    """Return the first connection with this response key; without a name, the first one with a pageInfo."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, dict) and "nodes" in value and (key == name if name else "pageInfo" in value):
                return value
            found = _connection(value, name)
            if found is not None:
                return found
    for item in data if isinstance(data, list) else ():
        found = _connection(item, name)
        if found is not None:
            return found
    return None


def _spoil_page(fault: Fault, page: dict[str, Any], asked: Cursor) -> None:
    info = page.get("pageInfo") or {}
    here = asked or START

    def set_next_page(cursor: Cursor) -> None:
        info.update({k: v for k, v in (("hasNextPage", True), ("endCursor", cursor)) if k in info})

    if fault.kind == "empty_page":
        cursors = {"moves": same_place(here), "repeats": here, "skips": info.get("endCursor")}
        set_next_page(cursors[fault.details.get("cursor", "moves")])
    elif fault.kind == "repeat_cursor":
        set_next_page(here)
    elif fault.kind == "null_cursor":
        set_next_page(None)
    elif fault.kind == "ends_early" and "hasNextPage" in info:
        info["hasNextPage"] = False
    page["nodes"] = _rows(fault, page["nodes"])


def spoil_rest(fault: Fault, answer: Reply, here: str) -> bool:
    """Apply the fault to a REST list and its Link header; `here` is the request's URL. Returns False without a list."""
    body = answer.body
    rows = body.get("commits") if isinstance(body, dict) else body
    if not isinstance(rows, list):
        return False
    spoilt = _rows(fault, rows)
    answer.body = {**body, "commits": spoilt} if isinstance(body, dict) else spoilt
    if fault.kind == "repeat_cursor" or (fault.kind == "empty_page" and fault.details.get("cursor") == "repeats"):
        answer.headers["link"] = f'<{here}>; rel="next"'
    elif fault.kind == "empty_page" and fault.details.get("cursor", "moves") == "moves":
        answer.headers["link"] = f'<{here}{"&" if "?" in here else "?"}again=1>; rel="next"'
    elif fault.kind == "null_cursor":
        answer.headers["link"] = '<>; rel="next"'
    elif fault.kind == "ends_early":
        answer.headers.pop("link", None)
    return True


def _rows(fault: Fault, rows: list[Any]) -> list[Any]:
    details = fault.details
    if fault.kind == "empty_page":
        return []
    if fault.kind == "ends_early":
        return rows[: details.get("keep", len(rows) // 2)]
    if fault.kind == "null_node" and rows:
        place = details.get("index", len(rows) // 2)
        return [*rows[:place], None, *rows[place + 1 :]]
    if fault.kind == "duplicate_row" and rows:
        return [rows[0], rows[0], *rows[2 if details.get("instead") else 1 :]]
    return rows
