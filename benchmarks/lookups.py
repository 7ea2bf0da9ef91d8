"""Serves a pretend GitHub on the loopback that knows every repository it is asked about, and sets no limit.

python -m benchmarks.lookups: it prints its port. Of 20 repositories, by the number at the end of their names, one does
not exist, one is a fork, and one is archived.
"""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from collector.emulator.node_ids import node_id
from collector.emulator.server import GitHubEmulator
from collector.emulator.world import World

NOW = "2026-01-01T03:00:00Z"


def answer_about_one(body: bytes) -> dict[str, Any]:
    """Return what the emulator answers about one repository, for a question about many."""
    world = World(now=NOW)
    ada = world.user("ada", "2016-01-01")
    repo = world.repository("acme/engine", "2025-01-01T00:00:00Z")
    repo.commit("Begin", ada, "2025-01-01T00:00:00Z")
    repo.push(by=ada, at="2025-01-01T00:00:00Z")
    asked = json.loads(body)
    asked["variables"] = {
        key: "acme" if key.startswith("owner") else "engine" if key.startswith("name") else value
        for key, value in asked["variables"].items()
    }
    url = "http://localhost/graphql"
    headers = {"authorization": "bearer benchmark"}
    response = GitHubEmulator(world).handle(
        httpx.Request("POST", url, content=json.dumps(asked).encode(), headers=headers)
    )
    found: dict[str, Any] = json.loads(response.content)["data"]["n0"]
    return found


class Handler(BaseHTTPRequestHandler):
    """Answers questions about the states of repositories, which it makes of one answer of the emulator."""

    protocol_version = "HTTP/1.1"
    template: dict[str, Any] | None = None

    def do_POST(self) -> None:
        """Answer a question."""
        body = self.rfile.read(int(self.headers["content-length"]))
        if Handler.template is None:
            Handler.template = answer_about_one(body)
        variables = json.loads(body)["variables"]
        data: dict[str, Any] = {"rateLimit": {"cost": 1}}
        errors = []
        for key, name in names(variables):
            number = int(re.sub(r"\D", "", name.rpartition("-")[2]) or 0)
            own = {"nameWithOwner": name, "databaseId": number + 1, "id": node_id("R", number + 1), "pushedAt": NOW}
            found = {**Handler.template, **own}
            found |= {"isFork": number % 20 == 1, "isArchived": number % 20 == 2}
            data[key] = None if number % 20 == 0 else found
            if data[key] is None:
                errors.append({"type": "NOT_FOUND", "path": [key], "message": f"Could not resolve to {name}."})
        content = json.dumps({"data": data, **({"errors": errors} if errors else {})}).encode()
        self.send_response(200)
        for header, value in (("content-type", "application/json"), ("content-length", str(len(content)))):
            self.send_header(header, value)
        for header, value in (("limit", "5000"), ("remaining", "4999"), ("used", "1"), ("resource", "graphql")):
            self.send_header(f"x-ratelimit-{header}", value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def names(variables: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the key of each answer, and the repository that it is about."""
    n = 0
    while f"name{n}" in variables:
        yield f"n{n}", f"{variables[f'owner{n}']}/{variables[f'name{n}']}"
        n += 1


def main() -> None:
    """Serve until ended."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(listening.server_address[1], flush=True)
    listening.serve_forever()


if __name__ == "__main__":
    main()
