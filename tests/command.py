"""The command line as a user types it."""

from click.testing import CliRunner, Result

from collector.cli import collect


class Collect:
    """Runs `collect` with these words; stdout and stderr are kept apart."""

    def __call__(self, *words: object, **env: str) -> Result:
        return CliRunner().invoke(collect, [str(w) for w in words], prog_name="collect", env=env)
