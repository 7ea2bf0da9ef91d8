"""The checks of `collect doctor`, as its JSON has them."""

import json

from click.testing import Result

from collector import clock

NIGHTS_LATER = clock.from_text("2026-07-20T00:00:00Z")


def told(result: Result) -> dict[str, tuple[str, str]]:
    """check -> (status, message and mending together), of the worst line of each."""
    order = ("ok", "warning", "error")
    found: dict[str, tuple[str, str]] = {}
    for c in json.loads(result.stdout)["checks"]:
        line = (c["status"], f"{c['message']} {c['mend'] or ''}")
        if c["check"] not in found or order.index(line[0]) > order.index(found[c["check"]][0]):
            found[c["check"]] = line
    return found
