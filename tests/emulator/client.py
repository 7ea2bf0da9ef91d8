"""A way to put questions to the pretend GitHub without a network."""

from pathlib import Path
from typing import Any

import httpx

from collector.emulator.server import GitHubEmulator
from collector.emulator.world import World
from collector.github import queries

API = "https://api.github.com"
HEADERS = {"authorization": "Bearer token"}
DOCUMENTS = Path(__file__).parent / "documents"


class Client:
    """Sends requests straight into the pretend GitHub."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.server = GitHubEmulator(world)

    def post(self, query: str, **variables: Any) -> httpx.Response:
        body = {"query": query, "variables": variables}
        return self.server.handle(httpx.Request("POST", f"{API}/graphql", headers=HEADERS, json=body))

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data that a document of the collector gets; fails on errors."""
        answer = self.post(queries.load(document), **variables).json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def ask_own(self, document: str, **variables: Any) -> dict[str, Any]:
        """The whole answer to one of these tests' own documents."""
        text = (DOCUMENTS / f"{document}.graphql").read_text(encoding="utf-8")
        answer: dict[str, Any] = self.post(text, **variables).json()
        return answer

    def get(self, path: str) -> httpx.Response:
        return self.server.handle(httpx.Request("GET", path if "://" in path else API + path, headers=HEADERS))
