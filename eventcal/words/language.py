"""A reader's language: its choice, catalogue, week and direction, lists and quotation marks, and labels of single values."""

from __future__ import annotations

import gettext as _gettext
import io
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel import Locale

from ..events import Event, EventKind, Place, SourceGrade, Status, Text
from ..history import (
    Change,
    ChangeKind,
    Version,
    is_deadline_extended,
    is_end_open,
    is_known_elsewhere,
    is_time_announced,
    last_day_changes,
    place_names,
)
from ..when import Timed, When

Style = Literal["short", "long"]
DateStyle = Literal["brief", "short", "long"]

# English as most of the world writes it: day before month, week from Monday.
_LOCALE_OVERRIDES = {"en": "en_GB"}
_NAME_WIDTHS = {"narrow": "narrow", "short": "abbreviated", "long": "wide"}  # CLDR's words
_LOCALE_FOLDER = Path(__file__).parent.parent / "locale"

LANGUAGES = ("en", *sorted(path.parts[-3] for path in _LOCALE_FOLDER.glob("*/LC_MESSAGES/eventcal.po")))
"""The languages of our own words: English, which stands in for all others, and each that has a catalogue."""

# As in the CLDR, of which Babel would hold each language whole in memory: 6 MB, and 25 ms of the first page.
_OWN_NAMES = {"ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "ru": "Русский", "zh": "中文"}


def resolve_language(language: str) -> str:
    """Returns *language* (a BCP 47 tag) if dates can be said in it, else its base language, else English."""
    tag = language.replace("_", "-").lower()
    for candidate in (tag, tag.split("-")[0]):
        if candidate in LANGUAGES:
            return candidate
    return LANGUAGES[0]


@lru_cache(maxsize=32)
def locale_for(language: str) -> Locale:
    """Returns the CLDR locale of *language*."""
    language = resolve_language(language)
    return Locale.parse(_LOCALE_OVERRIDES.get(language, language))


@lru_cache(maxsize=32)
def get_translations(language: str) -> _gettext.NullTranslations:
    """Returns our own words in *language*, read from the .po file; English itself where there is none."""
    path = _LOCALE_FOLDER / resolve_language(language) / "LC_MESSAGES" / "eventcal.po"
    if not path.is_file():
        return _gettext.NullTranslations()
    from babel.messages.mofile import write_mo  # here: English has no file
    from babel.messages.pofile import read_po

    mo_file = io.BytesIO()
    with path.open("rb") as po_file:
        write_mo(mo_file, read_po(po_file))
    mo_file.seek(0)
    return _gettext.GNUTranslations(mo_file)


def list_languages() -> tuple[tuple[str, str], ...]:
    """Returns (tag, name) of each of `LANGUAGES`, its name in the language itself: ("ru", "Русский")."""
    return tuple((language, _OWN_NAMES[language]) for language in LANGUAGES)


def text_direction(language: str) -> Literal["ltr", "rtl"]:
    """Returns the writing direction of *language*, for `dir`."""
    return "rtl" if locale_for(language).text_direction == "rtl" else "ltr"


def week_start(language: str) -> int:
    """Returns the weekday that a week begins with; Monday is 0."""
    return int(locale_for(language).first_week_day)


def weekday_names(language: str, style: Style | Literal["narrow"] = "short", first: int = 0) -> list[str]:
    """Returns seven names, from the weekday *first* on; 0 is Monday."""
    names = locale_for(language).days["format"][_NAME_WIDTHS[style]]
    return [str(names[(first + offset) % 7]) for offset in range(7)]


def fill_sentence(template: str, **values: str) -> str:
    """Fills *template*; a value that ends in a full stop ("2021 г.") does not double the one that follows it."""
    for name, value in values.items():
        if value.endswith("."):
            template = template.replace(f"{{{name}}}.", f"{{{name}}}")
    return template.format(**values)


def join_sentences(first: str, second: str, language: str) -> str:
    """Joins two sentences, with a space where the language has one."""
    return get_translations(language).pgettext("two sentences", "{first} {second}").format(first=first, second=second)


_INNER_QUOTES = {"“": "‘’", "«": "„“", "„": "‚‘"}


def quote(text: str, language: str) -> str:
    """Puts *text* into the language's quotation marks; the same marks within it become inner ones: “the ‘Peace’ exercise”."""
    template = get_translations(language).gettext("“{text}”")
    outer = template[0] + template[-1]
    if all(mark in text for mark in outer):
        text = text.translate(str.maketrans(outer, _INNER_QUOTES[outer[0]]))
    return template.format(text=text)


def mark_doubtful(date_text: str, language: str) -> str:
    """Marks a short date as doubtful: "16 Sep 2021?"."""
    return get_translations(language).gettext("{date}?").format(date=date_text)


def join_list(items: Iterable[str], language: str) -> str:
    """Joins the items of a list: "Mon, Tue", "周一、周二"; leaves out empty ones."""
    return get_translations(language).gettext(", ").join(item for item in items if item)


def join_phrases(phrases: Iterable[str], language: str) -> str:
    """Joins phrases of one statement: "official, 12 May 2026", "官方，2026年5月12日"; leaves out empty ones."""
    return phrase_separator(language).join(phrase for phrase in phrases if phrase)


def phrase_separator(language: str) -> str:
    """Returns what stands between two phrases of one statement: ", ", "، " or "，"."""
    return get_translations(language).pgettext("between phrases", ", ")


def join_clauses(clauses: Iterable[str], language: str) -> str:
    """Joins what may have commas of its own: "Hall A, Berlin; Hall B, Hamburg"; leaves out empty clauses."""
    return get_translations(language).gettext("; ").join(clause for clause in clauses if clause)


def format_status(status: Status, language: str) -> str:
    """Returns a status as one word for a person."""
    _ = get_translations(language).gettext
    return {
        Status.CONFIRMED: _("confirmed"),
        Status.TENTATIVE: _("tentative"),
        Status.CANCELLED: _("cancelled"),
        Status.POSTPONED: _("postponed"),
    }[status]


def format_status_prefix(status: Status, language: str, *, has_date: bool, when: When | None = None) -> str:
    """Returns the prefix of a title for a status, with its space: "Cancelled: ", "[postponed] ", "[tentative] "; "" for none.

    What was postponed and *has_date*, a new one, takes place then. That a *when* without a sure day is tentative goes
    without saying; None: whoever reads it has the status from elsewhere, as calendar apps do.
    """
    _ = get_translations(language).gettext
    match status:
        case Status.CANCELLED:
            prefix = _("Cancelled:")
            return prefix if prefix.endswith("：") else f"{prefix} "  # a fullwidth colon has its space
        case Status.POSTPONED if not has_date:
            return _("[postponed]") + " "
        case Status.TENTATIVE if when is not None and when.is_day_known and not when.uncertain:
            return f"[{format_status(status, language)}] "
        case _:
            return ""


def format_grade(grade: SourceGrade | None, language: str) -> str:
    """Formats how sure a source is as one word: "official"; "" for None."""
    _ = get_translations(language).gettext
    words = {
        SourceGrade.OFFICIAL: _("official"),
        SourceGrade.REPORTED: _("reported"),
        SourceGrade.INFERRED: _("inferred"),
    }
    return words[grade] if grade else ""


def format_kind_prefix(kind: EventKind, language: str) -> str:
    """Returns the start of a title that a calendar app would show as an event and that is a moment, with its space: "Deadline: "."""
    _ = get_translations(language).gettext
    return _("Deadline:") + " " if kind is EventKind.DEADLINE else ""


def format_part_of(title: Text, language: str) -> str:
    """Says which event something belongs to, by its *title*: "Part of: Summit"."""
    _ = get_translations(language).gettext
    return _("{head}: {what}").format(head=_("Part of"), what=title.in_language(language))


def format_change(change: Change, version: Version | None, language: str) -> str:
    """Formats what *change* is as a label: "moved", "date confirmed"; *version* is its event's, None where it is gone.

    A move is "time announced" where the days stay, and "date changed" where the start stays, or all dates of a series move;
    so is an end that is open again. A day that became known outside of its period is "moved", that of a tentative event
    "date announced".
    """
    _ = get_translations(language).gettext
    is_extension = is_deadline_extended(version, change.old, change.new)
    if change.kind is ChangeKind.LESS_PRECISE and is_end_open(change.old, change.new):
        return _("date changed")
    if change.kind is ChangeKind.MOVED and not is_extension and change.old and change.new:
        if is_time_announced(change.old, change.new):
            return _("time announced")
        starts = [state.when.span.start for state in (change.old, change.new) if isinstance(state.when.span, Timed)]
        if (
            change.old.rule
            or change.new.rule
            or last_day_changes(change.old, change.new)
            or (len(starts) == 2 and starts[0] == starts[1])
        ):
            return _("date changed")
    if change.kind is ChangeKind.DAY_KNOWN:
        if is_known_elsewhere(change.old, change.new):
            return _("moved")
        if change.new and change.new.status is Status.TENTATIVE:
            return _("date announced")
    return format_change_kind(change.kind, language, is_extension)


def format_change_kind(kind: ChangeKind, language: str, is_extension: bool = False) -> str:
    """Formats a kind of change as a label; the move of a deadline to a later day, *is_extension*, is "deadline extended"."""
    _ = get_translations(language).gettext
    if kind is ChangeKind.MOVED and is_extension:
        return _("deadline extended")
    return {
        ChangeKind.ADDED: _("added"),
        ChangeKind.VANISHED: _("removed"),
        ChangeKind.MOVED: _("moved"),
        ChangeKind.DAY_KNOWN: _("date confirmed"),
        ChangeKind.NARROWED: _("narrowed"),
        ChangeKind.LESS_PRECISE: _("date less certain"),
        ChangeKind.PLACE: _("new venue"),
        ChangeKind.POSTPONED: _("postponed"),
        ChangeKind.CANCELLED: _("cancelled"),
        ChangeKind.RESTORED: _("back on"),
    }[kind]


def format_places(places: Iterable[Place], language: str) -> str:
    """Returns every place, the main one first: "Hall A, Berlin; Hall B, Hamburg"."""
    return join_clauses((format_place(place, language) for place in places), language)


def format_online(address: str, language: str) -> str:
    """Formats "Online: https://example.org/stream"."""
    _ = get_translations(language).gettext
    return _("{label}: {address}").format(label=_("Online"), address=address)


def format_recorded_places(text: str, event: Event | None, language: str) -> str:
    """Returns places as an edition recorded them, "Kiel, DE; FR", in words: "Kiel, Germany; France".

    In *language* as far as they are those of *event* now, or of one of its dates; of others only the countries, and only
    for an event whose places have one: in "San Francisco, CA" the same letters are a state.
    """
    if event is None:
        return text
    for places in (event.places, *([override.place] for override in event.overrides if override.place)):
        if text in place_names(places):
            return format_places(places, language)
    if not any(place.country for place in event.places):
        return text
    territories = locale_for(language).territories
    text = re.sub(r"(?:(?<=, )|(?<=; )|^)[A-Z]{2}(?=;|$)", lambda match: str(territories.get(match[0], match[0])), text)
    return join_phrases(text.split(", "), language)


def format_languages(tags: Iterable[str], language: str) -> str:
    """Returns the languages in which something is held: "English, German"; a tag without a name stays as it is."""
    names = (str(locale_for(language).languages.get(tag.replace("-", "_").split("_")[0], tag)) for tag in tags)
    return join_list(dict.fromkeys(names), language)


def format_place(place: Place | None, language: str) -> str:
    """Returns a place from near to far: "Donguz training ground, Orenburg region, Russia"; "" when nothing is known."""
    if place is None:
        return ""
    parts = [text.in_language(language) for text in (place.name, place.region) if text is not None]
    if place.country:
        parts.append(str(locale_for(language).territories.get(place.country, place.country)))
    return join_phrases(dict.fromkeys(parts), language)
