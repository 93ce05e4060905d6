"""The footer of mails to subscribers: why they get it, and the links that change that."""

from __future__ import annotations

from collections.abc import Callable

from ..filters import Filter
from ..words import get_translations, join_sentences
from ..words.preferences import format_filter
from .values import PREFERENCES_PLACEHOLDER, UNSUBSCRIBE_PLACEHOLDER, one_line

LabelledLinks = tuple[tuple[str, str], ...]


def footer_links(language: str) -> LabelledLinks:
    """The ways out, as (words, mark): each recipient's own address takes the mark's place."""
    _ = get_translations(language).gettext
    return ((_("Manage your reminders"), PREFERENCES_PLACEHOLDER), (_("Unsubscribe"), UNSUBSCRIBE_PLACEHOLDER))


def footer_reason(query: Filter, title_of: Callable[[str], str], language: str, *, has_others: bool = False) -> str:
    """Explains why a subscriber gets a mail, and what unsubscribing ends if the address *has_others*.

    *title_of* gives an event's title by its id.
    """
    _ = get_translations(language).gettext
    filter_text = one_line(format_filter(query, language, title_of))
    reason = _("You get this because you signed up for reminders of {what}.").format(what=filter_text)
    if not has_others:
        return reason
    others = _("This address has other reminders from us, which go on; the page that unsubscribes can end all of them.")
    return join_sentences(reason, others, language)
