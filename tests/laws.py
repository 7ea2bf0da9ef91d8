"""How many examples a law is tried with: few whenever the suite runs, more by `.ci/full laws`, of other seeds."""

from hypothesis import HealthCheck, settings

# Of a law that says nothing else.
EXAMPLES = 15


def register() -> None:
    """Register both profiles. How long an example takes depends on what else the machine does: there is no deadline."""
    settings.register_profile("laws", deadline=None)
    settings.register_profile("suite", deadline=None, max_examples=EXAMPLES)
    settings.load_profile("suite")


def costly(examples: int, *suppressed: HealthCheck) -> settings:
    """Return the settings of a law whose examples take long: so many in the suite, by `laws` more in proportion."""
    return settings(
        max_examples=examples * settings().max_examples // EXAMPLES, deadline=None, suppress_health_check=suppressed
    )
