"""The command completion, and what shells complete: commands, options, the ids of events."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from .group import cli, command

SHELLS = ("bash", "zsh", "fish")


@command('eval "$(eventcal completion bash)"', "eventcal completion fish > ~/.config/fish/completions/eventcal.fish")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print a script with which SHELL completes commands, options and event ids."""
    shell_class = get_completion_class(shell)
    assert shell_class is not None
    click.echo(shell_class(cli, {}, "eventcal", "_EVENTCAL_COMPLETE").source())


def complete_event_id(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Returns the ids that begin with *incomplete*, each with its title, of the registry that the command would read."""
    from .. import registry

    path = Path(os.environ.get("EVENTCAL_REGISTRY", "events.yaml"))
    return [
        CompletionItem(event.id, help=event.title.in_language("en"))
        for event in registry.read(path).events
        if event.id.startswith(incomplete)
    ]
