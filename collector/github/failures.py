"""What can go wrong with a question to GitHub, as errors that a fetcher can tell apart."""

from collector.errors import CollectError

# GitHub's sentences, by a word in them, and what helps. The sentences were met in public reports:
# NixOS/org#247, flcdrg/au-packages#206, fwouts/prmonitor#1042, cli/cli#11001, ossf/scorecard-action#1248.
_NEXT_STEPS = (
    ("bad credentials", "Make a new one at https://github.com/settings/tokens (it needs no scopes)."),
    ("lifetime", "Make a token with a shorter lifetime (https://github.com/settings/tokens): below 90 days is safe."),
    (
        "saml",
        "Authorise the token for the organisation (its page at https://github.com/settings/tokens, Configure SSO), "
        "or use one of an account that is no member there.",
    ),
    ("single sign-on", "Authorise the token for the organisation (https://github.com/settings/tokens, Configure SSO)."),
    ("ip allow list", "Run this from an address that the organisation allows."),
    ("ip address", "Run this from an address that the organisation allows."),
    ("token (classic)", "Use a fine-grained token (https://github.com/settings/personal-access-tokens)."),
    ("fine-grained", "Use a classic token without scopes (https://github.com/settings/tokens)."),
    ("by integration", "Use a personal token (https://github.com/settings/tokens): it needs no scopes."),
)
_OTHERWISE = "Use another kind of token: a personal one without scopes reads whatever is public."


class RequestFailed(CollectError):
    """GitHub gave no usable answer to one question, however often it was asked."""


class TooHeavy(RequestFailed):
    """GitHub cannot answer so large a question: ask a smaller one, or the same in parts."""


class NotAccepted(RequestFailed):
    """GitHub does not accept the question, such as a cursor of long ago: asking again would not help."""


class SchemaChanged(CollectError):
    """GitHub's API no longer has something that the collector cannot do without."""


class NotThere(CollectError):
    """What was asked for does not exist for us; `reason` is not_found, gone, blocked, forbidden, moved or empty.

    `said` is GitHub's own sentence about it, or empty.
    """

    def __init__(self, what: str, reason: str, said: str = "") -> None:
        super().__init__(f"{what} is not there ({reason.replace('_', ' ')}).")
        self.reason, self.said = reason, said


class Forbidden(NotThere):
    """It exists, but this token may not see it: a policy on tokens, SAML, an allow list of IP addresses.

    That says nothing about whether it is public, let alone gone.
    """

    def __init__(self, what: str, said: str) -> None:
        super().__init__(what, "forbidden", said)
        self.message = f"GitHub does not show {what} to this token: {said.rstrip('.') or 'it gives no reason'}."
        self.next_step = next_step(said)


def absent(what: str, reason: str, said: str = "") -> NotThere:
    """The error for something that is missing for this `reason`."""
    return Forbidden(what, said) if reason == "forbidden" else NotThere(what, reason, said)


def next_step(said: str) -> str:
    """What a user can do when GitHub refuses a token with this sentence."""
    return next((step for word, step in _NEXT_STEPS if word in said.lower()), _OTHERWISE)
