"""Doctor is tried as a user types it, with the fixtures of the command line."""

from tests.cli.conftest import bare_environment, config, run, server, synced

__all__ = ["bare_environment", "config", "run", "server", "synced"]
