"""The command `collect completion`."""

import click

# Where each shell reads it from, without a line in its start-up file where possible.
PLACES = {
    "bash": "collect completion bash > ~/.local/share/bash-completion/completions/collect",
    "zsh": 'collect completion zsh > "${fpath[1]}/_collect"',
    "fish": "collect completion fish > ~/.config/fish/completions/collect.fish",
}


@click.command(
    "completion",
    short_help="Print the completion of this command for bash, zsh or fish.",
    epilog=f"Example: {PLACES['fish']}",
)
@click.argument("shell", type=click.Choice(list(PLACES)), metavar="SHELL")
def command(shell: str) -> None:
    """Print the script that lets a shell complete commands and options: bash (4.4 or later), zsh or fish.

    \b
    collect completion bash > ~/.local/share/bash-completion/completions/collect
    collect completion zsh > "${fpath[1]}/_collect"
    collect completion fish > ~/.config/fish/completions/collect.fish
    """
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    root = click.get_current_context().find_root().command
    # The base class's method: that of bash would first look for a bash to ask for its version.
    click.echo(ShellComplete.source(kind(root, {}, "collect", "_COLLECT_COMPLETE")))
