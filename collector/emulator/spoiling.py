"""Lists that contradict themselves: a page of a real answer is changed as GitHub's own have been seen to go wrong.

- empty_page: no rows, and yet a next page. `cursor` says where it leads: "moves" (the default: another cursor for the
  same place, so the rows come with the next page), "repeats" (the cursor asked with, so it never ends) or "skips" (past
  the rows, so they never come).
- repeat_cursor: the rows, and the cursor that the page was asked with.
- null_cursor: a next page without a cursor.
- ends_early: the first half of the rows (or the first `keep`), and no next page.
- null_node: a null in place of the row in the middle (or of the row `index`).
- duplicate_row: the first row once more as the second, in place of the one there with `instead`.
"""

from typing import Any

from collector.emulator.faults import Fault, Reply
from collector.emulator.pagination import START, same_place

Cursor = str | None


def spoil(fault: Fault, data: Any, variables: dict[str, Any]) -> bool:
    """Spoil the list that the fault names by its response key (`connection`), or the first that is paged.

    False when the answer has no such list. The cursor that the page was asked with is looked for in `variables`.
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
    """The first object of that response key with nodes; without a name the first with nodes and pageInfo."""
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

    def goes_on(cursor: Cursor) -> None:
        info.update({k: v for k, v in (("hasNextPage", True), ("endCursor", cursor)) if k in info})

    if fault.kind == "empty_page":
        leads = {"moves": same_place(here), "repeats": here, "skips": info.get("endCursor")}
        goes_on(leads[fault.details.get("cursor", "moves")])
    elif fault.kind == "repeat_cursor":
        goes_on(here)
    elif fault.kind == "null_cursor":
        goes_on(None)
    elif fault.kind == "ends_early" and "hasNextPage" in info:
        info["hasNextPage"] = False
    page["nodes"] = _rows(fault, page["nodes"])


def spoil_rest(fault: Fault, answer: Reply, here: str) -> bool:
    """Spoil a REST list and its Link header; `here` is the address it was asked for at. False when it is no list."""
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
