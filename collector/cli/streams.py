"""Make stdin, stdout and stderr usable when the shell closed them or their encoding is limited."""

import os
import sys
from contextlib import suppress
from typing import TextIO


def set_up() -> None:
    """Replace closed streams, so that all three can be used.

    Python sets a closed stream to None, and the next file that is opened gets its descriptor. A closed stdin becomes an
    empty one, output to a closed stderr is discarded, and writing to a closed stdout fails with EBADF, as in other Unix
    tools.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # gets the lowest free descriptor, which is this one
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        # Characters that the terminal's encoding lacks are shown as "?".
        with suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def stdout_is_closed() -> bool:
    """Return whether stdout was closed, or opened for reading only."""
    try:
        os.write(sys.stdout.fileno(), b"")
    except (OSError, ValueError):  # ValueError: a test's stdout has no file descriptor
        return True
    return False


def discard(stream: TextIO) -> None:
    """Send the rest of a stream to /dev/null; otherwise Python flushes again at exit, fails and
    changes the exit code.
    """
    with suppress(OSError, ValueError):  # ValueError: a test's stream has no file descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
