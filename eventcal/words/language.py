"""A reader's language: which one it comes to, its own words from the .po file, its week and its direction."""

from __future__ import annotations

import gettext as _gettext
import io
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Style = Literal["short", "long"]

# English as most of the world writes it: day before month, week from Monday.
_LOCALE_OVERRIDES = {"en": "en_GB"}
_NAME_WIDTHS = {"narrow": "narrow", "short": "abbreviated", "long": "wide"}  # CLDR's words
_LOCALE_FOLDER = Path(__file__).parent.parent / "locale"

LANGUAGES = ("en", *sorted(path.parts[-3] for path in _LOCALE_FOLDER.glob("*/LC_MESSAGES/eventcal.po")))
"""The languages of our own words: English, which stands in for all others, and each that has a catalogue."""

# As in the CLDR, of which Babel would hold each language whole in memory: 6 MB, and 25 ms of the first page.
_OWN_NAMES = {"ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "ru": "Русский", "zh": "中文"}


def resolve_language(language: str) -> str:
    """*language* (a BCP 47 tag) if dates can be said in it, else its base language, else English."""
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
    """Our own words in *language*, read from the .po file; English itself where there is none."""
    path = _LOCALE_FOLDER / resolve_language(language) / "LC_MESSAGES" / "eventcal.po"
    if not path.is_file():
        return _gettext.NullTranslations()
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
    """The weekday that a week begins with; Monday is 0."""
    return int(locale_for(language).first_week_day)


def weekday_names(language: str, style: Style | Literal["narrow"] = "short", first: int | None = None) -> list[str]:
    """Returns seven names, from the weekday *first* (0 is Monday), or from the one that this language's week begins with."""
    names = locale_for(language).days["format"][_NAME_WIDTHS[style]]
    start = week_start(language) if first is None else first
    return [str(names[(start + offset) % 7]) for offset in range(7)]
