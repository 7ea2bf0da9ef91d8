"""What it takes to read an export of Electric Capital's list: CPU and peak memory of `collect repos import`.

The export is made here, in a temporary folder: as many lines, bytes a line and ecosystems as the list of 2026 (6.5
million, 170, 7,534), or as many million lines as the argument says. The largest ecosystem has an eighth of the lines.
"""

import gzip
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MILLIONS = 6.5
ECOSYSTEMS, REPOSITORIES = 7534, 654_691
RUN = """
import resource, sys
from collector.cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print("took", used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)
"""


def ecosystem(number: int) -> str:
    """The name of an ecosystem; 0 is the largest."""
    return f"Ecosystem {number}"


def make(path: Path, lines: int) -> None:
    """Write an export of that many lines."""
    rng = random.Random(1)
    repositories = REPOSITORIES * lines // int(MILLIONS * 1e6) + 1
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for n in range(lines):
            # Few ecosystems are large: the share of each falls with its number.
            number = 0 if n % 8 == 0 else int(ECOSYSTEMS * rng.random() ** 4)
            repository = rng.randrange(repositories)
            branch = f'"Part {number}.{repository % 20}","Part {repository % 7}"' if n % 4 else ""
            name = f"organisation-{repository % 90_000}/a-repository-with-some-name-{repository}"
            file.write(
                f'{{"eco_name":"{ecosystem(number)}","branch":[{branch}],"repo_url":"https://github.com/{name}",'
                f'"tags":[{"" if n % 9 else chr(34) + "#protocol" + chr(34)}]}}\n'
            )


def measured(folder: Path, *words: str, stdin: Path | None = None) -> str:
    """Run the command; return its CPU seconds, its peak of resident memory, and how much it listed."""
    with open(stdin or os.devnull, "rb") as file:
        done = subprocess.run(
            [sys.executable, "-c", RUN, "repos", "import", *words],
            env={**os.environ, "PYTHONPATH": str(Path.cwd()), "COLLECT_CONFIG": str(folder / "repos.toml")},
            stdin=file,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    _, seconds, peak = next(line.split() for line in done.stderr.splitlines() if line.startswith("took "))
    unit = 2**20 if sys.platform == "darwin" else 2**10
    counted = re.search(r"^[\d,]+ (repositories|ecosystems)", done.stdout, re.MULTILINE)
    assert counted is not None
    return f"{float(seconds):6.1f} s of CPU  {int(peak) / unit:5.0f} MiB  {counted[0]}"


def main() -> None:
    """Print the figures."""
    lines = int(float(sys.argv[1] if len(sys.argv) > 1 else MILLIONS) * 1e6)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "repos.toml").write_text(
            '[[project]]\nslug = "acme"\nname = "Acme"\ncategory = "benchmark"\nnote = "Nothing yet."\n',
            encoding="utf-8",
        )
        export, packed = folder / "exports.jsonl", folder / "exports.jsonl.gz"
        make(export, lines)
        print(f"{lines:,} lines, {export.stat().st_size / 1e6:,.0f} MB")
        several = [word for n in range(100, 120) for word in ("--ecosystem", ecosystem(n))]
        runs: dict[str, list[str]] = {
            "all ecosystems": [],
            "one": ["--ecosystem", ecosystem(200)],
            "one, whole": ["--ecosystem", ecosystem(200), "--whole"],
            "twenty, whole": [*several, "--whole"],
            "the largest, whole": ["--ecosystem", ecosystem(0), "--whole"],
        }
        for what, words in runs.items():
            print(f"{what:20}", measured(folder, str(export), *words, "--limit", "1"), flush=True)
        print(f"{'one, from stdin':20}", measured(folder, "-", *runs["one"], "--limit", "1", stdin=export), flush=True)
        with export.open("rb") as plain, gzip.open(packed, "wb", compresslevel=1) as file:
            while block := plain.read(1 << 20):
                file.write(block)
        print(f"{'one, from gzip':20}", measured(folder, str(packed), *runs["one"], "--limit", "1"), flush=True)


if __name__ == "__main__":
    main()
