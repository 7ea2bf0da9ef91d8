"""A copy of the project's scripts in a folder with an awkward name, with a `collect` that does what a test says."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What `collect` does, each as a line of sh; a test appends its own, which come first.
COLLECT = """\
#!/bin/sh
# {word} -> what it does; the words are noted
printf '%s\\n' "$*" >>words
script=does-$1
[ ! -e "$script" ] || . "./$script"
case $1 in
--version) echo "collect 1" ;;
sync) echo "2026-01-01 log" >&2; echo "2 repositories: 5 rows inserted, 0 updated, 0 marked gone." ;;
report) for last; do :; done
    case $* in *--since*) cp news.md "$last" ;; *) echo "a report" >"$last" ;; esac ;;
backup) echo "a database" >"$2" ;;
esac
"""
NO_NEWS = "# What changed\n\nNothing changed: Uno.\n"


class Project:
    """The copy, and `run` for one of its scripts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("scripts", "pyproject.toml", "constraints.txt"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / name)
        (folder / "collector").symlink_to(ROOT / "collector")
        (folder / ".venv" / "bin").mkdir(parents=True)
        (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
        self.install(COLLECT)
        # As scripts/environment.sh marks an environment that is complete.
        mark = 'printf "%s\\n" "$(cksum constraints.txt pyproject.toml scripts/environment.sh) $PWD " >.venv/.complete'
        subprocess.run(["sh", "-c", mark], cwd=folder, check=True)
        (folder / "news.md").write_text(NO_NEWS)

    def install(self, collect: str) -> None:
        """Put this script in the place of the command."""
        command = self.folder / ".venv" / "bin" / "collect"
        command.write_text(collect)
        command.chmod(0o755)

    def when(self, word: str, does: str) -> None:
        """Let `collect WORD` do this (in sh) first."""
        (self.folder / f"does-{word}").write_text(does + "\n")

    def environment(self, **values: str) -> dict[str, str]:
        """What a cron job gets, and these."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), **values}

    def run(self, script: str, *words: str, **values: str) -> "subprocess.CompletedProcess[str]":
        """Run one of the scripts, from elsewhere."""
        return subprocess.run(
            [str(self.folder / "scripts" / script), *words],
            cwd="/",
            env=self.environment(**values),
            capture_output=True,
            text=True,
            check=False,
        )

    def words(self) -> list[str]:
        """What `collect` was called with so far."""
        path = self.folder / "words"
        return path.read_text().splitlines() if path.exists() else []

    def nights(self) -> list[str]:
        """The folders of nights that are kept."""
        return sorted(p.name for p in (self.folder / "nights").iterdir() if not p.is_symlink())

    def log(self) -> str:
        """The log of the latest night."""
        return (self.folder / "nights" / self.nights()[-1] / "log").read_text()
