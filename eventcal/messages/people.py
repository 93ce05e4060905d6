"""Why a mail comes, and the links that change that: what stands at the end of each mail to somebody who signed up."""

from __future__ import annotations

from ..words import gettext
from .values import PREFERENCES, UNSUBSCRIBE

Pairs = tuple[tuple[str, str], ...]


def own_links(language: str) -> Pairs:
    """The ways out, as (words, mark): each recipient's own address takes the mark's place."""
    _ = gettext(language).gettext
    return ((_("Change what you get"), PREFERENCES), (_("No more of these mails"), UNSUBSCRIBE))
