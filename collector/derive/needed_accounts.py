"""Select the accounts to ask GitHub about: authors of vanished objects, whom GitHub itself may have removed."""

import sqlite3
from datetime import timedelta

from collector import clock
from collector.method_constants import ACCOUNT_AGE_DAYS, WINDOW_DAYS
from collector.sql import statement

# An account that was there may be removed later, and one that was removed may come back after an appeal.
ASK_AGAIN = timedelta(days=90)
# As many as one query may name: a wave of spam is spread over several runs.
MOST = 100


def needed(db: sqlite3.Connection, now: str) -> dict[int, str | None]:
    """Return at most MOST accounts to ask about at the time `now`: database id -> node id, None where it is unknown."""
    moment = clock.from_text(now)
    values = {
        # A week more than the window, which ends on a Monday.
        "since": clock.to_text(moment - timedelta(days=WINDOW_DAYS + 7)),
        "again": clock.to_text(moment - ASK_AGAIN),
        "days": ACCOUNT_AGE_DAYS,
        "most": MOST,
    }
    return dict(db.execute(statement(__package__, "needed_accounts"), values).fetchall())
