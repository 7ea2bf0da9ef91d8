"""Messages around a first sync: its expected duration before it, and the next steps after it."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from collector.cli.logs import LOG
from collector.text import plural

if TYPE_CHECKING:
    from collector.config import Config
    from collector.config.shards import Shard
    from collector.sync.plan import Plan


def is_watched() -> bool:
    """Return whether somebody sees the log while it is written: an estimate is for them, and costs requests."""
    return sys.stderr.isatty()


def announced(config: "Config", db: Path, max_points: int | None = None) -> "Plan | None":
    """Estimate a first sync and log its cost and duration; return None where that cannot be known.

    That takes two queries for 20 repositories, a thousandth of what follows. An error is not raised: the sync meets it,
    too. If nobody watches, nothing is asked. Raises DatabaseError.
    """
    from collector import clock
    from collector.errors import CollectError
    from collector.github import environment
    from collector.sync import plan

    if not is_watched():
        LOG.info("This is the first sync. `collect sync --dry-run` estimates what one costs and how long it takes.")
        return None
    github = environment.github(max_points)
    with suppress(CollectError):
        planned = plan.make(github, config, db, clock.utc_now(), full=False)
        for line in estimate(planned, github.points_left):
            LOG.info(line)
        return planned
    return None


def estimate(planned: "Plan", points_left: int | None) -> list[str]:
    """Return what a first sync will cost, in lines for the log. `points_left` is None where that is unknown."""
    from collector.github.rate_limits import GRAPHQL_SECONDS

    minutes = max(1, round(planned.seconds / GRAPHQL_SECONDS))
    left = "" if points_left is None else f" ({points_left:,} are left in this hour)"
    lines = [
        f"First sync of {plural(planned.repositories, 'repository', 'repositories')}: at least "
        f"{planned.requests:,} requests and {planned.points:,} points of GitHub's rate limit{left}, "
        f"about {plural(minutes, 'minute')}. It can be stopped at any moment; the next run goes on from there."
    ]
    if points_left is not None and planned.points > points_left:
        lines.append("That is more than is left: it will end with exit code 5. Run it again in the next hour.")
    if minutes > 1:
        lines.append(
            "Meanwhile, in another terminal: `collect repos list` shows what is complete, `collect report` the "
            "projects that are, and `collect serve` every row."
        )
    return lines


def print_next_steps(db: Path, config: Path, shard: "Shard | None" = None) -> None:
    """Log three things to do after a first sync, of all projects or of a shard."""
    from collector.config.model import DEFAULT_PATH

    where = "" if str(db) in ("signals.db", os.environ.get("COLLECT_DB")) else f" --db '{db}'"
    if config != DEFAULT_PATH and str(config) != os.environ.get("COLLECT_CONFIG"):
        where += f" --config '{config}'"
    LOG.info("Next: `collect report%s --format html --output report.html` shows it as a page.", where)
    LOG.info("Next: `collect signals%s --history 104 --every week` computes two years, for charts and changes.", where)
    if shard is not None:
        where += f" --shard {shard}"
    if shard is None and os.environ.get("COLLECT_COMMAND", "").endswith("scripts/collect"):
        LOG.info("Next: `./scripts/install-schedule --install` does all this every night.")
    else:
        LOG.info("Next: `collect sync%s` every night, by cron: deletions are noticed only then.", where)
