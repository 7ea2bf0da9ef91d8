"""The installed version of this program."""

from importlib import metadata


def version() -> str:
    """Return the installed version, or "unknown" when run from source without installation."""
    try:
        return metadata.version("collect-signals")
    except metadata.PackageNotFoundError:
        return "unknown"
