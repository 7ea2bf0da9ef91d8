"""What it takes to import an export of Electric Capital's list: CPU and peak memory of `collect repos import`.

The export is made here, in a temporary folder: as many lines, bytes a line and ecosystems as the list of 2026 (6.5
million, 170, 7,534), or as many million lines as the argument says. The largest ecosystem has an eighth of the lines.
Its repositories are looked up at a pretend GitHub (`lookups.py`), in two runs, and written to a configuration, which is
then read.
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
LOAD = RUN.replace(
    "from collector.cli import main", "from pathlib import Path\nfrom collector.config import load"
).replace("main()", "print(f'{len(load(Path(sys.argv[1])).by_repository()):,} repositories')")
USED_UP = 5  # the exit code of a run that ends at --max-points


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


def measured(
    folder: Path, program: str, *words: str, stdin: Path | None = None, exit_code: int = 0, **more: str
) -> str:
    """Run a program with the environment variables `more`; return its CPU seconds, its peak of resident memory, and how
    much it listed."""
    with open(stdin or os.devnull, "rb") as file, (folder / "out").open("w+", encoding="utf-8") as out:
        done = subprocess.run(
            [sys.executable, "-c", program, *words],
            env={**os.environ, "PYTHONPATH": str(Path.cwd()), "COLLECT_CONFIG": str(folder / "repos.toml"), **more},
            stdin=file,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        out.seek(0)
        counted = next(filter(None, (re.match(r"[\d,]+ (repositories|ecosystems)", line) for line in out)), None)
    if done.returncode != exit_code:
        raise SystemExit(done.stderr)
    _, seconds, peak = next(line.split() for line in done.stderr.splitlines() if line.startswith("took "))
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return f"{float(seconds):6.1f} s of CPU  {int(peak) / unit:5.0f} MiB  {counted[0] if counted else ''}"


def looked_up(folder: Path, export: Path) -> None:
    """Print what it takes to look up the largest ecosystem, to report it, to write it, and to read what was written."""
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.lookups"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        words = ["repos", "import", str(export), "--ecosystem", ecosystem(0), "--whole", "--category", "chain"]
        half = str(export.stat().st_size // 75_000)  # points
        written = ["--limit", "0", "--write", "--into", str(folder / "list.toml")]
        for what, more, exit_code in (
            ("half of it looked up", ["--max-points", half], USED_UP),
            ("the other half", [], 0),
            ("all of it as JSON", ["--limit", "0", "--json"], 0),
            ("all of it written", written, 0),
        ):
            said = measured(
                folder, RUN, *words, *more, exit_code=exit_code, GITHUB_API_URL=address, GITHUB_TOKEN="none"
            )
            print(f"{what:20}", said, flush=True)
    finally:
        server.terminate()
        server.wait()
    print(f"{'to read that':20}", measured(folder, LOAD, str(folder / "repos.toml")))
    print(f"{(folder / 'list.toml').stat().st_size / 1e6:,.0f} MB")


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

        def reading(what: str, file: str, words: list[str], stdin: Path | None = None) -> None:
            print(f"{what:20}", measured(folder, RUN, "repos", "import", file, *words, "--limit", "1", stdin=stdin))

        for what, words in runs.items():
            reading(what, str(export), words)
        reading("one, from stdin", "-", runs["one"], export)
        with export.open("rb") as plain, gzip.open(packed, "wb", compresslevel=1) as file:
            while block := plain.read(1 << 20):
                file.write(block)
        reading("one, from gzip", str(packed), runs["one"])
        looked_up(folder, export)


if __name__ == "__main__":
    main()
