"""Commands by which a comment reviews a pull request, in projects where a bot merges on command."""

from collections.abc import Collection

from collector.prose_length import prose

# https://docs.prow.k8s.io/docs/components/plugins/approve/approvers/, https://bors.tech/documentation/getting-started/
REVIEW_COMMANDS = ("/lgtm", "/approve", "LGTM", "r+", "@bors r+")
_CANCEL = "cancel"  # takes the command back: "/lgtm cancel"


def is_review_command(text: str, commands: Collection[str]) -> bool:
    """Return whether a line of a text, outside of quotes and code, is one of the commands; case does not matter.

    Only a command to a named bot, such as "@bors r+", may have parameters.
    """
    wanted = [command.casefold().split() for command in commands]
    for line in prose(text).casefold().splitlines():
        words = line.split()
        for command in wanted:
            is_addressed = command[0].startswith("@")
            if words == command or (is_addressed and words[: len(command)] == command and _CANCEL not in words):
                return True
    return False
