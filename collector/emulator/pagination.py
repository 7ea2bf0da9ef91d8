"""GraphQL connections: pages of a sorted list, with cursors that encode the sort key of the last item, as on GitHub.

Such a cursor marks a place in the order, not an item: if items move while a client pages through the list, it sees
some of them twice or not at all, as on GitHub.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Refusal(Exception):
    """An error to be answered in GitHub's format, with its type and extensions."""

    def __init__(self, message: str, kind: str | None = None, extensions: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.kind, self.extensions = kind, extensions


def encode(value: Any) -> str:
    """Return an opaque cursor for a value."""
    return b64encode(b"cursor:v2:" + json.dumps(value).encode()).decode()


# The cursor before the first item of a list; also the end cursor of an empty first page.
START = encode("start")


def same_place(cursor: str) -> str:
    """Return a different cursor for the same place."""
    head, space, offset = cursor.partition(" ")
    if space:  # a cursor of a commit history
        return f"{head} 0{offset}"
    return b64encode(b64decode(cursor) + b" ").decode()


def decode(cursor: str) -> Any:
    """Return the value in a cursor. Raises Refusal if it is invalid."""
    try:
        return json.loads(b64decode(cursor).removeprefix(b"cursor:v2:"))
    except ValueError:
        raise Refusal(f"`{cursor}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS") from None


def window(
    items: Sequence[T], key: Callable[[T], Any], first: int, after: str | None, descending: bool = False
) -> tuple[list[T], bool]:
    """Return the `first` items after the cursor, and whether there are more. key(item) must be JSON serialisable."""
    ordered = sorted(items, key=key, reverse=descending)
    place = None if after is None else decode(after)
    if isinstance(place, list):
        ordered = [i for i in ordered if (list(key(i)) < place if descending else list(key(i)) > place)]
    return ordered[:first], len(ordered) > first


def connection(
    items: Sequence[T],
    arguments: Mapping[str, Any],
    view: Callable[[T], Any],
    key: Callable[[T], Any],
    descending: bool = False,
) -> dict[str, Any]:
    """Return a connection over `items`, paged by the field's arguments `first` and `after`; key(item) is a tuple."""
    first = arguments.get("first")
    answer: dict[str, Any] = {"totalCount": len(items)}
    if first is None:
        return {**answer, "nodes": _unbounded, "pageInfo": _unbounded}
    check(first)
    shown, more = window(items, key, first, arguments.get("after"), descending)
    end = encode(key(shown[-1])) if shown else None
    return {**answer, "nodes": [view(i) for i in shown], "pageInfo": {"hasNextPage": more, "endCursor": end}}


def check(first: int) -> None:
    """Raise Refusal if a page size is outside GitHub's limits of 1 to 100.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#node-limit
    """
    if first > 100:
        raise Refusal(f"Requesting {first} records exceeds the `first` limit of 100 records.", "EXCESSIVE_PAGINATION")
    if first < 1:
        raise Refusal("`first` cannot be less than one.", "INVALID_PAGINATION_BOUNDARIES")


def history(order: Sequence[str], arguments: Mapping[str, Any], view: Callable[[str], Any]) -> dict[str, Any]:
    """Return a page of a commit's history; cursors are "<oid of the newest> <offset>"."""
    first, after = arguments.get("first"), arguments.get("after")
    if first is None:
        return {"totalCount": len(order), "nodes": _unbounded, "pageInfo": _unbounded}
    check(first)
    start = 0
    if after is not None and (" " in after or decode(after) != decode(START)):
        head, _, offset = after.partition(" ")
        if head != order[0] or not offset.isdigit():
            raise Refusal(f"`{after}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS")
        start = int(offset) + 1
    shown = order[start : start + first]
    end = f"{order[0]} {start + len(shown) - 1}" if shown else None
    page = {"hasNextPage": start + first < len(order), "endCursor": end}
    return {"totalCount": len(order), "nodes": [view(oid) for oid in shown], "pageInfo": page}


def _unbounded(_: Mapping[str, Any]) -> Any:
    raise Refusal(
        "You must provide a `first` or `last` value to properly paginate the connection.",
        "MISSING_PAGINATION_BOUNDARIES",
    )
