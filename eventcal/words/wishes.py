"""What somebody asked to be told of, when and how often, in their language."""

from __future__ import annotations

from collections.abc import Callable

from ..filters import Filter
from ..leads import Elapsed, Lead, NoticeKind, WallClock
from .language import gettext


def lead_words(lead: Lead, language: str) -> str:
    """How far ahead: "1 week before, at 09:00"."""
    translations = gettext(language)
    _, ngettext = translations.gettext, translations.ngettext
    if isinstance(lead, Elapsed):
        return _elapsed_words(int(lead.length.total_seconds()), language)
    weeks = lead.days // 7
    match lead:
        case WallClock(0, 0):
            said = _("on the day")
        case WallClock(1, 0):
            said = _("the day before")
        case WallClock(days, 0) if days % 7 == 0:
            said = ngettext("{n} week before", "{n} weeks before", weeks).format(n=weeks)
        case WallClock(days, 0):
            said = ngettext("{n} day before", "{n} days before", days).format(n=days)
        case _:
            said = ngettext("{n} month before", "{n} months before", lead.months).format(n=lead.months)
    return _("{lead}, at {time}").format(lead=said, time=f"{lead.at:%H:%M}") if lead.at else said


def _elapsed_words(seconds: int, language: str) -> str:
    ngettext = gettext(language).ngettext
    if seconds % 3600 == 0:
        return ngettext("{n} hour before", "{n} hours before", seconds // 3600).format(n=seconds // 3600)
    if seconds % 60 == 0:
        return ngettext("{n} minute before", "{n} minutes before", seconds // 60).format(n=seconds // 60)
    return ngettext("{n} second before", "{n} seconds before", seconds).format(n=seconds)


def notice_words(notice: NoticeKind, language: str) -> str:
    """Which news."""
    _ = gettext(language).gettext
    return {
        NoticeKind.CHANGE: _("when it is moved or changed in any way"),
        NoticeKind.DAY_KNOWN: _("when its day is announced"),
        NoticeKind.CANCEL: _("when it is called off"),
    }[notice]


def digest_words(digest: str, language: str) -> str:
    """How the mails come."""
    _ = gettext(language).gettext
    return {
        "": _("each at its own time"),
        "daily": _("together, every morning at 08:00"),
        "weekly": _("together, on Mondays at 08:00"),
    }[digest]


def filter_words(query: Filter, language: str, title: Callable[[str], str], own_words: bool = True) -> str:
    """What of the calendar: "everything in this calendar", "what is tagged summit". *title* gives an event's, by its id.

    Without *own_words* what a stranger may have typed is not repeated, only that there is more to it.
    """
    _ = gettext(language).gettext
    if query.event:
        return _("“{text}”").format(text=title(query.event) or query.event)
    comma = _("{one}, {other}")
    parts = []
    if query.tags:
        parts.append(_("what is tagged {tags}").format(tags=_joined(query.tags, _(" or "))))
    if query.excluded_tags:
        parts.append(_("not what is tagged {tags}").format(tags=_joined(query.excluded_tags, _(" or "))))
    if own_words and query.q:
        parts.append(_("what is found by “{text}”").format(text=query.q))
    if own_words and query.place:
        parts.append(_("what happens at “{text}”").format(text=query.place))
    if not own_words and (query.q or query.place):
        parts.append(_("what matches your own words"))
    if not parts:
        return _("everything in this calendar")
    found = parts[0]
    for each in parts[1:]:
        found = comma.format(one=found, other=each)
    return found


def _joined(names: tuple[str, ...], between: str) -> str:
    return between.join(names)
