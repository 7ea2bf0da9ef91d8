"""Valid slugs, logins and repository names, and the roles of a repository."""

import re
from typing import Literal, get_args

Role = Literal["core", "sdk", "examples", "docs", "governance", "contracts", "tools"]
ROLES: tuple[Role, ...] = get_args(Role)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Underscores occur only in logins of Enterprise Managed Users; some old logins end in a hyphen.
# https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}")
IN_A_LINK = re.compile(r"(?:.*github\.com[/:]|/)?([^/\s]+/[^/\s]+?)(?:\.git)?(?:/.*)?")


def slug_of(name: str) -> str:
    """Return the slug that a name suggests; empty if it has no letter or digit that a slug can have."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
