"""Mutations of a response's text, and of HTTP."""

import gzip
import json
import zlib
from functools import cache
from random import Random

import httpx

from tests.torture.documents import Reply

DEEP = 100_000
BOMB = 1 << 30  # bytes, unpacked


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
    # After a full flush a block does not depend on those before it, so that one can be repeated: to compress all of it
    # would take seconds. Nobody reads as far as the checksum, which is left out.
    first, again = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * ((BOMB >> 20) - 1)


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
