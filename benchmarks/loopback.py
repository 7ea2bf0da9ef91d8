"""Serves a pretend GitHub with one repository of a given size on the loopback: loopback.py COMMITS."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

import httpx

from collector.pretend.server import PretendGitHub
from collector.pretend.times import later
from collector.pretend.world import World

BORN = "2025-01-01T00:00:00Z"


def world(commits: int) -> World:
    """One repository with that many commits, pushed ten at a time, and a fifth as many issues."""
    made = World(now="2026-01-01")
    ada, bob = made.user("ada", "2016-01-01"), made.user("bob", "2017-01-01")
    repo = made.repository("acme/engine", BORN).member(ada)
    minutes = 500_000 // commits
    for n in range(commits):
        at = later(BORN, minutes=(n + 1) * minutes)
        repo.commit(f"Change {n}", ada, at, lines=20)
        if n % 10 == 9:
            repo.push(by=ada, at=at)
        if n % 5 == 0:
            repo.issue(f"Question {n}", bob, at).comment(ada, f"Answer {n}", later(at, minutes=1))
    return made


def main() -> None:
    """Serve until ended; the port is printed."""
    server = PretendGitHub(world(int(sys.argv[1])))
    server.budget("graphql").used = 0
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            """Hand the request to the pretend GitHub."""
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            url = f"http://{self.headers['host']}{self.path}"
            with lock:
                response = server.handle(httpx.Request(self.command, url, headers=dict(self.headers), content=body))
            self.send_response(response.status_code)
            for name, value in response.headers.items():
                if name.lower() not in ("content-length", "content-encoding", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("content-length", str(len(response.content)))
            self.end_headers()
            self.wfile.write(response.content)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(listening.server_address[1], flush=True)
    listening.serve_forever()


if __name__ == "__main__":
    main()
