"""The signals of the method, in the order in which they are shown. Each is defined in `signals/KEY.py`."""

from collector.method.definition import SignalDefinition
from collector.method.signals import (
    active_weeks,
    builder_upkeep,
    concentration_trend,
    contributor_days,
    docs_months,
    effective_contributors,
    failure_disclosure,
    first_response_7d,
    history_integrity,
    independent_review,
    longest_release_silence,
    release_weeks,
    resolution_90d,
    returning_builders,
    review_response_7d,
    rule_change_notice,
    server_evidence,
)

SIGNALS: tuple[SignalDefinition, ...] = (
    release_weeks.SIGNAL,
    longest_release_silence.SIGNAL,
    active_weeks.SIGNAL,
    contributor_days.SIGNAL,
    first_response_7d.SIGNAL,
    resolution_90d.SIGNAL,
    review_response_7d.SIGNAL,
    independent_review.SIGNAL,
    effective_contributors.SIGNAL,
    concentration_trend.SIGNAL,
    docs_months.SIGNAL,
    failure_disclosure.SIGNAL,
    rule_change_notice.SIGNAL,
    builder_upkeep.SIGNAL,
    returning_builders.SIGNAL,
    server_evidence.SIGNAL,
    history_integrity.SIGNAL,
)

BY_KEY: dict[str, SignalDefinition] = {signal.key: signal for signal in SIGNALS}

FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(signal.family for signal in SIGNALS))
"""The families, each once, in order."""

DAILY = frozenset(signal.key for signal in SIGNALS if signal.ageing is not None)
"""The signals that change from day to day, also while no fact changes."""
