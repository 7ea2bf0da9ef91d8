"""What slugs, logins and repositories look like, and the roles that a repository can have."""

import re
from typing import Literal, get_args

Role = Literal["core", "sdk", "examples", "docs", "governance", "contracts", "tools"]
ROLES: tuple[Role, ...] = get_args(Role)

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# An underscore is only in the logins that a company manages; older ones may end in a hyphen.
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?")
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}")
IN_A_LINK = re.compile(r"(?:.*github\.com[/:]|/)?([^/\s]+/[^/\s]+?)(?:\.git)?(?:/.*)?")
