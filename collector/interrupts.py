"""Ctrl-C (SIGINT) and SIGTERM end a command cleanly: what was begun is finished or undone."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def exit_code(number: int) -> int:
    """The exit code of a program that a signal ended, as shells have it."""
    return 128 + number


class Stopped(KeyboardInterrupt):
    """A signal asked the program to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = exit_code(number)


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
