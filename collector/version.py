"""Which version of this program is running."""

from importlib import metadata


def version() -> str:
    """The installed version, or "unknown" when run from its sources."""
    try:
        return metadata.version("collect-signals")
    except metadata.PackageNotFoundError:
        return "unknown"
