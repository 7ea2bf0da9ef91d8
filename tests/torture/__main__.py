"""Run torture by hand: `python -m tests.torture answers --first 1 --runs 500`. Counts of several runs add up."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

from tests.torture import answers, commands

Verdict = answers.Verdict | commands.Verdict
KINDS: dict[str, Callable[[int, int], Iterator[Verdict]]] = {
    "answers": answers.runs,
    "configurations": commands.configurations,
    "arguments": commands.command_lines,
}


def main() -> int:
    """Run the seeds, print each finding and the counts. Returns 1 if there is a finding."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--runs", type=int, default=100, help="how many seeds")
    options = parser.parse_args()
    began, codes, bad, mutations = time.monotonic(), Counter[int](), 0, 0
    for verdict in KINDS[options.kind](options.first, options.runs):
        codes[verdict.exit_code] += 1
        mutations += getattr(verdict, "mutations", 0)
        if verdict.findings:
            bad += 1
            what = getattr(verdict, "words", "")
            print(f"seed {verdict.seed}, exit {verdict.exit_code} {what}", *verdict.findings, sep="\n    ", flush=True)
    exits = ", ".join(f"{count} of exit {code}" for code, count in sorted(codes.items()))
    mutated = f", {mutations:,} mutated responses" if mutations else ""
    print(
        f"{options.kind}, seeds {options.first} to {options.first + options.runs - 1}: {codes.total():,} runs "
        f"({exits}){mutated}, {bad} with findings, {time.monotonic() - began:.0f} s"
    )
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
