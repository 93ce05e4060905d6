"""Reads a feed from stdin with libical (Evolution, GNOME Calendar) and prints its occurrences up to a day as JSON.

Run by the system's Python, which has GObject introspection (Debian: python3-gi, gir1.2-ical-3.0). Argument: the last day.
"""

import json
import sys
from datetime import UTC, datetime

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402

KIND, PROPERTY = ICalGLib.ComponentKind, ICalGLib.PropertyKind


# Both lists are made at once: a component has one place for "next", which its other methods move.


def each(component, kind):
    found = [component.get_first_component(kind)]
    while found[-1] is not None:
        found.append(component.get_next_component(kind))
    return found[:-1]


def properties(component, kind):
    found = [component.get_first_property(kind)]
    while found[-1] is not None:
        found.append(component.get_next_property(kind))
    return found[:-1]


def said(time, zone):
    if time.is_date():
        return f"{time.get_year():04}-{time.get_month():02}-{time.get_day():02}"
    moment = time.as_timet() if time.is_utc() else time.as_timet_with_zone(zone)
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    last = sys.argv[1]
    calendar = ICalGLib.Component.new_from_string(sys.stdin.buffer.read().decode())
    zones = {}
    for component in each(calendar, KIND.VTIMEZONE_COMPONENT):
        zone = ICalGLib.Timezone.new()
        zone.set_component(component.clone())
        zones[zone.get_tzid()] = zone

    def zone_of(prop):
        parameter = prop.get_first_parameter(ICalGLib.ParameterKind.TZID_PARAMETER)
        return zones[parameter.get_tzid()] if parameter else ICalGLib.Timezone.get_utc_timezone()

    events = each(calendar, KIND.VEVENT_COMPONENT)
    overridden = {}
    for event in events:
        for prop in properties(event, PROPERTY.RECURRENCEID_PROPERTY):
            overridden.setdefault(event.get_uid(), set()).add(said(prop.get_recurrenceid(), zone_of(prop)))
    found = []
    for event in events:
        begin = event.get_first_property(PROPERTY.DTSTART_PROPERTY)
        zone, start = zone_of(begin), event.get_dtstart()
        end = event.get_first_property(PROPERTY.DTEND_PROPERTY)
        finish = said(end.get_dtend(), zone_of(end)) if end else None
        rule = event.get_first_property(PROPERTY.RRULE_PROPERTY)
        if rule is None:
            found.append([event.get_uid(), said(start, zone), finish, event.get_summary()])
            continue
        dropped = overridden.get(event.get_uid(), set()) | {
            said(prop.get_exdate(), zone_of(prop)) for prop in properties(event, PROPERTY.EXDATE_PROPERTY)
        }
        duration = event.get_first_property(PROPERTY.DURATION_PROPERTY)
        length = event.get_dtend().subtract(start) if end else duration.get_duration() if duration else None
        steps = ICalGLib.RecurIterator.new(rule.get_rrule(), start)
        time = steps.next()
        while time is not None and not time.is_null_time() and said(time, zone)[:10] <= last:
            if said(time, zone) not in dropped:
                until = None if length is None else said(time.add(length), zone)
                found.append([event.get_uid(), said(time, zone), until, event.get_summary()])
            time = steps.next()
    print(json.dumps([each for each in found if each[1][:10] <= last]))


main()
