"""Tells which language a text is in, by its letters and its commonest words."""

from __future__ import annotations

import re

from .chinese import CHINESE
from .english import ENGLISH
from .grammar import Language
from .table_forms import build_language
from .word_tables import TABLES


class _Languages(dict[str, Language]):
    """The languages by their tags. One of a table is built when it is asked for: its patterns take 40 ms to compile."""

    def __missing__(self, tag: str) -> Language:
        self[tag] = build_language(TABLES[tag])
        return self[tag]


LANGUAGES = _Languages(en=ENGLISH, zh=CHINESE)

_LATIN = re.compile(r"[a-z]", re.I)
SCRIPTS = {
    "en": _LATIN, "ru": re.compile(r"[а-яё]", re.I), "zh": re.compile(r"[\u4e00-\u9fff]"), "de": _LATIN, "es": _LATIN,
    "ar": re.compile(r"[\u0620-\u064a]"),
}  # fmt: skip
SCRIPT_TAGS = ("en", "ru", "zh", "ar")
"""A language for each script."""
# What tells the languages of Latin letters apart: words of no other one, and the full stop behind a German number.
_COMMON_WORDS = {
    "en": re.compile(r"\b(?:the|of|and|to|is|are|will|on|at|for|with|by|from|this|that|has|have|it|be|as|or|not)\b", re.I),
    "de": re.compile(
        r"\b(?:der|den|dem|des|das|und|ist|im|vom|zum|zur|ein|eine|einen|mit|für|von|bis|um|uhr|wird|werden|findet|statt|nach|auf|nicht|auch|wir)\b"
        r"|\b[0-9]{1,2}\.(?=\s*(?:[-–—/]\s*[0-9]{1,2}\.\s*)?(?:[A-ZÄ][a-zä]{2}))", re.I,
    ),
    "es": re.compile(r"\b(?:el|la|los|las|de|del|y|en|que|se|un|una|por|con|para|al|su|es|lo)\b", re.I),
}  # fmt: skip


def language_of(text: str, default: Language = ENGLISH) -> Language:
    """Returns the language of *text* by its letters and its commonest words; *default* where neither tells."""
    counts = {tag: len(SCRIPTS[tag].findall(text)) * (2 if tag == "zh" else 1) for tag in SCRIPT_TAGS}
    tag = max(counts, key=lambda tag: counts[tag])
    if not counts[tag]:
        return default
    if tag != "en":
        return LANGUAGES[tag]
    words = {tag: len(pattern.findall(text)) for tag, pattern in _COMMON_WORDS.items()}
    if not any(words.values()):
        return default if default.tag in words else ENGLISH
    return LANGUAGES[max(words, key=lambda tag: words[tag])]


def languages_beside(text: str, position: int) -> tuple[Language | None, Language | None]:
    """Returns the languages of the letters next before and behind *position*; None where there is none near it."""
    before = next((char for char in reversed(text[max(0, position - 20) : position]) if char.isalpha()), "")
    after = next((char for char in text[position : position + 20] if char.isalpha()), "")
    return language_of(before) if before else None, language_of(after) if after else None


def other_languages(text: str, tag: str) -> list[str]:
    """Returns the tags of the languages that *text* may be in beside *tag*: of its other letters, and of the same ones where no common word tells."""
    is_told = tag in _COMMON_WORDS and _COMMON_WORDS[tag].search(text) is not None
    others = [other for other, script in SCRIPTS.items() if other != tag and script.search(text)]
    return [other for other in others if SCRIPTS[other] is not SCRIPTS[tag] or (not is_told and "en" in (other, tag))]
