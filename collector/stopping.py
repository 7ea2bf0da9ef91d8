"""Ctrl-C (SIGINT) and SIGTERM: either ends a command in good order, with 128 and the signal's number."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopped(KeyboardInterrupt):
    """A signal asked the program to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


def stop(number: int) -> None:
    """Raise Stopped, wherever the main thread is."""
    raise Stopped(number)


@contextmanager
def on_signals(act: Callable[[int], object]) -> Iterator[None]:
    """Let either signal call `act` with its number, on the main thread, in place of what it did before."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what signals do
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda number, frame: act(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
