"""Describe unexpected exceptions. They are recorded, so that a defect in one repository does not stop the others."""

import sys
import traceback
from pathlib import Path

from collector import debug
from collector.github.client import GitHub

PACKAGE = Path(__file__).resolve().parents[1]
# Characters; the message of an exception may contain a whole response.
LONGEST_MESSAGE = 300


def describe(error: Exception, github: GitHub) -> str:
    """Return one line about a defect, without tokens: "collector/sync/fetchers/pushes.py:40: KeyError: 'ref'".

    The place is this package's innermost frame. With COLLECT_DEBUG set, also print the traceback to stderr.
    """
    if debug.is_on():
        traceback.print_exception(error, file=sys.stderr)
    message = " ".join(str(error).split())
    for token in (t for viewer in github.viewers for t in viewer.tokens):
        message = message.replace(token, "[token]")
    if len(message) > LONGEST_MESSAGE:
        message = f"{message[:LONGEST_MESSAGE]}..."
    return f"{_place(error)}: {type(error).__name__}{': ' if message else ''}{message}"


def _place(error: Exception) -> str:
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(PACKAGE):
            return f"{PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}:{frame.lineno}"
    return "outside of collect"
