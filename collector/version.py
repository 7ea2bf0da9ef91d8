"""The installed version of this program."""

from importlib import metadata

from collector.installation import NAME


def version() -> str:
    """Return the installed version, or "unknown" when run from source without installation."""
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return "unknown"
