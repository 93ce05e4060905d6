"""Labels for statuses, kinds of change and places."""

from __future__ import annotations

from collections.abc import Iterable

from ..events import EventKind, Place, SourceGrade, Status
from ..history import ChangeKind
from .language import get_translations, locale_for


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
    return get_translations(language).pgettext("between phrases", ", ").join(phrase for phrase in phrases if phrase)


def join_clauses(clauses: Iterable[str], language: str) -> str:
    """Joins what may have commas of its own: "Hall A, Berlin; Hall B, Hamburg"; leaves out empty clauses."""
    return get_translations(language).gettext("; ").join(clause for clause in clauses if clause)


def format_status(status: Status, language: str) -> str:
    """A status as one word for a person."""
    _ = get_translations(language).gettext
    return {
        Status.CONFIRMED: _("confirmed"),
        Status.TENTATIVE: _("tentative"),
        Status.CANCELLED: _("cancelled"),
        Status.POSTPONED: _("postponed"),
    }[status]


def format_status_prefix(status: Status, language: str) -> str:
    """Returns the prefix of a title for a status, with its space: "Cancelled: ", "[postponed] "; "" for none."""
    _ = get_translations(language).gettext
    match status:
        case Status.CANCELLED:
            prefix = _("Cancelled:")
            return prefix if prefix.endswith("：") else f"{prefix} "  # a fullwidth colon has its space
        case Status.POSTPONED:
            return _("[postponed]") + " "
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
    """The start of a title that a calendar app would show as an event and that is a moment, with its space: "Deadline: "."""
    _ = get_translations(language).gettext
    return _("Deadline:") + " " if kind is EventKind.DEADLINE else ""


def format_change_kind(kind: ChangeKind, language: str, is_extension: bool = False) -> str:
    """Formats a kind of change as a label: "moved", "date confirmed"; of a deadline that moved to a later day, "deadline extended"."""
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
    """Every place, the main one first: "Hall A, Berlin; Hall B, Hamburg"."""
    return join_clauses((format_place(place, language) for place in places), language)


def format_languages(tags: Iterable[str], language: str) -> str:
    """The languages in which something is held: "English, German"; a tag without a name stays as it is."""
    names = (str(locale_for(language).languages.get(tag.replace("-", "_").split("_")[0], tag)) for tag in tags)
    return join_list(dict.fromkeys(names), language)


def format_place(place: Place | None, language: str) -> str:
    """A place from near to far: "Donguz training ground, Orenburg region, Russia"; "" when nothing is known."""
    if place is None:
        return ""
    parts = [text.in_language(language) for text in (place.name, place.region) if text is not None]
    if place.country:
        parts.append(str(locale_for(language).territories.get(place.country, place.country)))
    return join_phrases(dict.fromkeys(parts), language)
