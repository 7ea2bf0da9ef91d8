"""Signals that the method defines and nothing computes yet. Reports list them among the method's seventeen."""

from collector.method.definition import PlannedSignal

FAILURE_DISCLOSURE = PlannedSignal(
    key="failure_disclosure",
    family="failures",
    title="Failures explained",
    question="When something broke, was it explained in public?",
    unit="share",
    direction="up",
    least_n="5 events",
)
