"""Issue responsiveness: what becomes of the issues that outsiders open."""

from collector.method.signals.waiting import Question

FIRST_RESPONSE = Question("first_response_7d", days=7, noun="issue", least=15, least_accounts=10)
"""Does an outsider get a human answer within a week? The event is the answer."""

RESOLUTION = Question("resolution_90d", days=90, noun="issue", least=15, least_accounts=10)
"""Are their issues resolved with substance? The event is the last closing, if it is such a resolution."""
