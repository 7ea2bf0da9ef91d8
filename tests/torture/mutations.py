"""Mutations of GitHub's responses: of their structure, their values, and of HTTP. Everything follows from a seed.

A mutation never makes one plausible value of another: no program could see that. What it makes is wrong by GitHub's
schema, or by what the same response says elsewhere.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

import httpx
from graphql import GraphQLNonNull, GraphQLObjectType

from collector.github.query_parsing import schema

# Texts that GitHub lets a user choose, and cursors, which are opaque: any other text is as plausible.
FREE = {
    "title", "name", "login", "body", "description", "messageHeadline", "message", "path", "baseRefName", "headRefName",
    "tagName", "spdxId", "homepageUrl", "nameWithOwner", "state", "stateReason", "authorAssociation", "typename", "url",
    "__typename", "ref", "type", "activity_type", "node_id",
}  # fmt: skip
TIME_NAMES = ("At", "Date", "date", "timestamp")
IMPOSSIBLE = ["10000-01-01T00:00:00Z", "2025-13-45T61:99:99Z", "9999-12-31T23:59:59-14:00", "0000-00-00"]
DEEP = 100_000
BOMB = 1 << 30  # bytes, unpacked


@dataclass
class Reply:
    """A response under mutation. `raise_` is the error that is raised in its place."""

    status: int
    headers: dict[str, str]
    content: bytes
    raise_: type[httpx.TransportError] | None = None

    def json(self) -> Any:
        return json.loads(self.content)

    def take(self, body: Any) -> None:
        self.content = json.dumps(body).encode()


@dataclass(frozen=True)
class Spot:
    """A value in a JSON document: `owner[key]`, at `path`."""

    owner: Any
    key: Any
    path: tuple[str | int, ...]

    @property
    def value(self) -> Any:
        return self.owner[self.key]

    @property
    def name(self) -> str:
        """The innermost key of an object on the path."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")


def spots(value: Any, path: tuple[str | int, ...] = ()) -> list[Spot]:
    """Return every value in a document."""
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value))) if value else []
    found = []
    for key in keys:
        found.append(Spot(value, key, (*path, key)))
        if isinstance(value[key], dict | list):
            found += spots(value[key], (*path, key))
    return found


@cache
def _nullable() -> frozenset[str]:
    """The names of fields that GitHub may leave null, in any type."""
    types = [t for t in schema().type_map.values() if isinstance(t, GraphQLObjectType)]
    names = {n for t in types for n, f in t.fields.items() if not isinstance(f.type, GraphQLNonNull)}
    return frozenset(names | {"page", "node", "actor", "homepage", "diffs", "own", "sizes", "tagCommit"})


def _junk(random: Random, spot: Spot) -> Any:
    """Return a value that cannot stand at this place."""
    numbers: list[Any] = [-1, 2**63, 2**64, 10**400, 1.5, float("nan"), float("inf"), -(2**70)]
    texts: list[Any] = ["", "²", "\0", "\ud800", "-1", "9" * 5_000, "x" * 100_000]
    shapes: list[Any] = [[], {}, [[]], {"nodes": []}, [None], {"": None}]
    match spot.value:
        case bool():
            return random.choice([*numbers, *texts, *shapes, 0, 1, "true"])
        case int():
            return random.choice([*numbers, *texts, *shapes, True, "1²"])
        case str() if spot.name in FREE:
            return random.choice([*numbers, *shapes, True, 7])
        case str() if spot.name.endswith(TIME_NAMES):
            return random.choice([*numbers, *texts, *IMPOSSIBLE, *shapes, True, 7])
        case str():
            return random.choice([*numbers, *texts, *shapes, False])
        case dict():
            return random.choice([*numbers, *texts, *shapes[2:], [], True])
        case list():
            return random.choice([*numbers, *texts, {}, {"nodes": []}, True, "[]"])
    return random.choice([*numbers, *shapes, *texts, True])


def _is_written(spot: Spot) -> bool:
    """Whether what is lost here would leave a trace: not the price of a query, nor what only tests look at."""
    return "rateLimit" not in spot.path and "errors" not in spot.path[:1]


def _any_spot(random: Random, body: Any, wanted: Callable[[Spot], bool] = lambda s: True) -> Spot | None:
    found = [s for s in spots(body) if _is_written(s) and wanted(s)]
    return random.choice(found) if found else None


# Structure


