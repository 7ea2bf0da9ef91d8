"""What the headers of an answer say about time and limits. Pure, and never an error: headers pass through proxies.

One rule for every value. A number is taken as it stands; a moment that is over, or a number below 0, counts as 0 (no
wait is asked for); anything that cannot be read counts as not said, except that an unreadable Retry-After still asks
for a wait, so it means the least one. How long is too long to wait is for the caller to say.
"""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

Headers = Mapping[str, str]

# A window of GitHub's primary limit is an hour long. A reset further away, or past, means that a clock is wrong.
WINDOW = 3600.0
# The beginnings of 2008, GitHub's first year, and of 2100, in seconds since the epoch.
FOUNDED, FAR_AWAY = 1_199_145_600.0, 4_102_444_800.0
# "Otherwise, wait for at least one minute before retrying."
# https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
LEAST_WAIT = 60.0
# More digits than any time or budget has: such a number is no number.
_NUMBER = re.compile(r"\s*(-?)([0-9]{1,18})\s*", re.ASCII)


def retry_after(headers: Headers, now: float) -> float | None:
    """Seconds to wait, from a number of them or a date; None when the answer does not ask for a wait."""
    text = headers.get("retry-after")
    if text is None:
        return None
    seconds = _number(text)
    if seconds is not None:
        return float(seconds)
    moment = _moment(text)
    return LEAST_WAIT if moment is None else max(0.0, moment - now)


def remaining(headers: Headers) -> int | None:
    """Points or requests left in the present window; None when the answer does not tell."""
    return _number(headers.get("x-ratelimit-remaining", ""))


def used(headers: Headers) -> int | None:
    """Points or requests spent in the present window; None when the answer does not tell."""
    return _number(headers.get("x-ratelimit-used", ""))


def reset(headers: Headers) -> int | None:
    """When the present window ends, in seconds since the epoch; None when the answer does not tell."""
    return _number(headers.get("x-ratelimit-reset", ""))


def seconds_to_reset(headers: Headers, now: float) -> float:
    """How long until the primary limit is renewed: by our clock, else by GitHub's own, else the least wait."""
    moment = reset(headers)
    if moment is not None:
        for clock in (now, date(headers)):
            if clock is not None and 0 <= moment - clock <= WINDOW + 60:
                return moment - clock + 1
    return LEAST_WAIT


def date(headers: Headers) -> float | None:
    """GitHub's own time, in seconds since the epoch; None when the answer does not tell, or a time of no GitHub."""
    moment = _moment(headers.get("date", ""))
    return moment if moment is not None and FOUNDED <= moment < FAR_AWAY else None


def _number(text: str) -> int | None:
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    return 0 if found[1] else int(found[2])


def _moment(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
