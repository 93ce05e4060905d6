"""The command line: words into calls, values into lines. Each command imports what it needs when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from ..errors import EventcalError, RegistryError

if TYPE_CHECKING:
    from ..settings import Settings


class ErrorReportingGroup(click.Group):
    """The one place where an error that a person can mend is shown."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RegistryError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except EventcalError as error:
            click.echo(f"eventcal: {error}", err=True)
            ctx.exit(error.exit_code)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError, KeyboardInterrupt):
            raise
        except Exception as error:  # noqa: BLE001  a fault of ours: the details go where they can be sent from, not to the person
            click.echo(f"eventcal: a fault in eventcal itself ({type(error).__name__}: {error})", err=True)
            click.echo(f"eventcal: its details are in {_write_traceback(error)}; please report it with them", err=True)
            ctx.exit(70)


def _write_traceback(error: Exception) -> str:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="eventcal-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    return log.name


def examples_epilog(*lines: str) -> str:
    """The end of a help text: lines that can be typed as they stand."""
    return "Examples:\n\n\b\n" + "\n".join(f"  {line}" for line in lines)


_OPTIONS: dict[str, Callable[..., Any]] = {
    "registry": click.option(
        "--registry", type=click.Path(path_type=Path), help="The registry. [EVENTCAL_REGISTRY, else events.yaml]"
    ),
    "database_url": click.option(
        "--database-url", help="Where the store is. [EVENTCAL_DATABASE_URL, else SQLite in .eventcal/]"
    ),
    "base_url": click.option(
        "--base-url", help="The site's public address; unset, no links to it. [EVENTCAL_BASE_URL]"
    ),
    "host": click.option("--host", help="Address to listen on. [EVENTCAL_HOST, else 127.0.0.1]"),
    "port": click.option("--port", type=int, help="Port to listen on. [EVENTCAL_PORT, else 8000]"),
    "config": click.option(
        "--config", type=click.Path(path_type=Path), help="Settings and channels. [EVENTCAL_CONFIG, else eventcal.toml]"
    ),
}


def with_settings(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command these settings as options, and one argument `settings` in their place."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **options: Any) -> Any:
            from ..settings import load

            setting_options = {name: options.pop(name) for name in names}
            # who sends nothing needs no secret of a channel: the shell of a person at night has none
            only = () if "config" in names else names
            return command(*args, settings=load(os.environ, setting_options, only), **options)

        wrapper.__name__, wrapper.__doc__ = command.__name__, command.__doc__
        # options that the command declared before this decorator
        wrapper.__click_params__ = list(getattr(command, "__click_params__", []))  # type: ignore[attr-defined]
        decorated: Callable[..., Any] = wrapper
        for name in reversed(names):
            decorated = _OPTIONS[name](decorated)
        return decorated

    return decorate


def registry_path(settings: Settings) -> str:
    """The registry's path as a person would type it."""
    return str(settings.registry)


@click.group(
    cls=ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="eventcal")
def cli() -> None:
    """A file of dated events becomes a calendar that people subscribe to, and reminders that reach them.

    Start with `eventcal init`, then `eventcal serve`.
    """


def main() -> None:
    """The `eventcal` command."""
    try:
        cli(prog_name="eventcal")
    except BrokenPipeError:
        # the reader of our output has gone: nothing is left to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


from . import (  # noqa: E402, F401  each adds its commands to the group
    build,
    cluster,
    deliveries,
    diff,
    drafting,
    editing,
    events,
    importing,
    preview,
    registry,
    serve,
    subscribers,
)
