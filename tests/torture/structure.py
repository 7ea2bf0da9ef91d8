"""Mutations of the structure and the values of a JSON document."""

from random import Random
from typing import Any

from tests.torture.documents import IMPOSSIBLE, TIME_NAMES, Reply, Spot, any_spot, junk, nullable, spots


def drop_key(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = any_spot(random, body, lambda s: isinstance(s.owner, dict))
    if spot:
        del spot.owner[spot.key]
        reply.take(body)
    return spot is not None


def replace_value(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = any_spot(random, body, lambda s: s.value is not None)
    if spot:
        spot.owner[spot.key] = junk(random, spot)
        reply.take(body)
    return spot is not None


def null_value(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = any_spot(random, body, lambda s: s.value is not None and s.name not in nullable() and s.name != "nodes")
    if spot:
        spot.owner[spot.key] = None
        reply.take(body)
    return spot is not None


def null_with_error(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = any_spot(random, body, lambda s: s.value is not None and len(s.path) > 2)
    if spot is None or not isinstance(body, dict) or "data" not in body:
        return False
    spot.owner[spot.key] = None
    kind = random.choice(["FORBIDDEN", "NOT_FOUND", "SERVICE_UNAVAILABLE", None, "SOMETHING_NEW"])
    if kind == "NOT_FOUND" and len(spot.path) <= 5:
        kind = None  # that an object is deleted cannot be doubted
    error = {"message": "Something went wrong.", "path": list(spot.path[1:])} | ({"type": kind} if kind else {})
    body["errors"] = [*body.get("errors", []), error]
    reply.take(body)
    return True


def odd_errors(random: Random, reply: Reply) -> bool:
    body = reply.json()
    if not isinstance(body, dict) or "data" not in body:
        return False
    body["errors"] = random.choice(
        [7, "wrong", {}, {"message": "x"}, [None], ["x"], [[]], [7], [{}], [{"message": 7}], [{"message": None}], True,
         [{"path": 7, "message": "x"}], [{"path": ["a" * 10_000], "message": "x"}], [{"path": [2**70], "message": "x"}],
         [{"type": [], "message": {}}], [{"type": {"a": 1}, "extensions": []}], [{"extensions": {"code": {}}}],
         [{"path": [None, True, {}], "message": "\ud800"}], [{"locations": 1, "path": []}]]
    )  # fmt: skip
    if random.random() < 0.3:
        body["data"] = None
    reply.take(body)
    return True


def other_root(random: Random, reply: Reply) -> bool:
    roots: list[Any] = [7, "x", [], {}, [[]], {"data": []}, {"data": 7}, {"data": "x"}, {"data": {}}, {"message": 7}]
    roots += [True, None, {"data": None}, {"data": {"node": []}}, {"data": {"node": {}}}, [7], ["x"], [None], [{}]]
    root = random.choice(roots)
    if root == [] and any(_is_advisory(row) for row in _list(reply)):
        return False  # as plausible as that there are none: the list has no total
    reply.take(root)
    return True


def _list(reply: Reply) -> list[Any]:
    body = reply.json()
    return body if isinstance(body, list) else []


def _rows(random: Random, body: Any) -> Spot | None:
    """Return a list of rows that has a count: the outermost one, or any."""
    found = [s for s in spots(body) if isinstance(s.value, list) and s.value and s.key == "nodes"]
    found = [s for s in found if "totalCount" in s.owner]
    return random.choice([found[0], random.choice(found)]) if found else None


def drop_row(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = _rows(random, body)
    if spot is None or "timelineItems" in spot.path or "own" in spot.path:
        return False  # where GitHub may count what it does not list
    del spot.value[random.randrange(len(spot.value))]
    reply.take(body)
    return True


def drop_rest_row(random: Random, reply: Reply) -> bool:
    body = reply.json()
    if not isinstance(body, list) or not body or _is_advisory(body[-1]):
        return False  # a list of security advisories has no total: a row that never came is not missed
    # No row in the middle: of the push log, only the newest one can be expected (docs/reliability.md).
    del body[slice(*random.choice([(0, 1), (0, None)]))]
    reply.take(body)
    return True


def _is_advisory(row: Any) -> bool:
    return isinstance(row, dict) and "ghsa_id" in row


def repeat_row(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = _rows(random, body)
    if spot is None:
        return False
    spot.value.append(random.choice(spot.value))
    reply.take(body)
    return True


def null_row(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = _rows(random, body)
    if spot is None:
        return False
    spot.value[random.randrange(len(spot.value))] = None
    reply.take(body)
    return True


def reverse_rows(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = _rows(random, body)
    if spot is None or "timelineItems" in spot.path or "parents" in spot.path:
        return False
    spot.value.reverse()
    reply.take(body)
    return True


def odd_page(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = any_spot(random, body, lambda s: s.key == "pageInfo" and isinstance(s.value, dict))
    if spot is None:
        return False
    info = spot.value
    match random.randrange(4):
        case 0:
            info["hasNextPage"] = True  # and the cursor as it is
        case 1:
            info["hasNextPage"], info["endCursor"] = True, None
        case 2:
            info["endCursor"] = "x" * 10_000
        case _:
            info["hasNextPage"], info["endCursor"] = True, random.choice(["", "²", "\0", "0"])
    reply.take(body)
    return True


def odd_time(random: Random, reply: Reply) -> bool:
    body = reply.json()
    # Not the dates of a pull request's own commits, which are read once (docs/reliability.md).
    found = (s for s in spots(body) if isinstance(s.value, str) and s.name.endswith(TIME_NAMES) and "own" not in s.path)
    spot = random.choice([*found] or [None])
    if spot:
        spot.owner[spot.key] = random.choice(["2026-06-01T00:00:00Z", "2095-12-31T23:59:59Z", *IMPOSSIBLE])
        reply.take(body)
    return spot is not None
