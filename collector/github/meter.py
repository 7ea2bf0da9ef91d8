"""Counters of what a run used (requests, points, waits) and the limits it must stay within."""

from dataclasses import dataclass


@dataclass
class Meter:
    """Counters of one part of a run. `points` are GraphQL's and include failed queries; `waited` is in seconds.

    `timeouts` counts queries that GitHub aborted; it deducts `penalty_points` for them from the next hour's limit.
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
    """

    requests: int = 0
    points: int = 0
    bytes: int = 0
    retries: int = 0
    waited: float = 0.0
    timeouts: int = 0
    penalty_points: int = 0


@dataclass
class Bounds:
    """Limits of a run. Exceeding one ends it with BudgetExhausted; the next run resumes where it stopped."""

    seconds: float = 6 * 3600  # duration of the whole run
    longest_wait: float = 900  # seconds; a longer Retry-After, or time until a limit resets, ends the run
    retries: int = 400  # retry budget of the whole run
    points: int | None = None  # GraphQL points (--max-points); None: no limit
