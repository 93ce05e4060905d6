"""Options that several commands have: settings, and the parameters of a filter, in the language of feeds and pages."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import datetime, time
from functools import wraps
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from ..errors import GrammarError

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def with_options(options: Iterable[Decorator], convert: Callable[[dict[str, Any]], None]) -> Decorator:
    """Gives a command these click *options* after its own; *convert* changes what they were given into its arguments, in place."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)  # with the options that it declared before this decorator
        def wrapper(*args: Any, **arguments: Any) -> Any:
            convert(arguments)
            return command(*args, **arguments)

        decorated: Callable[..., Any] = wrapper
        for option in reversed(list(options)):
            decorated = option(decorated)
        return decorated

    return decorate


class _DayType(click.ParamType):  # type: ignore[type-arg]  # not generic in the oldest click that we take
    """A day, of the years that the date of an event may have; years lie on either side of it."""

    name = "day"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from ..when import FIRST_YEAR, LAST_YEAR, AllDay, parse

        try:
            span = parse(value, ZoneInfo("UTC")).span
        except GrammarError as error:
            self.fail(str(error), param, ctx)
        if not isinstance(span, AllDay) or f"{span.first}" != value.strip():
            self.fail(f"{value!r}: write one day, such as 2027-06-01", param, ctx)
        if not FIRST_YEAR < span.first.year < LAST_YEAR:
            self.fail(f"{value} lies outside the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}", param, ctx)
        return datetime.combine(span.first, time())


DAY_TYPE = _DayType()

# settings

_SETTING_OPTIONS: dict[str, Decorator] = {
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


def with_settings(*names: str) -> Decorator:
    """Gives a command these settings as options, and passes it one argument `settings` instead."""

    def convert(arguments: dict[str, Any]) -> None:
        from ..settings import load

        setting_options = {name: arguments.pop(name) for name in names}
        # a command that sends nothing needs no channel's secret, which an operator's shell may not have
        arguments["settings"] = settings = load(os.environ, setting_options, () if "config" in names else names)
        if settings.proxy:
            _use_proxy(settings.proxy)

    return with_options([_SETTING_OPTIONS[name] for name in names], convert)


def _use_proxy(url: str) -> None:
    from ..fetch import use_proxy

    use_proxy(url)
    # Apprise makes its requests itself, and reads their proxy from the environment
    os.environ.update(http_proxy=url, https_proxy=url)


# filters

_FILTER_OPTIONS: dict[str, Decorator] = {
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
_FILTER_ARGUMENTS = {"-tag": "without_tag", "q": "search"}


def _name_options(message: str) -> str:
    """Returns the filter's *message* with the options that were typed in place of its parameters: `--from DAY`, not `from=DAY`."""
    name = message.partition(":")[0]
    if name not in _FILTER_OPTIONS:
        return message
    option = f"--{_FILTER_ARGUMENTS.get(name, name).replace('_', '-')}"
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
            for text in _as_list(arguments.pop(_FILTER_ARGUMENTS.get(name, name)))
        ]
        try:
            arguments["query"] = filters.parse(pairs, strict=True)
        except GrammarError as error:
            raise GrammarError(_name_options(str(error))) from error

    return with_options([_FILTER_OPTIONS[name] for name in parameters], convert)


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value] if value else []
