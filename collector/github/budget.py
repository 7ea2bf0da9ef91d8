"""What a run asked for and paid, and what it may: time, waits, retries, points."""

from dataclasses import dataclass


@dataclass
class Meter:
    """What a part of a run asked for and paid. `points` are GraphQL's, those of questions that failed included.

    `timeouts` are questions that GitHub gave up on; it takes `penalty_points` for them off the next hour.
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
    """What a run may take. Beyond any of these it ends with BudgetExhausted, and the next one goes on from there."""

    seconds: float = 6 * 3600  # in all
    longest_wait: float = 900  # seconds of one wait that GitHub asks for, by Retry-After or the reset of a limit
    retries: int = 400
    points: int | None = None  # of GraphQL
