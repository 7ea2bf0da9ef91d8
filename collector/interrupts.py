"""Turn SIGINT (Ctrl-C) and SIGTERM into a clean exit with status 128 + signal number, as shells report it.

https://www.gnu.org/software/bash/manual/bash.html#Exit-Status
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def exit_code(number: int) -> int:
    """Return the exit code that shells report for a program killed by a signal."""
    return 128 + number


class Stopped(KeyboardInterrupt):
    """The program was asked to stop by a signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = exit_code(number)


def stop(number: int) -> None:
    """Raise Stopped in the main thread."""
    raise Stopped(number)


@contextmanager
def on_signals(act: Callable[[int], object]) -> Iterator[None]:
    """Call `act` with the signal number on SIGINT or SIGTERM; restore the previous handlers at the end.

    Does nothing outside the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python allows signal.signal() only in the main thread
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda number, frame: act(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
