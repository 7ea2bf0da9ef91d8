"""The whole pipeline on a GitHub emulator: the same code as a real sync, without token or network."""

import sqlite3
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from collector import clock
from collector.errors import CollectError, UsageError
from collector.store.synthetic import file_is_synthetic

if TYPE_CHECKING:
    from collector.sync.run import Progress

API_URL = "https://api.github.example"
# Months of past signals to compute; the stories cover two years.
MONTHS = 13


def now() -> datetime:
    """Return the fixed time at which the demo takes place."""
    from collector.demo.stories import DEMO_NOW

    return clock.from_text(DEMO_NOW)


def run(path: Path, progress: "Progress") -> date:
    """Sync the demo's projects into the database at `path`, compute the signals and return their date.

    Raises UsageError if the database holds real data.
    """
    from collector import config
    from collector.demo import stories
    from collector.emulator.server import GitHubEmulator
    from collector.github.client import GitHub
    from collector.github.http import Http
    from collector.github.rate_limits import Viewer
    from collector.method import compute
    from collector.sync.run import SyncRequest
    from collector.sync.run import run as sync

    if file_is_synthetic(path) is False:
        raise UsageError(
            f"{path} holds real data, which the demo must not mix with invented projects.",
            "Name another file with --db.",
        )
    with tempfile.TemporaryDirectory(prefix="collect-demo-") as folder:
        file = Path(folder) / "repos.toml"
        file.write_text(stories.demo_config(), encoding="utf-8")
        tracked = config.load(file)
    moment = now()
    day = clock.date_of(moment)
    server = GitHubEmulator(stories.demo_world())
    github = GitHub(
        Http("collect-demo", server.transport()),
        API_URL,
        f"{API_URL}/graphql",
        [Viewer(["a-token-of-nobody"])],
        clock=moment.timestamp,
    )
    request = SyncRequest(tracked, path, moment, synthetic=True, progress=progress)

    def signals_of_every_month(db: sqlite3.Connection) -> None:
        for then in [*compute.series(day, MONTHS + 1, "month"), day]:
            compute.compute(db, tracked, then)

    report = sync(github, request, signals_of_every_month)
    if report.exit_code:
        why = " ".join(f"{name} ({kind}): {failure}" for name, kind, failure in report.failures)
        error = CollectError(f"The demo's sync is incomplete: {report.message} {why}".rstrip())
        error.exit_code = report.exit_code
        raise error
    return day
