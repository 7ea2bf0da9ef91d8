"""Codes of the reasons why rows of evidence do not count, for the rows that several signals share.

The views in SQL write them; each signal's definition lists those of its evidence, and docs/signals.md is generated from
that. A tag or commit without a date (`draft`, `not_landed`, `no_date`) is never in a window, so no evidence has it.
"""

from collector.derive.exclusions import (
    BOT,
    BULK,
    CLIENT_DATED,
    COPY,
    FORK_PUSH,
    GENERATED,
    GHOST,
    MERGE,
    MIRROR,
    MOVING,
    NO_COMMIT,
    NO_VERSION,
    NOBODY,
    REWRITTEN,
    SEEN_BEFORE,
)
from collector.method_constants import ACCOUNT_AGE_DAYS, RELEASED_WORK_DAYS, SUBSTANTIVE_LINES

LINES_UNKNOWN = "lines_unknown"
UNDER_LINES = f"under_{SUBSTANTIVE_LINES}_lines"

LANDED: tuple[str, ...] = (MERGE, COPY, REWRITTEN, BULK, BOT, FORK_PUSH, GENERATED, CLIENT_DATED)
"""Commits that landed on a default branch, but do not count as work."""

WORK = (*LANDED, UNDER_LINES, LINES_UNKNOWN)
"""What belongs to no author-day."""

PEOPLES_WORK = (*WORK, f"by_{GHOST}", f"by_{NOBODY}", f"by_{MIRROR}")
"""What belongs to no author-day of a person."""

RELEASES = (
    MOVING, NO_VERSION, NO_COMMIT, SEEN_BEFORE, "pre_release", "pre_release_within_four_weeks",
    f"no_new_work_of_{RELEASED_WORK_DAYS}_days",
)  # fmt: skip
"""Releases and version tags that do not count."""

ACCOUNTS = ("account_age_unknown", f"account_under_{ACCOUNT_AGE_DAYS}_days")
"""What accounts did that cannot be qualified outsiders because of their age."""

THREADS = ("by_insider", "by_bot", "by_ghost", *ACCOUNTS, "imported")
"""Issues, pull requests and discussions that no qualified outsider opened."""

ISSUES = (*THREADS, "moved_within_project", "answered_before_transfer")
"""Issues that do not count."""
