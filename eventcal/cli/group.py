"""The group `eventcal` that every command joins: lists commands by purpose, imports one alone, reports errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from ..errors import ChangeError, EventcalError, RegistryError
from .commands import COMMANDS, SYNONYMS

if TYPE_CHECKING:
    from ..events import Event
    from ..settings import Settings

COMMAND_MODULES = {name: module for section in COMMANDS.values() for name, (module, _) in section.items()}
MAX_DESCRIPTION_LENGTH = 1_000  # characters; click cuts at 45 unless it is told otherwise


class SubcommandGroup(click.Group):
    """A group of subcommands, each listed with the whole first sentence of its help."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the commands in the order in which they were defined."""
        rows = [(name, command.get_short_help_str(MAX_DESCRIPTION_LENGTH)) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class CommandGroup(click.Group):
    """Imports each of COMMANDS when it is asked for, and shows an error that a person can fix as one line, with its exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the names of all commands, in the order of COMMANDS."""
        return list(COMMAND_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Returns the command; None where there is none of this name."""
        if cmd_name in COMMAND_MODULES:
            import_module(f".{COMMAND_MODULES[cmd_name]}", __package__)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Returns the command that *args* begin with; the error about an unknown one names the one that was meant."""
        from difflib import get_close_matches

        word = args[0]
        if word not in COMMAND_MODULES and not ctx.resilient_parsing:
            close = get_close_matches(word, [*COMMAND_MODULES, *SYNONYMS], 1)
            if close:
                meant = SYNONYMS.get(close[0], close[0])
                raise click.UsageError(f"no command '{word}', did you mean '{meant}'?", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes one block for each section."""
        width = max(map(len, COMMAND_MODULES))
        for title, commands in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:<{width}}", summary) for name, (_, summary) in commands.items()])

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
            _print_error(str(error), "eventcal: " if isinstance(error, ChangeError) else "")
            ctx.exit(error.exit_code)
        except EventcalError as error:
            _print_error(str(error))
            ctx.exit(error.exit_code)
        except (click.exceptions.Exit, click.ClickException, click.Abort, BrokenPipeError, KeyboardInterrupt):
            raise
        except OSError as error:
            # the disk, a right, a name that is too long: the machine says what, and nothing is ours
            file = f"{error.filename}: " if error.filename else ""
            _print_error(f"{file}{error.strerror or error}")
            ctx.exit(1)
        except Exception as error:  # noqa: BLE001  a bug: the details go into a file that can be sent, not to the terminal
            _print_error(f"internal error ({type(error).__name__}: {error})")
            _print_error(f"details are in {_write_traceback(error)}; please report the error with this file")
            ctx.exit(70)


def _print_error(text: str, prefix: str = "eventcal: ") -> None:
    """Prints *text* after *prefix* on standard error; where the log goes there as JSON, it is a line of the log."""
    from ..logs import is_json

    if is_json():
        import logging

        logging.getLogger(__name__).error("%s", text)
    else:
        click.echo(f"{prefix}{text}", err=True)


def _write_traceback(error: Exception) -> str:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="eventcal-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    return log.name


def warn_of_settings(settings: Settings) -> None:
    """Prints the warnings about the settings on standard error."""
    for warning in settings.warnings:
        click.echo(f"eventcal: warning: {warning}", err=True)


def warn_of_filters(settings: Settings, events: Iterable[Event]) -> None:
    """Prints on standard error which channels get nothing, because their filter matches none of *events*."""
    from .. import filters

    events = list(events)
    for channel in settings.reader_channels:
        query = filters.parse_query(channel.filter)
        if channel.filter and not any(filters.matches_event_and_days(query, event) for event in events):
            warning = f"channel {channel.name}: no event of {settings.registry} matches its filter {channel.filter}"
            click.echo(f"eventcal: warning: {warning}", err=True)


def format_count(number: int, singular: str, plural: str = "") -> str:
    """Returns *number* with its noun; *plural* where that is not *singular* with an s."""
    return f"{number} {singular if number == 1 else plural or f'{singular}s'}"


def print_json(value: object) -> None:
    """Prints *value* for programs; moments and days are written as `str` gives them."""
    import json

    click.echo(json.dumps(value, default=str, ensure_ascii=False, indent=2))


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
