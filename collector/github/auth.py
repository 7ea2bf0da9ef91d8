"""Find GitHub tokens in the environment. A token is never stored, logged or shown."""

import os
import shutil
import subprocess

from collector.errors import NotAuthorised

# GitHub's tokens have at least 40 characters; a shorter string could occur in ordinary text and must not be redacted.
# https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
LEAST_TOKEN = 20


def redacted(body: bytes, token: str) -> bytes:
    """Return a response body with the token replaced by "[token]".

    A server that echoes request headers would otherwise bring it into messages and the database.
    """
    return body.replace(token.encode(), b"[token]") if len(token) >= LEAST_TOKEN else body


def tokens() -> list[str]:
    """Return the tokens of GITHUB_TOKENS (comma-separated), else of GITHUB_TOKEN, GH_TOKEN or `gh auth token`.

    Raises NotAuthorised when there is none.
    """
    several = [t.strip() for t in os.environ.get("GITHUB_TOKENS", "").split(",") if t.strip()]
    if several:
        return list(dict.fromkeys(several))
    for name in ("GITHUB_TOKEN", "GH_TOKEN"):
        token = os.environ.get(name, "").strip()
        if token:
            return [token]
    from_gh = _from_gh()
    if from_gh:
        return [from_gh]
    raise NotAuthorised(
        "There is no GitHub token.",
        "Create one at https://github.com/settings/tokens (it needs no scopes), then: export GITHUB_TOKEN=... "
        "(`collect demo` works without one.)",
    )


def _from_gh() -> str | None:
    if shutil.which("gh") is None:
        return None
    try:
        # A keyring may wait for a password that nobody is there to enter.
        done = subprocess.run(["gh", "auth", "token"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
