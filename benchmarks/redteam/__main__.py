"""`python -m benchmarks.redteam`: run the red team and print what each scenario did."""

import json
import time
from pathlib import Path

import click

from benchmarks.redteam import costs, report
from benchmarks.redteam.evaluate import SECOND_CLOCK, compute, compute_synced
from benchmarks.redteam.run import as_row, chosen, run

RESULTS = Path(__file__).parent / "RESULTS.md"
COSTS = Path(__file__).parents[2] / "docs/attack-costs.md"


@click.command()
@click.argument("words", nargs=-1)
@click.option("--seeds", default=20, show_default=True, help="How many honest histories.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--sync", is_flag=True, help="Only attacks on the second clock, synced from the pretend GitHub (slow).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--write", is_flag=True, help="Write RESULTS.md anew.")
@click.option("--costs", "as_costs", is_flag=True, help="Only write docs/attack-costs.md anew.")
def main(
    words: tuple[str, ...], seeds: int, workers: int, sync: bool, as_json: bool, write: bool, as_costs: bool
) -> None:
    """Run the red team and print what each scenario did to the signals it aims at.

    WORDS choose scenarios by what their names, kinds or aims hold. It ends with 0 whatever it finds.
    """
    began = time.monotonic()
    if as_costs:
        COSTS.write_text(costs.page(costs.measure(range(seeds), workers), seeds), encoding="utf-8")
        return
    scenarios = [s for s in chosen(words) if not sync or s.name in SECOND_CLOCK]
    outcomes = run(scenarios, range(seeds), workers, compute_synced if sync else compute)
    if as_json:
        print(json.dumps([as_row(o) for o in outcomes], indent=1))
    else:
        print(report.table(outcomes))
        print(f"{time.monotonic() - began:.0f} seconds, {seeds} seeds")
    if write:
        RESULTS.write_text(report.markdown(outcomes, seeds), encoding="utf-8")


if __name__ == "__main__":
    main()
