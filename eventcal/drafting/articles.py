"""A page, a post of a static site or a plain text becomes the words to be read, its title, and its day of publication."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ..importing.markdown_files import split_front_matter
from ..importing.table_columns import is_named
from ..importing.texts import html_to_text, one_line
from ..importing.values import ImportingError

_HTML = re.compile(r"<(?:html|body|p|div|article)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>(.{0,300}?)</title>", re.IGNORECASE | re.DOTALL)
_PUBLISHED = re.compile(
    r"(?:article:published_time|datePublished)[\"'][^<>]{0,200}?(?:content=|:)\s*[\"']([0-9]{4}-[0-9]{2}-[0-9]{2})",
    re.IGNORECASE,
)
_HTML_HEAD_LENGTH = 20_000
# Of Markdown, "**Friday**", "*Friday*", "[Friday](https://...)" and "[Friday][1]" say Friday.
_EMPHASIS = re.compile(r"(?<![\w*\\])(\*{1,3})(?=[^\s*])([^*\n]*[^\s*\\])\1(?![\w*])")
_STRUCK = re.compile(r"(?<![~\\])~~(?=[^\s~])[^~\n]*~~(?!~)")
_LINK = re.compile(r"(?<!!)\[([^][\n]+)\](?:\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)|\[[^][\n]*\])")


@dataclass(frozen=True, slots=True)
class Article:
    """The words of a text, its title, and the day of its publication; None where it names none."""

    text: str
    title: str
    published: date | None = None


def read_article(raw: str, name: str) -> Article:
    """Returns what *raw*, HTML, Markdown or plain text, says; *name* is its title where it has none."""
    return _read_post(raw, name) or _read_page(raw, name) or Article(_without_marks(raw), name)


def _read_post(raw: str, name: str) -> Article | None:
    """Reads a post of Jekyll or Hugo, whose front matter is no part of the text; None for any other text.

    On the page of an event, `date` is that of the event.
    """
    try:
        values, text = split_front_matter(raw.replace("\r\n", "\n"))
    except (ImportingError, RecursionError):
        return None
    fields = {str(key): str(value) for key, value in values.items() if value}
    is_of_event = "event" in (fields.get("layout"), fields.get("type")) or any(map(_is_of_event, fields))
    day = None if is_of_event else re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", fields.get("date", ""))
    return Article(_without_marks(text), one_line(fields.get("title", "")) or name, _day_of(day[0]) if day else None)


def _without_marks(text: str) -> str:
    """Returns *text* without the marks of Markdown around the words of its emphasis and links, and without what is struck through."""
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _STRUCK.sub("", text)))


def _is_of_event(key: str) -> bool:
    """Tells whether a key says when an event is: "start", "event_date", "fairStart"; "date" may be the day of writing."""
    is_edge = re.search(r"(?:^|[_-])(?:start|end)$|(?:Start|End)$", key) is not None
    return is_edge or (key.lower() != "date" and is_named(key, "when", "start-time", "end"))


def _read_page(raw: str, name: str) -> Article | None:
    if not _HTML.search(raw[:_HTML_HEAD_LENGTH]):
        return None
    title, day = _TITLE.search(raw), _PUBLISHED.search(raw)
    return Article(
        _without_marks(html_to_text(raw)), one_line(title[1]) if title else name, _day_of(day[1]) if day else None
    )


def _day_of(text: str) -> date | None:
    """Returns the day in ISO 8601; None for one that no calendar has."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
