"""Reads a feed from stdin with khal and prints the rows of its table of occurrences up to a day as JSON.

A process of its own, since khal makes icalendar use pytz. Argument: the last day. An event without an end has an hour
in the table, which is left out here.
"""

import json
import sys
from datetime import UTC, date, datetime
from functools import lru_cache

import pytz
from icalendar import Calendar
from khal.icalendar import split_ics
from khal.khalendar.backend import SQLiteDb
from khal.utils import to_unix_time


@lru_cache(1000)
def overrides(item):
    """Returns the VEVENTs of one UID by khal's name of their RECURRENCE-ID."""
    events = Calendar.from_ical(item).walk("VEVENT")
    return {
        str(to_unix_time(event["RECURRENCE-ID"].dt)) if "RECURRENCE-ID" in event else "PROTO": event for event in events
    }


def format_time(value):
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value.isoformat()


def main():
    feed = sys.stdin.buffer.read()
    database = SQLiteDb(["feed"], ":memory:", {"default_timezone": pytz.UTC, "local_timezone": pytz.UTC})
    for number, item in enumerate(split_ics(feed.decode())):
        database.update(item, str(number), calendar="feed")
    first, end = datetime(1970, 1, 2), datetime.combine(date.fromisoformat(sys.argv[1]), datetime.max.time())
    rows = [
        *database.get_localized(first.replace(tzinfo=UTC), end.replace(tzinfo=UTC)),
        *database.get_floating(first, end),
    ]
    with_end = {str(event["UID"]) for event in Calendar.from_ical(feed).walk("VEVENT") if "DTEND" in event}
    occurrences = []
    for item, _, start, until, override, *_ in rows:
        event = overrides(item)[override]
        uid = str(event["UID"])
        occurrences.append(
            (uid, format_time(start), format_time(until) if uid in with_end else None, str(event["SUMMARY"]))
        )
    print(json.dumps(occurrences))


main()
