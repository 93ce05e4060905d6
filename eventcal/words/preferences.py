"""Labels for the choices of a subscription: events, reminders, delivery and time zone, in the reader's language."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from babel.dates import get_timezone_location

from ..digest_schedule import DigestSchedule
from ..events import Place, TagStyle
from ..filters import Filter
from ..leads import Elapsed, Lead, NoticeKind, WallClock
from .language import format_place, get_translations, join_list, locale_for, quote, resolve_language, weekday_names

_ZONE_REGIONS = (
    "Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip


def format_lead(lead: Lead, language: str) -> str:
    """Formats a lead: "1 week before, at 09:00"."""
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
    """Formats a kind of change as the rest of "Tell me when an event ..."."""
    _ = get_translations(language).gettext
    return {
        NoticeKind.CHANGE: _("is moved or changed"),
        NoticeKind.DAY_KNOWN: _("gets its date"),
        NoticeKind.CANCEL: _("is cancelled"),
    }[notice]


def format_digest(schedule: DigestSchedule | None, language: str) -> str:
    """Formats the delivery interval: "daily digest, 08:00", without a schedule "right away"."""
    _ = get_translations(language).gettext
    if schedule is None:
        return _("right away")
    hour = f"{schedule.at:%H:%M}"
    if schedule.weekday is None:
        return _("daily digest, {time}").format(time=hour)
    weekday = weekday_names(language, "long")[schedule.weekday]
    return _("weekly digest, {weekday} {time}").format(weekday=weekday, time=hour)


def format_filter(
    query: Filter,
    language: str,
    title_of: Callable[[str], str],
    tag_styles: Iterable[TagStyle],
    include_free_text: bool = True,
) -> str:
    """Formats the scope of a subscription: "every event in this calendar", "events tagged “summit”, in “Berlin”".

    *title_of* returns the title of an event by its id, *tag_styles* have the names of tags. Without *include_free_text*
    the search text and the place, which a stranger may have typed, are not repeated.
    """
    translations = get_translations(language)
    _ = translations.gettext
    event_id = query.event or (query.ids[0] if query.ids and query == Filter(ids=query.ids[:1]) else "")
    if event_id:
        title = quote(title_of(event_id) or event_id, language)
        return _("{event} and everything that belongs to it").format(event=title) if query.parts else title
    count = len(query.ids)
    chosen = translations.ngettext("{n} chosen event", "{n} chosen events", count).format(n=count)
    tag_names = {style.tag: style.name.in_language(language) for style in tag_styles if style.name}
    conditions = []
    if query.series:
        conditions.append(_("of the series “{text}”").format(text=query.series))
    if query.tags:
        conditions.append(_("tagged {tags}").format(tags=_quote_and_join(query.tags, tag_names, language)))
    if query.excluded_tags:
        conditions.append(_("not tagged {tags}").format(tags=_quote_and_join(query.excluded_tags, tag_names, language)))
    if include_free_text and query.q:
        conditions.append(_("matching “{text}”").format(text=query.q))
    if include_free_text and query.place:
        conditions.append(_("in “{text}”").format(text=_name_country(query.place, language)))
    if not include_free_text and (query.q or query.place):
        conditions.append(_("matching your search"))
    if not conditions:
        return chosen if query.ids else _("every event in this calendar")
    joined = join_list(conditions, language)
    if query.ids:
        return _("{chosen} {conditions}").format(chosen=chosen, conditions=joined)
    return _("events {conditions}").format(conditions=joined)


def _name_country(place: str, language: str) -> str:
    """Returns the name of a country for its code, "TJ"; any other place as it is."""
    is_code = len(place) == 2 and place.isupper()
    return format_place(Place(country=place), language) if is_code else place


def _quote_and_join(tags: tuple[str, ...], names: Mapping[str, str], language: str) -> str:
    _ = get_translations(language).gettext
    return _(" or ").join(quote(names.get(tag, tag), language) for tag in tags)


def list_zone_cities(language: str) -> tuple[tuple[str, str], ...]:
    """Returns (zone, city) of every time zone, sorted by city; a city that several zones name is listed once."""
    return _list_zone_cities(resolve_language(language))


@lru_cache(maxsize=8)
def _list_zone_cities(language: str) -> tuple[tuple[str, str], ...]:
    zone_by_city: dict[str, str] = {}
    for key in sorted(zoneinfo.available_timezones()):
        if not key.startswith(_ZONE_REGIONS):
            continue
        city = str(get_timezone_location(zoneinfo.ZoneInfo(key), locale=locale_for(language), return_city=True))
        english = str(get_timezone_location(zoneinfo.ZoneInfo(key), locale=locale_for("en"), return_city=True))
        # of the names of one place the one that says it: Asia/Kolkata rather than Asia/Calcutta
        if city not in zone_by_city or key.endswith("/" + english.replace(" ", "_")):
            zone_by_city[city] = key
    return tuple((key, city) for city, key in sorted(zone_by_city.items()))
