"""Errors of requests to GitHub that callers need to tell apart."""

from collector.errors import CollectError

# A word of GitHub's error message, and the next step for the user. The messages are from public reports:
# NixOS/org#247, flcdrg/au-packages#206, fwouts/prmonitor#1042, cli/cli#11001, ossf/scorecard-action#1248.
_NEXT_STEPS = (
    ("bad credentials", "Create a new one at https://github.com/settings/tokens (it needs no scopes)."),
    ("lifetime", "Create a token with a shorter lifetime (https://github.com/settings/tokens): below 90 days is safe."),
    (
        "saml",
        "Authorise the token for the organisation (its page at https://github.com/settings/tokens, Configure SSO), "
        "or use one of an account that is not a member.",
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
    """A request still had no usable response after all retries."""


class TooHeavy(RequestFailed):
    """The query is too large for GitHub to answer in time: ask for fewer objects or fewer fields."""


class NotAccepted(RequestFailed):
    """GitHub rejects the request itself, for example an expired cursor: retrying would not help."""


class SchemaChanged(CollectError):
    """GitHub's API no longer has something that the collector requires."""


class NotThere(CollectError):
    """The requested object is not available; `reason` is not_found, gone, blocked, forbidden, moved or empty.

    `said` is GitHub's own message, or empty.
    """

    def __init__(self, what: str, reason: str, said: str = "") -> None:
        super().__init__(f"{what} is not available ({reason.replace('_', ' ')}).")
        self.reason, self.said = reason, said


class Forbidden(NotThere):
    """The object exists, but this token may not read it: a token policy, SAML or an IP allow list.

    It may still be public; it must not be treated as deleted.
    """

    def __init__(self, what: str, said: str) -> None:
        super().__init__(what, "forbidden", said)
        self.message = f"GitHub does not show {what} to this token: {said.rstrip('.') or 'it gives no reason'}."
        self.next_step = next_step(said)


def absent(what: str, reason: str, said: str = "") -> NotThere:
    """Return the error for an object that is unavailable for this `reason`."""
    return Forbidden(what, said) if reason == "forbidden" else NotThere(what, reason, said)


def next_step(said: str) -> str:
    """Return what the user can do when GitHub refuses a token with this message."""
    return next((step for word, step in _NEXT_STEPS if word in said.lower()), _OTHERWISE)
