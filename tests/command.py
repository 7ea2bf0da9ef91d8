"""The command line as a user types it."""

import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from collector.cli import collect
from collector.config import load


class Collect:
    """Runs `collect` with these words; stdout and stderr are kept apart."""

    def __call__(self, *words: object, **env: str) -> Result:
        return CliRunner().invoke(collect, [str(w) for w in words], prog_name="collect", env=env)


def sync_once(run: Collect, shelf: Path) -> None:
    """Leave in the current folder the database that `collect sync` makes there; `shelf` keeps it for the next test."""
    if not any(shelf.iterdir()):
        result = run("sync")
        assert result.exit_code == 0, result.output
        for made in Path().glob("signals.db*"):
            shutil.copy(made, shelf)
    for kept in shelf.iterdir():
        shutil.copy(kept, kept.name)


def tracked(config: Path) -> list[str]:
    """The repositories that a configuration lists, as OWNER/NAME."""
    return [repo.repo for project in load(config).projects for repo in project.repos]
