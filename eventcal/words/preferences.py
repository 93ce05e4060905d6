"""What somebody asked to be told of, when and how often, in their language."""

from __future__ import annotations

from collections.abc import Callable

from ..filters import Filter
from ..leads import Elapsed, Lead, NoticeKind, WallClock
from .language import get_translations


def format_lead(lead: Lead, language: str) -> str:
    """How far ahead: "1 week before, at 09:00"."""
    translations = get_translations(language)
    _, ngettext = translations.gettext, translations.ngettext
    if isinstance(lead, Elapsed):
        return _format_elapsed(int(lead.length.total_seconds()), language)
    weeks = lead.days // 7
    match lead:
        case WallClock(0, 0):
            text = _("on the day")
        case WallClock(1, 0):
            text = _("the day before")
        case WallClock(days, 0) if days % 7 == 0:
            text = ngettext("{n} week before", "{n} weeks before", weeks).format(n=weeks)
        case WallClock(days, 0):
            text = ngettext("{n} day before", "{n} days before", days).format(n=days)
        case _:
            text = ngettext("{n} month before", "{n} months before", lead.months).format(n=lead.months)
    return _("{lead}, at {time}").format(lead=text, time=f"{lead.at:%H:%M}") if lead.at else text


def _format_elapsed(seconds: int, language: str) -> str:
    ngettext = get_translations(language).ngettext
    if seconds % 3600 == 0:
        return ngettext("{n} hour before", "{n} hours before", seconds // 3600).format(n=seconds // 3600)
    if seconds % 60 == 0:
        return ngettext("{n} minute before", "{n} minutes before", seconds // 60).format(n=seconds // 60)
    return ngettext("{n} second before", "{n} seconds before", seconds).format(n=seconds)


def format_notice_kind(notice: NoticeKind, language: str) -> str:
    """Which news."""
    _ = get_translations(language).gettext
    return {
        NoticeKind.CHANGE: _("when it is moved or changed in any way"),
        NoticeKind.DAY_KNOWN: _("when its day is announced"),
        NoticeKind.CANCEL: _("when it is called off"),
    }[notice]


def format_digest(digest: str, language: str) -> str:
    """How the mails come."""
    _ = get_translations(language).gettext
    return {
        "": _("each at its own time"),
        "daily": _("together, every morning at 08:00"),
        "weekly": _("together, on Mondays at 08:00"),
    }[digest]


def format_filter(query: Filter, language: str, title_of: Callable[[str], str], include_free_text: bool = True) -> str:
    """What of the calendar: "everything in this calendar", "what is tagged summit". *title* gives an event's, by its id.

    Without *own_words* what a stranger may have typed is not repeated, only that there is more to it.
    """
    _ = get_translations(language).gettext
    if query.event:
        return _("“{text}”").format(text=title_of(query.event) or query.event)
    list_template = _("{one}, {other}")
    parts = []
    if query.tags:
        parts.append(_("what is tagged {tags}").format(tags=_join(query.tags, _(" or "))))
    if query.excluded_tags:
        parts.append(_("not what is tagged {tags}").format(tags=_join(query.excluded_tags, _(" or "))))
    if include_free_text and query.q:
        parts.append(_("what is found by “{text}”").format(text=query.q))
    if include_free_text and query.place:
        parts.append(_("what happens at “{text}”").format(text=query.place))
    if not include_free_text and (query.q or query.place):
        parts.append(_("what matches your own words"))
    if not parts:
        return _("everything in this calendar")
    text = parts[0]
    for part in parts[1:]:
        text = list_template.format(one=text, other=part)
    return text


def _join(names: tuple[str, ...], separator: str) -> str:
    return separator.join(names)
