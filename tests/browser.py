"""Headless Chromium, driven over a pipe by its own protocol: what a page logs, throws and asks for, and what is on it.

Source of the protocol: chromedevtools.github.io/devtools-protocol, with --remote-debugging-pipe.
"""

import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from typing import Any

import pytest

PATIENCE = 60  # seconds to wait for any one answer, on a machine that is busy
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def executable() -> str:
    """Where Chromium is. Skips the test when it is nowhere."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no Chromium here (looked for {', '.join(NAMES)}), so nothing is tried in a browser")
    return found


@dataclass
class Page:
    """What happened on a page: what went wrong, and the addresses that it asked for."""

    errors: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


class Browser:
    """One tab. Use it as a context manager."""

    def __init__(self) -> None:
        path = executable()
        self.folder = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        # Chromium reads from 3 and writes to 4, whatever these are here.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (theirs_in, theirs_out)]
        self.process = subprocess.Popen(
            [path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-extensions", "--disable-background-networking", "--remote-debugging-pipe",
             f"--user-data-dir={self.folder.name}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(3, 4),
            preexec_fn=lambda: (os.dup2(ends[0], 3), os.dup2(ends[1], 4)),
        )  # fmt: skip
        for end in (theirs_in, theirs_out, *ends):
            os.close(end)
        self.reading, self.writing, self.number, self.buffer = ours_in, ours_out, 0, b""
        self.session: str | None = None
        self.page = Page()
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        os.close(self.reading)
        os.close(self.writing)
        self.folder.cleanup()

    def open(self, address: str, until: str = "true") -> Page:
        """Load a page and wait until the JavaScript expression `until` holds on it."""
        self.page = Page()
        self.call("Page.navigate", url=address)
        self.evaluate(
            "new Promise(done => { const look = () => (location.href !== 'about:blank' "
            f"&& document.readyState === 'complete' && ({until})) ? done(true) : setTimeout(look, 20); look() }})"
        )
        return self.page

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, of a promise when it is settled."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command of the protocol. What happens meanwhile is noted on the page."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer.get("method", ""), answer.get("params", {}))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            assert select.select([self.reading], [], [], PATIENCE)[0], f"Chromium is silent for {PATIENCE} seconds"
            self.buffer += os.read(self.reading, 1 << 16)
        message, _, self.buffer = self.buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def _note(self, method: str, what: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.page.asked.append(what["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.page.errors.append(json.dumps(what["exceptionDetails"])[:500])
        elif method == "Runtime.consoleAPICalled" and what["type"] in ("error", "assert"):
            self.page.errors.append(" ".join(str(a.get("value", a)) for a in what["args"]))
        elif method == "Log.entryAdded" and what["entry"]["level"] == "error":
            self.page.errors.append(f"{what['entry']['text']} {what['entry'].get('url', '')}")
