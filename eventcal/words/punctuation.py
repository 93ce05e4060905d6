"""The stops, commas and semicolons that a language puts between the parts of a text."""

from __future__ import annotations

from collections.abc import Iterable

from .language import get_translations


def fill_sentence(template: str, **values: str) -> str:
    """Fills *template*; a value that ends in a full stop ("2021 г.") does not double the one that follows it."""
    for name, value in values.items():
        if value.endswith("."):
            template = template.replace(f"{{{name}}}.", f"{{{name}}}")
    return template.format(**values)


def join_sentences(first: str, second: str, language: str) -> str:
    """Joins two sentences, with a space where the language has one."""
    return get_translations(language).pgettext("two sentences", "{first} {second}").format(first=first, second=second)


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
