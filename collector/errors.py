"""Errors shown to the user, each with its exit code.

    CollectError                     1  a bug in collect
    |-- UsageError                   2  a wrong argument, option or environment variable
    |   `-- ConfigError              2  an error in config/repos.toml
    |-- SomeRepositoriesFailed       3  finished, but some repositories failed
    |-- NotAuthorised                4  no token, or GitHub rejects it
    |-- BudgetExhausted              5  a rate limit or --max-points was reached; the next run resumes
    |-- GitHubUnreachable            6  no network connection to GitHub
    |-- DatabaseError                7  a problem with the database or the disk
    `-- AlreadyRunning              75  another command holds the lock

75 is EX_TEMPFAIL: try again later (https://man7.org/linux/man-pages/man3/sysexits.h.3head.html).

A signal ends a command with 128 + its number (`collector/interrupts.py`).

Each error has a one-sentence message and a next step; commands print them unchanged.
"""

import errno


class CollectError(Exception):
    """An error that the user can act on: `message` says what happened, `next_step` what to do about it."""

    exit_code = 1

    def __init__(self, message: str, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}" if self.next_step else self.message


class UsageError(CollectError):
    """An invalid argument, such as a date that does not exist or a project that is not tracked."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration is invalid; the message names the key and the expected value."""


class SomeRepositoriesFailed(CollectError):
    """The run finished, but some repositories failed; they are listed and recorded."""

    exit_code = 3


class NotAuthorised(CollectError):
    """There is no token, or GitHub rejects it."""

    exit_code = 4


class BudgetExhausted(CollectError):
    """A GitHub rate limit, the run's time limit or --max-points was reached; the next run resumes from there."""

    exit_code = 5


class GitHubUnreachable(CollectError):
    """GitHub cannot be reached over the network."""

    exit_code = 6


class DatabaseError(CollectError):
    """The file is not a database, is corrupt, has a newer schema than this program, or the disk is
    full or read-only.
    """

    exit_code = 7


class AlreadyRunning(CollectError):
    """Another command holds the lock."""

    exit_code = 75


STORED_FACTS = (0, CollectError.exit_code, SomeRepositoriesFailed.exit_code, BudgetExhausted.exit_code)
"""The exit codes of a sync that stored what it could: signals are computed after it."""

_DISK = {errno.ENOSPC: "is full", errno.EDQUOT: "quota is exceeded", errno.EROFS: "is read-only"}


def of_disk(error: OSError, what: str) -> DatabaseError | None:
    """Return the DatabaseError for a full or read-only disk, or None for any other OSError.

    `what` names the file that could not be written.
    """
    if error.errno not in _DISK:
        return None
    return DatabaseError(
        f"The disk {_DISK[error.errno]}: {what} cannot be written.", "Fix that, then run the same command again."
    )
