"""What became of one seed, and how long it may take."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

LONGEST = 60  # seconds of processor time for one run of a command


@dataclass
class Verdict:
    """What became of one seed. `findings` is empty when every promise was kept."""

    seed: int
    what: str = ""  # what was tried, in words
    exit_code: int = 0
    disturbances: int = 0  # responses that were mutated, or whether a command was stopped before its end
    findings: list[str] = field(default_factory=list)


class Hang(BaseException):
    """A command took longer than LONGEST."""


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raise Hang in the block after so many seconds of processor time: waiting takes none, as in the laboratory."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
