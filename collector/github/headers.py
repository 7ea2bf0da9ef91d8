"""Parse the rate limit and date headers of a response. Pure; never raises, since proxies may alter headers.

The same rules hold for every header: a past time or a negative number counts as 0 (no wait); a value that cannot be
parsed counts as absent, except an invalid Retry-After, which means the minimum wait. The caller decides how long a
wait is acceptable.
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
"""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

Headers = Mapping[str, str]

# Seconds of a window of the primary rate limit. A reset outside of it, past or future, means that a clock is wrong.
WINDOW = 3600.0
# Plausible dates: from 2008, GitHub's first year, to 2100, in seconds since the epoch.
FOUNDED, FAR_AWAY = 1_199_145_600.0, 4_102_444_800.0
# "Otherwise, wait for at least one minute before retrying."
# https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
LEAST_WAIT = 60.0
# At most 18 digits: longer numbers are treated as invalid.
_NUMBER = re.compile(r"\s*(-?)([0-9]{1,18})\s*", re.ASCII)


def retry_after(headers: Headers, now: float) -> float | None:
    """Return the seconds to wait by Retry-After, a number or a date; None without that header."""
    text = headers.get("retry-after")
    if text is None:
        return None
    seconds = _number(text)
    if seconds is not None:
        return float(seconds)
    moment = _moment(text)
    return LEAST_WAIT if moment is None else max(0.0, moment - now)


def remaining(headers: Headers) -> int | None:
    """Return the points or requests left in the current window; None if unknown."""
    return _number(headers.get("x-ratelimit-remaining", ""))


def used(headers: Headers) -> int | None:
    """Return the points or requests used in the current window; None if unknown."""
    return _number(headers.get("x-ratelimit-used", ""))


def reset(headers: Headers) -> int | None:
    """Return when the current window ends, in seconds since the epoch; None if unknown."""
    return _number(headers.get("x-ratelimit-reset", ""))


def seconds_to_reset(headers: Headers, now: float) -> float:
    """Return the seconds until the primary limit resets: by our clock, else by GitHub's, else the minimum wait."""
    moment = reset(headers)
    if moment is not None:
        for clock in (now, date(headers)):
            if clock is not None and 0 <= moment - clock <= WINDOW + 60:
                # A second more, because the header has whole ones.
                return moment - clock + 1
    return LEAST_WAIT


def date(headers: Headers) -> float | None:
    """Return GitHub's time by the Date header, in seconds since the epoch; None if absent or implausible."""
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
