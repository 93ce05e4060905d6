"""A text becomes its sentences and the dates in them, in the language that it is written in."""

from __future__ import annotations

import re
from datetime import date

from .chinese import CHINESE
from .english import ENGLISH
from .grammar import Language, find_mentions, split_sentences
from .russian import RUSSIAN
from .values import Mention, Sentence, TextContext

LANGUAGES = {language.tag: language for language in (ENGLISH, RUSSIAN, CHINESE)}
_DATELINE = re.compile(
    r"\A\W{0,20}(?:date|published|updated|дата)?\W{0,20}(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\b", re.IGNORECASE
)


def language_of(text: str) -> Language:
    """The language of *text* by its letters; English where they say nothing."""
    counts = {
        "ru": len(re.findall(r"[а-яё]", text, re.IGNORECASE)),
        "zh": 2 * len(re.findall(r"[\u4e00-\u9fff]", text)),
        "en": len(re.findall(r"[a-z]", text, re.IGNORECASE)),
    }
    return LANGUAGES[max(counts, key=lambda tag: counts[tag])]


def read_mentions(text: str, context: TextContext) -> list[tuple[Sentence, list[Mention]]]:
    """Every sentence of *text* with its dates."""
    language = language_of(text)
    return [(sentence, find_mentions(sentence, language, context)) for sentence in split_sentences(text, language)]


def dateline(text: str) -> tuple[date, int] | None:
    """The day of publication that *text* begins with, and where it ends; None for none."""
    match = _DATELINE.match(text)
    try:
        return (date.fromisoformat(match["day"]), match.end()) if match else None
    except ValueError:
        return None
