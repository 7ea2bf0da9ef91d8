"""Syncs by a machine whose clock is wrong, from a GitHub whose times have not come or are in no calendar.

Such a time is stored as GitHub serves it, so the undisturbed sync afterwards is one with `--full`.
"""

import sqlite3
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from collector import clock
from collector.errors import CollectError
from tests.torture import world
from tests.torture.answers import Bench, differences, snapshot
from tests.torture.proxy import TIMES, Proxy
from tests.torture.verdict import LONGEST, Hang, Verdict, at_most

# By how much this machine's clock may be wrong.
JUMPS = [
    timedelta(),
    *(sign * timedelta(**{unit: 1}) for sign in (1, -1) for unit in ("minutes", "hours", "days", "weeks")),
    *(sign * timedelta(days=days) for sign in (1, -1) for days in (2, 400, 11_000)),
]
# What GitHub's clock decides, and what ours does: none of it may lie in GitHub's future.
PROGRESS = ("witnessed_at", "sweep_witnessed_at", "first_complete_at", "completed_at")
WATERMARKS = ("issues", "pull_requests", "discussions", "pushes")


class Clocks(Bench):
    """A bench whose databases begin by a clock, not at a date that was asked for."""

    since = None
    full = True

    def run(self, seed: int) -> Verdict:
        """Run one seed: a sync by a wrong clock, a full one by the right clock two days later, and the comparison."""
        random = Random(seed)
        name, jump = random.choice(sorted(self.begun)), random.choice(JUMPS)
        share = random.choice([0, 0.02, 0.3])
        proxy = Proxy(seed, share=share, mutations=TIMES)
        verdict = Verdict(seed, f"from {name}, {jump.total_seconds():+,.0f} s, {share:.0%} of responses")
        path = self.begin(name)
        try:
            with at_most(LONGEST), self.astray(jump):
                report = self.sync(path, world.SECOND, proxy)
            verdict.exit_code = report.exit_code
            verdict.findings += [f"defect: {where}" for *_, where in report.defects]
        except CollectError as error:
            verdict.exit_code = error.exit_code
        except Hang:
            verdict.findings.append(f"a hang of more than {LONGEST} s")
        except Exception:
            verdict.findings.append(f"traceback: {traceback.format_exc(limit=-3)}")
        verdict.disturbances = len(proxy.done) + bool(jump)
        verdict.findings += future_times(path, world.SECOND)
        healed = self.sync(path, world.THIRD, full=self.full)
        if healed.exit_code:
            verdict.findings.append(f"exit {healed.exit_code} of the undisturbed run: {healed.message}")
        verdict.findings += future_times(path, world.THIRD)
        # A time that GitHub corrects is a change.
        left = differences(snapshot(path) | {"changes": set()}, self.true[name] | {"changes": set()})
        if left:
            verdict.findings.append(f"wrong after an undisturbed run: {left}")
        return verdict


def future_times(path: Path, day: str) -> list[str]:
    """Return what a database says of the time after a day, apart from facts; and if it begins too late."""
    now = datetime.fromisoformat(f"{day}T00:00:00Z") + clock.TRUSTED + timedelta(minutes=1)
    with closing(sqlite3.connect(path)) as db:
        meta = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('github_time', 'start')"))
        times = {f"meta.{key}": value for key, value in meta.items()}
        for column in PROGRESS:
            times |= {f"sync_state.{column}": db.execute(f"SELECT max({column}) FROM sync_state").fetchone()[0]}
        marks = ", ".join("?" * len(WATERMARKS))
        watermarks = db.execute(f"SELECT max(watermark) FROM sync_state WHERE kind IN ({marks})", WATERMARKS)
        times |= {"sync_state.watermark": watermarks.fetchone()[0]}
        for table, column in (("sync_runs", "started_at"), ("issues", "first_seen_at"), ("looks", "at")):
            times |= {f"{table}.{column}": db.execute(f"SELECT max({column}) FROM {table}").fetchone()[0]}
    late = [f"{what} is {time}" for what, time in times.items() if time and time > clock.to_text(now)]
    return [f"in the future: {', '.join(late)}"] if late else []


def runs(first: int, count: int) -> Iterator[Verdict]:
    """Run seeds one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Clocks(Path(folder))
        for seed in range(first, first + count):
            yield bench.run(seed)
