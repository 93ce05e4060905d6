"""The parameters of a filter as options of a command: one language for feeds, pages, channels and the command line."""

from __future__ import annotations

from typing import Any

import click

from ..errors import GrammarError
from .group import Decorator, with_options

_OPTIONS: dict[str, Decorator] = {
    "tag": click.option("--tag", multiple=True, help="Only events with this tag; repeatable, for any of them."),
    "-tag": click.option("--without-tag", multiple=True, help="No events with this tag; repeatable."),
    "id": click.option("--id", multiple=True, help="Only this event; repeatable."),
    "series": click.option("--series", help="Only the editions of this series, by its name."),
    "q": click.option("-q", "--search", help="Only events in which all these words occur."),
    "place": click.option("--place", help="Only events at this place, or in this country: Dushanbe, TJ."),
    "from": click.option("--from", metavar="DAY", help="The first day: 2027-01-01, 2027-01 or 2027."),
    "to": click.option("--to", metavar="DAY", help="The last day, inclusive: 2027-12-31, 2027-12 or 2027."),
    "lang": click.option("--lang", help="Language of the words, such as ru. [the calendar's]"),
    "imprecise": click.option(
        "--imprecise", help="How events without a known day are shown: span, all, marker or omit."
    ),
    "cancelled": click.option("--cancelled", help="How cancelled events are shown: struck, title or omit."),
    "alarms": click.option("--alarms", is_flag=True, help="With an alarm for each reminder."),
}
_ARGUMENTS = {"-tag": "without_tag", "q": "search"}


def _name_options(message: str) -> str:
    """Returns the filter's *message* with the options that were typed in place of its parameters: `--from DAY`, not `from=DAY`."""
    name = message.partition(":")[0]
    if name not in _OPTIONS:
        return message
    option = f"--{_ARGUMENTS.get(name, name).replace('_', '-')}"
    return f"{option}{message.removeprefix(name)}".replace(f"such as {name}=", f"such as {option} ")


def with_filter(*parameters: str) -> Decorator:
    """Gives a command an option for each of these filter *parameters*, and passes it one argument `query` instead.

    The command raises GrammarError, which names the parameter, for a value that the filter language does not take.
    """

    def convert(arguments: dict[str, Any]) -> None:
        from .. import filters

        pairs = [
            (name, "1" if text is True else text)
            for name in parameters
            for text in _as_list(arguments.pop(_ARGUMENTS.get(name, name)))
        ]
        try:
            arguments["query"] = filters.parse(pairs, strict=True)
        except GrammarError as error:
            raise GrammarError(_name_options(str(error))) from error

    return with_options([_OPTIONS[name] for name in parameters], convert)


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value] if value else []
