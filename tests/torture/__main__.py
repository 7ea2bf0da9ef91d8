"""Run torture by hand: `python -m tests.torture answers --first 1 --runs 500`.

With `--counts FILE`, each seed's result is added to the file, and the counts are those of all seeds in it; the last
result of a seed counts.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from tests.torture import answers, clocks, commands, kills
from tests.torture.verdict import Verdict

KINDS: dict[str, Callable[[int, int], Iterator[Verdict]]] = {
    "answers": answers.runs,
    "forms": answers.forms,
    "configurations": commands.configurations,
    "arguments": commands.command_lines,
    "kills": kills.kills,
    "disks": kills.disks,
    "clocks": clocks.runs,
}


def main() -> int:
    """Run the seeds, print each finding and the counts. Returns 1 if there is a finding."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--runs", type=int, default=100, help="how many seeds")
    parser.add_argument("--counts", type=Path, help="a file with the results of earlier runs, to add these to")
    options = parser.parse_args()
    began, found = time.monotonic(), []
    for verdict in KINDS[options.kind](options.first, options.runs):
        found.append(verdict)
        if options.counts:
            with options.counts.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"kind": options.kind, **asdict(verdict)}) + "\n")
        if verdict.findings:
            words = f"seed {verdict.seed}, exit {verdict.exit_code} {verdict.what}"
            print(words, *verdict.findings, sep="\n    ", flush=True)
    last = options.first + options.runs - 1
    print(f"{options.kind}, seeds {options.first} to {last}: {counts(found)}, {time.monotonic() - began:.0f} s")
    if options.counts:
        every = stored(options.counts, options.kind)
        print(f"{options.kind} in {options.counts}: {counts(every)}")
    return any(verdict.findings for verdict in found)


def counts(verdicts: list[Verdict]) -> str:
    """Return how many runs there were, how they ended, how much they were disturbed, and how many have findings."""
    codes = Counter(verdict.exit_code for verdict in verdicts)
    exits = ", ".join(f"{count:,} of exit {code}" for code, count in sorted(codes.items()))
    disturbed, bad = sum(v.disturbances for v in verdicts), sum(bool(v.findings) for v in verdicts)
    return f"{len(verdicts):,} runs ({exits}), {disturbed:,} disturbances, {bad:,} with findings"


def stored(file: Path, kind: str) -> list[Verdict]:
    """Return the last result of each seed of a kind in a file of results."""
    found: dict[int, Verdict] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        result = json.loads(line)
        if result.pop("kind") == kind:
            found[result["seed"]] = Verdict(**result)
    return list(found.values())


if __name__ == "__main__":
    sys.exit(main())
