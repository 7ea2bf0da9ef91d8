"""The signals of the method, in the order in which they are shown."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SignalInfo:
    """What is fixed about a signal: where it belongs, its unit, which way is better, what it asks and what it needs."""

    key: str
    family: str
    unit: str
    direction: Literal["up", "down"]
    question: str
    least_n: str


SIGNALS: tuple[SignalInfo, ...] = (
    SignalInfo(
        "release_weeks",
        "release cadence",
        "weeks",
        "up",
        "In how many weeks of the year did users get new work?",
        "26 weeks of age",
    ),
    SignalInfo(
        "longest_release_silence",
        "release cadence",
        "days",
        "down",
        "How long were users left without a release?",
        "26 weeks of age",
    ),
    SignalInfo(
        "active_weeks",
        "commit frequency",
        "weeks",
        "up",
        "In how many weeks did people land real change?",
        "26 weeks of age",
    ),
    SignalInfo(
        "contributor_days",
        "commit frequency",
        "days",
        "up",
        "How much human presence is there?",
        "10 author-days",
    ),
    SignalInfo(
        "first_response_7d",
        "issue responsiveness",
        "probability",
        "up",
        "Does an outsider get a human answer within a week?",
        "15 issues of 10 accounts",
    ),
    SignalInfo(
        "resolution_90d",
        "issue responsiveness",
        "probability",
        "up",
        "Are outsiders' issues resolved with substance within 90 days?",
        "15 issues of 10 accounts",
    ),
    SignalInfo(
        "review_response_7d",
        "review",
        "probability",
        "up",
        "Do outsiders' pull requests get a human review within a week?",
        "10 pull requests of 6 accounts",
    ),
    SignalInfo(
        "independent_review",
        "review",
        "share",
        "up",
        "Does a second human look before code lands?",
        "20 author-days",
    ),
    SignalInfo(
        "effective_contributors",
        "contributors",
        "people",
        "up",
        "How many equally active people would give this concentration of work?",
        "30 author-days of 2 people",
    ),
    SignalInfo(
        "concentration_trend",
        "contributors",
        "per year",
        "up",
        "Is the work spreading over more people, or narrowing?",
        "6 windows of 30 author-days",
    ),
    SignalInfo(
        "docs_months",
        "docs",
        "of 13",
        "up",
        "Are the docs kept under visible version history?",
        "docs exist",
    ),
    SignalInfo(
        "failure_disclosure",
        "failures",
        "share",
        "up",
        "When something broke, was it explained in public?",
        "5 events",
    ),
    SignalInfo(
        "rule_change_notice",
        "rules",
        "share",
        "up",
        "Are economic rules changed in the open, with notice?",
        "3 changes",
    ),
    SignalInfo(
        "builder_upkeep",
        "builders",
        "share",
        "up",
        "Are SDKs, examples and templates alive?",
        "2 assets",
    ),
    SignalInfo(
        "server_evidence",
        "integrity",
        "share",
        "up",
        "How much rests on the clocks of GitHub's servers?",
        "20 author-days",
    ),
    SignalInfo(
        "history_integrity",
        "integrity",
        "0..1",
        "up",
        "Was public evidence removed or rewritten?",
        "30 objects, 2 complete syncs a week apart",
    ),
)

BY_KEY: dict[str, SignalInfo] = {info.key: info for info in SIGNALS}

FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(info.family for info in SIGNALS))
"""The families, each once, in order."""
