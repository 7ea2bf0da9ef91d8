"""Check that a token can read what a sync needs: one repository per owner, and the push log of one of another owner.

An organisation can refuse certain kinds of tokens even for public data: in GraphQL or REST only, for everything or only
for issues and pull requests. Access to the user's own repositories says nothing about that.
https://docs.github.com/en/organizations/managing-programmatic-access-to-your-organization/setting-a-personal-access-token-policy-for-your-organization
"""

from collections.abc import Sequence
from dataclasses import dataclass

from collector.config import Config
from collector.doctor.check import Check, ok, warning
from collector.errors import SomeRepositoriesFailed
from collector.github import queries
from collector.github.client import Forbidden, GitHub, Meter, NotThere
from collector.github.failures import next_step
from collector.github.page_size import SIZES
from collector.text import plural


@dataclass(frozen=True)
class Access:
    """What one token could read.

    `shown` are repositories whose issues and pull requests were readable, one per owner; `refused` maps an owner to
    GitHub's message. `push_log_of` is the repository whose push log was requested, `push_log` why it is not available.
    """

    shown: tuple[str, ...]
    refused: dict[str, str]
    push_log_of: str | None
    push_log: NotThere | None


def one_of_each_owner(config: Config) -> list[str]:
    """Return the first configured repository of each owner."""
    found: dict[str, str] = {}
    for project in config.projects:
        for entry in project.repos:
            found.setdefault(entry.repo.partition("/")[0].lower(), entry.repo)
    return list(found.values())


async def ask(github: GitHub, config: Config, login: str, meter: Meter) -> Access:
    """Request issues and pull requests of one repository per owner, and the push log of one the user does not own.

    Raises CollectError when GitHub gives no usable response.
    """
    shown, refused = await owners(github, one_of_each_owner(config), meter)
    # An owner may refuse a token in one API and accept it in the other, so refused repositories are tried too.
    candidates = [*shown, *one_of_each_owner(config)]
    foreign = next((n for n in candidates if n.partition("/")[0].lower() != login.lower()), None)
    asked = foreign or next(iter(candidates), None)
    absence = None
    if asked:
        try:
            await github.rest(f"repos/{asked}/activity", {"per_page": "1"}, meter)
        except NotThere as why:
            absence = why
    return Access(tuple(shown), refused, asked, absence)


async def owners(github: GitHub, names: Sequence[str], meter: Meter) -> tuple[list[str], dict[str, str]]:
    """Return the repositories with readable threads, and GitHub's message for each owner that refuses the token."""
    shown, refused = [], {}
    at_once = SIZES["repositories"].largest
    todo = [names[at : at + at_once] for at in range(0, len(names), at_once)]
    while todo:
        part, variables = todo.pop(0), {}
        for n, name in enumerate(part):
            variables[f"owner{n}"], variables[f"name{n}"] = name.split("/")
        try:
            answer = await github.graphql("Access", queries.access(len(part)), variables, meter, partial=True)
        except Forbidden as error:  # one owner may refuse a whole question
            if len(part) > 1:
                todo[:0] = [part[: len(part) // 2], part[len(part) // 2 :]]
            else:
                refused[part[0].partition("/")[0]] = error.said
            continue
        for n, name in enumerate(part):
            refusal = next((one for one in answer.field_errors if one.path[0] == f"n{n}"), None)
            absence = answer.missing.get(f"n{n}")
            if absence is None and refusal is None and answer.data.get(f"n{n}"):
                shown.append(name)
            elif absence is not None and absence.reason == "forbidden":
                refused[name.partition("/")[0]] = absence.message
            elif refusal is not None and refusal.of_permission:
                refused[name.partition("/")[0]] = refusal.message
    return shown, refused


def checks(name: str, access: Access) -> list[Check]:
    """Report which owners refuse the token, and whether the push log is available."""
    found = [_refusal(name, f"{owner} refuses this token", said) for owner, said in access.refused.items()]
    absence, repository = access.push_log, access.push_log_of
    if absence is not None and absence.reason == "forbidden":
        found.append(_refusal(name, f"The push log of {repository} is refused", absence.said))
    elif absence is not None:
        text = f"No push log of {repository} ({absence.reason.replace('_', ' ')}): commits are dated by merges"
        mend = "Older GitHub Enterprise Servers have no push log; on github.com try another kind of token."
        found.append(warning(name, f"{text} and signatures only.", mend))
    if found or not access.shown:
        return found
    text = f"{plural(len(access.shown), 'owner')} checked, one repository each: issues and pull requests are readable"
    return [ok(name, f"{text}, and the push log of {repository}.")]


def _refusal(name: str, what: str, said: str) -> Check:
    """Report a refusal with the exit code of a sync that has to skip what is refused."""
    text = f"{what}: {said.rstrip('.') or 'GitHub gives no reason'}."
    return Check(name, "error", text, next_step(said), SomeRepositoriesFailed.exit_code)
