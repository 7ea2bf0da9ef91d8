"""The projects side by side, to compare any of them: choosing them needs only CSS, no script."""

from collections.abc import Iterator

from collector.method.definition import SignalDefinition
from collector.method.registry import FAMILIES, SIGNALS
from collector.report.model import Report, SignalRow

Letters = dict[str, list[tuple[str, str]]]
Signals = list[tuple[SignalDefinition, dict[str, SignalRow | None]]]


def families(report: Report) -> Iterator[tuple[str, Letters, Signals]]:
    """Yield each family with the letters of each project, as (category, letters), and its signals by project."""
    by_key = {p.slug: {s.signal: s for s in p.signals} for p in report.projects}
    for family in FAMILIES:
        letters: Letters = {p.slug: [] for p in report.projects}
        for category, of in report.letters.items():
            for slug, letter in of.get(family, {}).items():
                letters[slug].append((category, letter))
        own = [info for info in SIGNALS if info.family == family]
        yield family, letters, [(info, {slug: rows.get(info.key) for slug, rows in by_key.items()}) for info in own]


def style(report: Report) -> str:
    """Return the rules that show only the chosen columns. Slugs are letters, digits and hyphens (`config.names`)."""
    rules = [".compare:has(.pick:checked) .col { display: none; }"]
    rules += [f".compare:has(#pick-{p.slug}:checked) .col-{p.slug} {{ display: table-cell; }}" for p in report.projects]
    return "\n".join(rules)
