"""The group `eventcal` that every command joins: lists commands by purpose, reports errors, turns settings into options."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from ..errors import ChangeError, EventcalError, RegistryError

if TYPE_CHECKING:
    from ..settings import Settings

SECTIONS: dict[str, tuple[str, ...]] = {
    "The registry": (
        "init", "add", "import", "draft", "check", "fmt", "edit", "move", "cancel", "explain", "schema", "propose", "todo",
    ),
    "The calendar": ("next", "show", "feed", "diff", "publish", "build"),
    "Reminders": ("rehearse", "preview", "send-test", "deliveries", "retry", "pause", "resume", "subscribers", "bounce"),
    "Operation": ("serve", "status", "config", "backup", "restore", "rotate-key", "db", "completion"),
    "Several machines": ("web", "scheduler", "worker"),
}  # fmt: skip
"""Commands by purpose, in the order of a first use."""

FALLBACK_SECTION = "Other commands"
MAX_DESCRIPTION_LENGTH = 1_000  # characters; click cuts at 45 unless it is told otherwise


class SectionedGroup(click.Group):
    """A click group that prints its commands in sections."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes one block for each section; a command of no section goes to the last one."""
        remaining = {name: command for name, command in self.commands.items() if not command.hidden}
        sections = SECTIONS if self.name == "cli" else {}
        fallback = FALLBACK_SECTION if sections else "Commands"
        width = max(map(len, remaining), default=0)
        for title, names in (*sections.items(), (fallback, tuple(self.commands))):
            rows = [
                (f"{name:<{width}}", remaining.pop(name).get_short_help_str(MAX_DESCRIPTION_LENGTH))
                for name in names
                if name in remaining
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class ErrorReportingGroup(SectionedGroup):
    """Shows errors that a person can fix as one line, with the exit status that they carry; nothing else does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses the arguments; octets that are not UTF-8, which no file, log or terminal could show, are a usage error."""
        if odd := next((text for text in args if re.search("[\ud800-\udfff]", text)), None):
            raise click.UsageError(f"not UTF-8: {odd!r}", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; an error that a person can fix becomes a line and an exit status."""
        try:
            return super().invoke(ctx)
        except RegistryError as error:
            click.echo(f"{'eventcal: ' if isinstance(error, ChangeError) else ''}{error}", err=True)
            ctx.exit(error.exit_code)
        except EventcalError as error:
            click.echo(f"eventcal: {error}", err=True)
            ctx.exit(error.exit_code)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError, KeyboardInterrupt):
            raise
        except OSError as error:
            # the disk, a right, a name that is too long: the machine says what, and nothing is ours
            file = f"{error.filename}: " if error.filename else ""
            click.echo(f"eventcal: {file}{error.strerror or error}", err=True)
            ctx.exit(1)
        except Exception as error:  # noqa: BLE001  a bug: the details go into a file that can be sent, not to the terminal
            click.echo(f"eventcal: internal error ({type(error).__name__}: {error})", err=True)
            click.echo(
                f"eventcal: details are in {_write_traceback(error)}; please report the error with this file", err=True
            )
            ctx.exit(70)


def _write_traceback(error: Exception) -> str:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="eventcal-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    return log.name


def warn_of_variables(settings: Settings) -> None:
    """Names on standard error the variables that look like settings and are none."""
    for warning in settings.unknown_variables:
        click.echo(f"eventcal: warning: {warning}", err=True)


def format_count(number: int, singular: str, plural: str = "") -> str:
    """Returns *number* with its noun; *plural* where that is not *singular* with an s."""
    return f"{number} {singular if number == 1 else plural or f'{singular}s'}"


def print_json(value: object) -> None:
    """Prints *value* for programs; moments and days are written as `str` gives them."""
    click.echo(json.dumps(value, default=str, ensure_ascii=False, indent=2))


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
_OPTIONS: dict[str, Decorator] = {
    "registry": click.option(
        "--registry", type=click.Path(path_type=Path), help="The registry. [EVENTCAL_REGISTRY, else events.yaml]"
    ),
    "database_url": click.option(
        "--database-url", help="The database. [EVENTCAL_DATABASE_URL, else SQLite in .eventcal/]"
    ),
    "base_url": click.option(
        "--base-url", help="The site's public address; without it nothing links to the site. [EVENTCAL_BASE_URL]"
    ),
    "host": click.option("--host", help="Address to listen on. [EVENTCAL_HOST, else 127.0.0.1]"),
    "port": click.option("--port", type=int, help="Port to listen on. [EVENTCAL_PORT, else 8000]"),
    "config": click.option(
        "--config", type=click.Path(path_type=Path), help="Settings and channels. [EVENTCAL_CONFIG, else eventcal.toml]"
    ),
}


def _use_proxy(url: str) -> None:
    from ..fetch import use_proxy

    use_proxy(url)
    # Apprise makes its requests itself, and reads their proxy from the environment
    os.environ.update(http_proxy=url, https_proxy=url)


def with_options(options: Iterable[Decorator], convert: Callable[[dict[str, Any]], None]) -> Decorator:
    """Gives a command these click *options* after its own; *convert* changes what they were given into its arguments, in place."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **arguments: Any) -> Any:
            convert(arguments)
            return command(*args, **arguments)

        wrapper.__name__, wrapper.__doc__ = command.__name__, command.__doc__
        # options that the command declared before this decorator
        wrapper.__click_params__ = list(getattr(command, "__click_params__", []))  # type: ignore[attr-defined]
        decorated: Callable[..., Any] = wrapper
        for option in reversed(list(options)):
            decorated = option(decorated)
        return decorated

    return decorate


def with_settings(*names: str) -> Decorator:
    """Gives a command these settings as options, and passes it one argument `settings` instead."""

    def convert(arguments: dict[str, Any]) -> None:
        from ..settings import load

        setting_options = {name: arguments.pop(name) for name in names}
        # a command that sends nothing needs no channel's secret, which an operator's shell may not have
        arguments["settings"] = settings = load(os.environ, setting_options, () if "config" in names else names)
        if settings.proxy:
            _use_proxy(settings.proxy)

    return with_options([_OPTIONS[name] for name in names], convert)


@click.group(
    cls=ErrorReportingGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="eventcal")
def cli() -> None:
    """Turn a file of dated events into a calendar that people subscribe to, and reminders that reach them.

    Start with `eventcal init`, then `eventcal serve`. `eventcal COMMAND --help` shows options and examples.
    """


def command(
    *examples: str, name: str | None = None, group: click.Group = cli, cls: type[click.Command] = click.Command
) -> Callable[[Callable[..., Any]], click.Command]:
    """Makes a command of *group*, called as its function is unless *name* says otherwise; its help ends with *examples*."""
    return group.command(name, cls, epilog=examples_epilog(*examples))


def examples_epilog(*lines: str) -> str:
    """Returns the end of a help text: example lines that can be typed as they are."""
    return "Examples:\n\n\b\n" + "\n".join(f"  {line}" for line in lines)
