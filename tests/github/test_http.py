"""The HTTP library: what it brings along, and the ways to a server that the environment names, tried on loopback."""

import asyncio
import gzip
import ssl
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from collector.errors import GitHubUnreachable
from collector.github.http import LARGEST_BODY, Http, NetworkError, Response

ROOT = Path(__file__).parents[2]
CERTIFICATE = Path(__file__).parent / "data" / "localhost.pem"
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def listening(handler: Handler, tls: bool = False) -> AsyncIterator[int]:
    """A server on the loopback address: its port."""

    tasks: list[asyncio.Task[None] | None] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.append(asyncio.current_task())
        with suppress(OSError, asyncio.IncompleteReadError):
            await handler(reader, writer)
        await close(writer)

    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*filter(None, tasks))


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def answering(lines: list[str], answer: bytes = ANSWER) -> Handler:
    """Notes the first line of a request, and answers it."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines.append(head.decode().splitlines()[0])
        writer.write(answer)
        await writer.drain()

    return handle


async def greeting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks first, and no TLS."""
    writer.write(ANSWER)
    await writer.drain()


def tunnelling(lines: list[str]) -> Handler:
    """A proxy that opens a tunnel to whatever it is asked for."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        await close(writer)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines.append(head.decode().splitlines()[0])
        host, _, port = lines[-1].split()[1].rpartition(":")
        there, back = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pump(reader, back), pump(there, writer))

    return handle


async def get(url: str) -> Response:
    http = Http("test")
    try:
        return await http.send("GET", url, {})
    finally:
        await http.close()


def test_a_proxy_is_asked_in_place_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        lines: list[str] = []
        async with listening(answering(lines)) as port:
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
            assert (await get("http://server.example/path")).status == 200
        assert lines == ["GET http://server.example/path HTTP/1.1"]

    asyncio.run(scene())


def test_no_proxy_leads_past_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        lines: list[str] = []
        async with listening(answering(lines)) as port:
            monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
            monkeypatch.setenv("NO_PROXY", "[::1],fd00::/8,127.0.0.0/8")
            assert (await get(f"http://127.0.0.1:{port}/path")).status == 200
        assert lines == ["GET /path HTTP/1.1"]

    asyncio.run(scene())


def test_a_tunnel_to_a_server_whose_certificate_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        asked: list[str] = []
        tunnels: list[str] = []
        async with listening(answering(asked), tls=True) as server, listening(tunnelling(tunnels)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy}")
            with pytest.raises(NetworkError, match=r"CERTIFICATE_VERIFY_FAILED.*SSL_CERT_FILE") as raised:
                await get(f"https://localhost:{server}/path")
            assert not raised.value.connected
            monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
            assert (await get(f"https://localhost:{server}/path")).status == 200
        assert tunnels == [f"CONNECT localhost:{server} HTTP/1.1"] * 2
        assert asked == ["GET /path HTTP/1.1"]

    asyncio.run(scene())


@pytest.mark.parametrize("url", ["http://server.example/path", "https://server.example/path"])
@pytest.mark.parametrize(
    ("user", "said"), [("", "requires a user name and password"), ("me:hush@", "rejects the user name")]
)
def test_a_proxy_that_wants_a_password(monkeypatch: pytest.MonkeyPatch, url: str, user: str, said: str) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

    async def scene() -> None:
        async with listening(answering([], refusal)) as port:
            monkeypatch.setenv("ALL_PROXY", f"http://{user}127.0.0.1:{port}")
            with pytest.raises(GitHubUnreachable, match=f"The proxy 127.0.0.1:{port} from ALL_PROXY {said}") as raised:
                await get(url)
            assert "hush" not in str(raised.value)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 503 Too busy\r\ncontent-length: 0\r\n\r\n", "503 Too busy"),
        (b"HTTP/1.1 403 Not to there\r\ncontent-length: 0\r\n\r\n", "403 Not to there"),
    ],
)
def test_a_proxy_that_opens_no_tunnel(monkeypatch: pytest.MonkeyPatch, answer: bytes, said: str) -> None:
    async def scene() -> None:
        async with listening(answering([], answer)) as port:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
            with pytest.raises(NetworkError, match=f"proxy 127.0.0.1:{port} from HTTPS_PROXY: {said}") as raised:
                await get("https://server.example")
            assert not raised.value.connected

    asyncio.run(scene())


def test_an_answer_that_unpacks_to_more_than_any_page_is_refused_while_read() -> None:
    packed = gzip.compress(bytes(2 * LARGEST_BODY))
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(packed)}\r\n\r\n"
    assert len(packed) < 200_000

    async def scene() -> None:
        async with listening(answering([], head.encode() + packed)) as port:
            with pytest.raises(NetworkError, match="larger than any page"):
                await get(f"http://127.0.0.1:{port}/path")

    asyncio.run(scene())


def test_a_proxy_that_is_not_there_or_speaks_no_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with listening(greeting) as port:
            monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{port}")
            with pytest.raises(NetworkError, match=f"proxy 127.0.0.1:{port} from HTTPS_PROXY: .*"):
                await get("https://server.example")
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        with pytest.raises(NetworkError, match=r"proxy .* from HTTPS_PROXY: All connection attempts failed"):
            await get("https://server.example")

    asyncio.run(scene())


def test_the_environment_is_not_looked_at_for_a_transport_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "none.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://p:port")

    async def scene() -> None:
        http = Http("test", httpx.MockTransport(lambda request: httpx.Response(200, content=b"{}")))
        assert (await http.send("GET", "https://server.example", {})).status == 200
        await http.close()

    asyncio.run(scene())


def streamed(body: bytes, encoding: str) -> Response:
    """A response of this body, by a transport that sends it in one piece."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": encoding}, stream=httpx.ByteStream(body))

    return asyncio.run(Http("test", httpx.MockTransport(answer)).send("GET", "https://api.github.com/", {}))


def test_a_packed_response_is_unpacked() -> None:
    assert streamed(gzip.compress(b"{}"), "gzip").body == b"{}"
    assert streamed(b"", "gzip").body == b""
    assert streamed(b"{}", "identity").body == b"{}"


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (gzip.compress(b"{}", mtime=0)[:-9], "gzip", "ends early"),
        (b"{}", "gzip", "not gzip"),
        (b"{}", "br", 'encoded as "br"'),
        (b" " * (LARGEST_BODY + 1), "identity", "larger than any page"),
    ],
)
def test_a_response_that_cannot_be_unpacked_is_none(body: bytes, encoding: str, said: str) -> None:
    with pytest.raises(NetworkError, match=said) as raised:
        streamed(body, encoding)
    assert raised.value.connected


def test_a_megabyte_of_gzip_cannot_take_a_gigabyte() -> None:
    packer, block = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16), bytes(1 << 20)
    # After a full flush a block does not depend on those before it, so that one can be repeated.
    first, again = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    packed = first + again * 199
    tracemalloc.start()
    try:
        with pytest.raises(NetworkError, match="larger than any page"):
            streamed(packed, "gzip")
        assert tracemalloc.get_traced_memory()[1] < 3 * LARGEST_BODY
    finally:
        tracemalloc.stop()
