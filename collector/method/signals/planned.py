"""Signals that the method defines and nothing computes yet. Reports list them among the method's seventeen."""

from collector.method.definition import PlannedSignal

DOCS_MONTHS = PlannedSignal(
    key="docs_months",
    family="docs",
    title="Months with work on docs",
    question="Are the docs kept under visible version history?",
    unit="of 13",
    direction="up",
    least_n="docs exist",
)
FAILURE_DISCLOSURE = PlannedSignal(
    key="failure_disclosure",
    family="failures",
    title="Failures explained",
    question="When something broke, was it explained in public?",
    unit="share",
    direction="up",
    least_n="5 events",
)
RULE_CHANGE_NOTICE = PlannedSignal(
    key="rule_change_notice",
    family="rules",
    title="Rule changes with notice",
    question="Are economic rules changed in the open, with notice?",
    unit="share",
    direction="up",
    least_n="3 changes",
)