def drop_key(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = _any_spot(random, body, lambda s: isinstance(s.owner, dict))
    if spot:
        del spot.owner[spot.key]
        reply.take(body)
    return spot is not None


def replace_value(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = _any_spot(random, body, lambda s: s.value is not None)
    if spot:
        spot.owner[spot.key] = _junk(random, spot)
        reply.take(body)
    return spot is not None


def null_value(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = _any_spot(random, body, lambda s: s.value is not None and s.name not in _nullable() and s.name != "nodes")
    if spot:
        spot.owner[spot.key] = None
        reply.take(body)
    return spot is not None


def null_with_error(random: Random, reply: Reply) -> bool:
    body = reply.json()
    spot = _any_spot(random, body, lambda s: s.value is not None and len(s.path) > 2)
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
    reply.take(random.choice(roots))
    return True


def _rows(random: Random, body: Any) -> Spot | None:
    """Return a list of rows that has a count, or a whole REST list."""

    def counted(spot: Spot) -> bool:
        return isinstance(spot.value, list) and bool(spot.value) and spot.key == "nodes" and "totalCount" in spot.owner

    return _any_spot(random, body, counted)


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
    if not isinstance(body, list) or not body:
        return False
    # No row in the middle: of the push log, only the newest one can be expected (docs/reliability.md).
    del body[slice(*random.choice([(0, 1), (0, None)]))]
    reply.take(body)
    return True


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
    spot = _any_spot(random, body, lambda s: s.key == "pageInfo" and isinstance(s.value, dict))
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


# Text of the response


def deep(random: Random, reply: Reply) -> bool:
    opening, closing = random.choice([("[", "]"), ('{"data":', "}"), ('{"node":', "}")])
    inner = opening * DEEP + "1" + closing * DEEP
    reply.content = random.choice([inner, '{"data":' + inner + "}", '{"errors":' + inner + "}"]).encode()
    return True


def double_keys(random: Random, reply: Reply) -> bool:
    text = reply.content.decode()
    for key in random.sample(["nodes", "totalCount", "data", "pageInfo", "id", "node"], 3):
        at = text.find(f'"{key}": ')
        if at >= 0:
            junk = random.choice(["null", "[]", "{}", "7", '"x"'])
            reply.content = f'{text[:at]}"{key}": {junk}, {text[at:]}'.encode()
            return True
    return False


def cut(random: Random, reply: Reply) -> bool:
    reply.content = reply.content[: random.randrange(max(1, len(reply.content)))]
    return True


def noise(random: Random, reply: Reply) -> bool:
    content = bytearray(reply.content)
    for _ in range(random.randrange(1, 4)):
        content[random.randrange(len(content))] = random.choice(b'\x00\xff{}[]",:\\')
    try:
        json.loads(content)
    except ValueError:
        reply.content = bytes(content)
        return True
    return False  # still JSON: perhaps plausible


def other_text(random: Random, reply: Reply) -> bool:
    reply.content = random.choice(
        [b"", b"\xef\xbb\xbf", b"<html><body>Unicorn!</body></html>", b"null", b"\x00" * 1000, b"{" * 1000, b"NaN",
         b"9" * 10_000, b'"' + b"\\ud800" + b'"', b"\xff\xfe" + b"{}".ljust(100), b'{"data": {"a": 1e999999}}']
    )  # fmt: skip
    return True


# Times


def odd_time(random: Random, reply: Reply) -> bool:
    body = reply.json()
    # Not the dates of a pull request's own commits, which are read once (docs/reliability.md).
    found = (s for s in spots(body) if isinstance(s.value, str) and s.name.endswith(TIME_NAMES) and "own" not in s.path)
    spot = random.choice([*found] or [None])
    if spot:
        spot.owner[spot.key] = random.choice(["2026-06-01T00:00:00Z", "2095-12-31T23:59:59Z", *IMPOSSIBLE])
        reply.take(body)
    return spot is not None


# HTTP


def status(random: Random, reply: Reply) -> bool:
    reply.status = random.choice(
        [204, 206, 300, 304, 400, 404, 406, 408, 409, 410, 418, 422, 429, 451, 500, 502, 503, 504, 599, 403]
    )
    if random.random() < 0.5:
        reply.content = random.choice(
            [b"", b"<html></html>", b'{"message": 7}', b'{"message": {"a": []}}', b"[]", b"7"]
        )
    return True


def redirect(random: Random, reply: Reply) -> bool:
    reply.status = random.choice([301, 302, 303, 307, 308])
    places = [
        "",
        "/",
        "https://api.github.com/",
        "//[::1",
        "http://[",
        "https://other.example/x",
        "\x00",
        "?",
        "x" * 9999,
    ]
    reply.headers["location"] = random.choice(places)
    return True


def odd_headers(random: Random, reply: Reply) -> bool:
    values = [
        "²",
        "-1",
        "9" * 30,
        "nan",
        "1e9",
        "Fri, 31 Dec 9999 23:59:59 -1400",
        "Mon, 01 Jan 0001 00:00:00 +1400",
        "",
    ]
    values += ["x" * 10_000, "0", "Thu, 99 Foo 2025 99:99:99 GMT", "٣", "0x10", "1_000"]
    names = ["date", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-used", "link", "sunset"]
    for name in random.sample(names, random.randrange(1, 4)):
        reply.headers[name] = random.choice(values)
    if random.random() < 0.3:
        reply.status = random.choice([403, 429, 503])
    return True


def odd_link(random: Random, reply: Reply) -> bool:
    if "link" not in reply.headers and not reply.content.startswith(b"["):
        return False
    links = ["<", "<>; rel=next", '<http://[>; rel="next"', '<https://other.example/>; rel="next"', "²", ";;;,,,"]
    links += ['<https://api.github.com/x?after=1>; rel="next"', '<?per_page=100>; rel="next"', "<a>; rel=next" * 1000]
    reply.headers["link"] = random.choice(links)
    return True


def packed(random: Random, reply: Reply) -> bool:
    match random.randrange(5):
        case 0:
            reply.headers["content-encoding"] = "gzip"  # which it is not
        case 1:
            reply.headers["content-encoding"], reply.content = "gzip", _bomb()
        case 2:
            reply.headers["content-encoding"], reply.content = "gzip", gzip.compress(reply.content)[:-9]
        case 3:
            reply.headers["content-encoding"] = random.choice(["br", "zstd", "deflate", "gzip, gzip", "x"])
        case _:
            reply.headers["content-encoding"], reply.content = "gzip", gzip.compress(reply.content) + b"more"
    return True


@cache
def _bomb() -> bytes:
    packer, block = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16), b" " * (1 << 20)
    return b"".join([*(packer.compress(block) for _ in range(BOMB >> 20)), packer.flush()])


def large(random: Random, reply: Reply) -> bool:
    reply.content = random.choice(_large())
    return True


@cache
def _large() -> tuple[bytes, ...]:
    """Larger than any page; or not, but of more values than any."""
    text = b'{"data": {"node": "' + b"x" * (15 << 20) + b'"}}'
    return (
        b" " * (20 << 20),
        text,
        b'{"data": [' + b"{}," * (3 << 20) + b"1]}",
        b'{"data": [' + b"1.5," * (3 << 20) + b"1]}",
    )


def no_answer(random: Random, reply: Reply) -> bool:
    reply.raise_ = random.choice(
        [httpx.ReadTimeout, httpx.ReadError, httpx.ConnectError, httpx.RemoteProtocolError, httpx.LocalProtocolError]
    )
    return True


Mutation = Callable[[Random, Reply], bool]
STRUCTURE: tuple[Mutation, ...] = (
    drop_key, replace_value, null_value, null_with_error, odd_errors, other_root, drop_row, drop_rest_row, repeat_row,
    null_row,
    reverse_rows, odd_page,
)  # fmt: skip
TEXT: tuple[Mutation, ...] = (deep, double_keys, cut, noise, other_text)
HTTP: tuple[Mutation, ...] = (status, redirect, odd_headers, odd_link, packed, large, no_answer)
FIELDS: tuple[Mutation, ...] = (drop_key, replace_value, null_value, null_with_error)
TIMES: tuple[Mutation, ...] = (odd_time,)


@dataclass
class Proxy:
    """Stands in front of the emulator and mutates its responses. All follows from the seed."""

    seed: int
    share: float = 0.0  # of the responses
    mutations: tuple[Mutation, ...] = ()  # of which one is chosen for each
    # With a lasting mutation, every response to one operation is mutated, and always in the same manner.
    lasting: bool = False
    done: list[str] = field(default_factory=list)  # "mutation: operation" of each response that was mutated

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.operation: str | None = None

    @classmethod
    def of_any_kind(cls, seed: int) -> Proxy:
        """Return a proxy with any mutations, or with one, of a share of the responses or of one operation."""
        random = Random(f"proxy {seed}")
        every = (*STRUCTURE, *STRUCTURE, *FIELDS, *FIELDS, *TEXT, *HTTP)
        mutations = random.choice([every, every, (random.choice(every),)])
        return cls(seed, random.choice([0.02, 0.1, 0.3, 1.0]), mutations, lasting=random.random() < 0.4)

    def __call__(self, operation: str, answer: Callable[[], httpx.Response], request: httpx.Request) -> httpx.Response:
        response = answer()
        headers = {k: v for k, v in response.headers.items() if k not in ("content-length", "transfer-encoding")}
        reply = Reply(response.status_code, headers, response.content)
        if self._strikes(operation):
            self._mutate(operation, reply)
        if reply.raise_:
            raise reply.raise_("Disturbed.", request=request)
        return httpx.Response(
            reply.status, headers=_raw(reply.headers), stream=httpx.ByteStream(reply.content), request=request
        )

    def _strikes(self, operation: str) -> bool:
        if not self.lasting:
            return self.random.random() < self.share
        if self.operation is None and self.random.random() < 0.1:
            self.operation = operation
        return operation == self.operation

    def _mutate(self, operation: str, reply: Reply) -> None:
        random = Random(f"{self.seed} {operation}") if self.lasting else self.random
        for mutation in random.sample(self.mutations, len(self.mutations)):
            before = (reply.status, dict(reply.headers), reply.content)
            try:
                if mutation(random, reply):
                    self.done.append(f"{mutation.__name__}: {operation}")
                    return
            except (ValueError, RecursionError, OverflowError, IndexError):  # a mutation that does not fit the response
                reply.status, reply.headers, reply.content = before


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in headers.items()]
