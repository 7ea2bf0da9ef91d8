"""Standard input, output and error as the shell hands them over: closed, or without the letters of a name."""

import os
import sys
from contextlib import suppress
from typing import TextIO


def set_up() -> None:
    """Make all three usable, whatever they are.

    Python has no stream for a closed descriptor, and the next file that is opened would get its number. So a closed
    input becomes an empty one, what goes to a closed stderr is lost, and writing to a closed stdout fails, as it does
    for the shell's own tools (EBADF).
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # it gets the lowest number that is free: this one
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter of a name shows "?" instead.
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def stdout_is_closed() -> bool:
    """Whether stdout was closed, or opened for reading only."""
    try:
        os.write(sys.stdout.fileno(), b"")
    except (OSError, ValueError):  # ValueError: a test's stdout is no file
        return True
    return False


def give_up_on(stream: TextIO) -> None:
    """Let what could not be written be lost: at the end Python would try again, and fail with a code of its own."""
    with suppress(OSError, ValueError):  # ValueError: a test's stream is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
