"""The environment variable COLLECT_DEBUG: tracebacks of unexpected errors."""

import os

_OFF = ("", "0", "false", "no", "off")


def is_on() -> bool:
    """Return whether COLLECT_DEBUG is set, to anything but 0, false, no or off."""
    return os.environ.get("COLLECT_DEBUG", "").strip().lower() not in _OFF
