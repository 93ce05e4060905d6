"""Titles of a yearly series that differ in a number alone, "20th Summit" and "21st Summit", become one with {nth} or {n}."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from .. import occurrences, repeat
from ..errors import GrammarError
from ..events import Event, Text
from .dates import Span
from .rules import RuleText, parse_span


class OwnTitle(NamedTuple):
    """The title of one occurrence, in the language *tag*."""

    day: date
    tag: str
    text: str


def find_numbered_title(
    span: Span, rule: RuleText, tag: str, title: str, own_titles: Sequence[OwnTitle]
) -> tuple[str, Span] | None:
    """Returns the title with {nth} or {n} that gives *title* and all *own_titles*, and the first date to count from.

    Our own feed begins such a series with its first anniversary: the event is then a year older than *span*. None where
    no such title does.
    """
    if rule.rule is None or rule.rule.freq != "YEARLY" or not own_titles:
        return None
    for years in (0, 1):
        begin = _years_before(span, years)
        if begin is None:
            continue
        for template in _templates(own_titles[0], begin.day.year):
            event = _event_with_title(template, tag, begin, rule)
            if event is None or occurrences.title_without_number(event, tag) != title:
                continue
            if all(_is_title_of(event, own, tag) for own in own_titles):
                return template, begin
    return None


def _years_before(span: Span, years: int) -> Span | None:
    """Returns *span* on the same day *years* earlier; None where that year has no such day."""
    try:
        return span.moved_to(span.day.replace(year=span.day.year - years))
    except ValueError:
        return None


def _templates(own: OwnTitle, first_year: int) -> Iterator[str]:
    number = own.day.year - first_year
    for word, mark in ((occurrences.ordinal(number, own.tag), "{nth}"), (str(number), "{n}")):
        for match in re.finditer(re.escape(word), own.text):
            yield f"{own.text[: match.start()]}{mark}{own.text[match.end() :]}"


def _event_with_title(template: str, tag: str, begin: Span, rule: RuleText) -> Event | None:
    """Returns the yearly event with *template* as its title, as far as its titles hang on it."""
    first = parse_span(begin)
    parse = repeat.parse if rule.key == "repeat" else repeat.parse_rrule
    try:
        return Event("x", Text.plain(template, tag), first, begin.zone or "UTC", rule=parse(rule.text, first))
    except GrammarError:
        return None


def _is_title_of(event: Event, own: OwnTitle, tag: str) -> bool:
    occurrence = occurrences.find(event, own.day.isoformat())
    return occurrence is not None and occurrences.title_of(occurrence, tag) == own.text
