"""Why a mail comes, and the links that change that: what stands at the end of each mail to somebody who signed up."""

from __future__ import annotations

from collections.abc import Callable

from ..filters import Filter
from ..words import gettext
from ..words.wishes import filter_words
from .values import PREFERENCES, UNSUBSCRIBE, one_line

Pairs = tuple[tuple[str, str], ...]


def own_links(language: str) -> Pairs:
    """The ways out, as (words, mark): each recipient's own address takes the mark's place."""
    _ = gettext(language).gettext
    return ((_("Change what you get"), PREFERENCES), (_("No more of these mails"), UNSUBSCRIBE))


def why_words(query: Filter, title: Callable[[str], str], language: str) -> str:
    """Why somebody gets a mail: what they asked to be told of. *title* gives an event's, by its id."""
    what = one_line(filter_words(query, language, title))
    return gettext(language).gettext("You get this because you asked us to remind you of {what}.").format(what=what)
