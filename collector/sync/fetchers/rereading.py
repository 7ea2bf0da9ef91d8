"""When lists are read again as a whole: periodically, and staggered so that no night reads them all."""

import random
from datetime import timedelta

from collector import clock

# A list that was read in one nightly run is not re-read in the next.
LEAST_PAUSE = timedelta(days=1, hours=12)


def rereading_begins(now: str, github_time: str | None, ahead: timedelta = timedelta(0)) -> dict[str, str | None]:
    """Return the state that starts a periodic re-reading, `ahead` of now, by our clock and by GitHub's."""

    def before(time: str | None) -> str | None:
        return time and clock.to_text(clock.from_text(time) - ahead)

    return {"sweep_at": before(now), "sweep_witnessed_at": before(github_time)}


def stagger(repository: int, kind: str, period: timedelta) -> timedelta:
    """Return how much earlier than one `period` after it was read a list is re-read.

    This spreads lists that were read in the same run, such as the first sync, over the whole period. The result is
    pseudo-random but constant for a list.
    """
    return max(timedelta(0), period - LEAST_PAUSE) * random.Random(f"{repository} {kind}").random()
