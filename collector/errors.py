"""The errors that reach a user, and the exit code each ends with.

    CollectError                     1  a defect
    |-- UsageError                   2  an argument, the command line or the environment
    |   `-- ConfigError              2  config/repos.toml
    |-- SomeRepositoriesFailed       3  done, but not everywhere
    |-- NotAuthorised                4  no token, or one that GitHub refuses
    |-- BudgetExhausted              5  GitHub's limits or --max-points; the next run goes on
    |-- GitHubUnreachable            6  no network, or no GitHub
    |-- DatabaseError                7  the database or the disk
    `-- AlreadyRunning              75  another sync holds the lock

A signal ends a command with 128 and its number (`collector/interrupts.py`).

Each carries one clear sentence and the next step, so that no command needs to word it again.
"""

import errno


class CollectError(Exception):
    """Something went wrong that a user can act on: what happened, and what to do next."""

    exit_code = 1

    def __init__(self, message: str, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}" if self.next_step else self.message


class UsageError(CollectError):
    """An argument that means nothing: a date that is none, a project nobody tracks."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration cannot be used; the message names the key and what would be right."""


class SomeRepositoriesFailed(CollectError):
    """The run is done, but some repositories failed; they are named and recorded."""

    exit_code = 3


class NotAuthorised(CollectError):
    """There is no token, or GitHub refuses the one there is."""

    exit_code = 4


class BudgetExhausted(CollectError):
    """A limit of GitHub's, of the run or of --max-points was reached; the next run goes on from there."""

    exit_code = 5


class GitHubUnreachable(CollectError):
    """No connection to GitHub could be made."""

    exit_code = 6


class DatabaseError(CollectError):
    """The database is not one, is corrupt, newer than this program, full or read-only."""

    exit_code = 7


class AlreadyRunning(CollectError):
    """Another sync holds the lock."""

    exit_code = 75


STORED_FACTS = (0, CollectError.exit_code, SomeRepositoriesFailed.exit_code, BudgetExhausted.exit_code)
"""The exit codes of a sync that stored what it could: signals are computed after it."""

_DISK = {errno.ENOSPC: "is full", errno.EDQUOT: "has no more room for you", errno.EROFS: "is read-only"}


def of_disk(error: OSError, what: str) -> DatabaseError | None:
    """The error of a disk that takes no more, if it is one; `what` cannot be written."""
    if error.errno not in _DISK:
        return None
    return DatabaseError(
        f"The disk {_DISK[error.errno]}: {what} cannot be written.", "Mend that, then run the same command again."
    )
