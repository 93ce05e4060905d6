"""An occurrence as schema.org's Event (JSON-LD), for search engines: no more precise than what is known. Pure."""

from __future__ import annotations

from datetime import datetime

from ... import occurrences
from ...events import Event, Occurrence, Organizer, Place, Status
from ...when import AllDay, Period, Timed, When, is_floating


def event_jsonld(occurrence: Occurrence, title: str, url: str) -> dict[str, object]:
    """Describes an occurrence by schema.org's Event, a date only as far as it is known; *url* "" names no page."""
    event, when = occurrence.event, occurrence.when
    start, end = iso_date(when), _iso_end(when)
    attendance = "Mixed" if event.place else "Online"
    properties: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": title,
        "startDate": start,
        "endDate": end if end != start else "",
        "eventStatus": f"https://schema.org/Event{_event_status(occurrence)}",
        "previousStartDate": iso_date(event.was) if event.was else "",
        "location": _locations(event),
        "eventAttendanceMode": f"https://schema.org/{attendance}EventAttendanceMode" if event.online else "",
        "inLanguage": event.languages[0] if len(event.languages) == 1 else list(event.languages),
        "image": event.image,
        "organizer": _organizer(event.organizer) if event.organizer else "",
        "url": url,
    }
    return {name: value for name, value in properties.items() if value}


def iso_date(when: When) -> str:
    """Returns a day, a month, a year or an instant, as ISO 8601 and HTML's `datetime` write it; "" for what neither can hold."""
    match when.span:
        case Period() if when.limit is not None:
            return ""
        case AllDay(first, _):
            return first.isoformat()
        case Timed(start, _):
            return _iso_time(start)
        case Period(first, last, _) if (first.year, first.month) == (last.year, last.month):
            return f"{first:%Y-%m}"
        case Period(first, last, _) if (first.month, last.month, last.year) == (1, 12, first.year):
            return f"{first:%Y}"
    return ""


def _iso_end(when: When) -> str:
    match when.span:
        case AllDay(_, last):
            return last.isoformat()
        case Timed(_, end) if end is not None:
            return _iso_time(end)
    return ""


def _iso_time(moment: datetime) -> str:
    if is_floating(moment.tzinfo):
        moment = moment.replace(tzinfo=None)
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _event_status(occurrence: Occurrence) -> str:
    if occurrence.status is Status.CANCELLED:
        return "Cancelled"
    if occurrence.status is Status.POSTPONED:
        return "Rescheduled" if occurrences.is_rescheduled(occurrence) else "Postponed"
    return "Scheduled"


def _locations(event: Event) -> object:
    """Returns the places, an address online, or both."""
    locations: list[dict[str, object]] = [_location(place) for place in event.places]
    if event.online:
        locations.append({"@type": "VirtualLocation", "url": event.online})
    return locations if len(locations) > 1 else locations[0] if locations else ""


def _organizer(organizer: Organizer) -> dict[str, object]:
    fields: dict[str, object] = {"@type": "Organization", "name": organizer.name.translations[0][1]}
    return fields | {"url": organizer.url} if organizer.url else fields


def _location(place: Place) -> dict[str, object]:
    name = place.name or place.region
    label = name.translations[0][1] if name else place.country
    address = {
        "addressRegion": place.region.translations[0][1] if place.region else "",
        "addressCountry": place.country,
    }
    parts = {key: value for key, value in address.items() if value}
    return {"@type": "Place", "name": label, "address": {"@type": "PostalAddress"} | parts if parts else label}
