"""Reads a feed from stdin with ical (Home Assistant) and prints its occurrences up to a day as JSON.

Run by the Python of build/readers/venv. Argument: the last day.
"""

import json
import sys
from datetime import UTC, date, datetime, timedelta

from ical.calendar_stream import IcsCalendarStream


def format_time(value):
    if isinstance(value, datetime):
        return f"{(value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat()


def main():
    last = date.fromisoformat(sys.argv[1]) + timedelta(days=1)
    calendar = IcsCalendarStream.calendar_from_ics(sys.stdin.buffer.read().decode())
    timeline = calendar.timeline_tz(UTC)
    until = datetime(last.year, last.month, last.day, tzinfo=UTC)
    occurrences = [
        [
            event.uid,
            format_time(event.start),
            format_time(event.end) if event.dtend or event.duration else None,
            event.summary,
        ]
        for event in timeline.overlapping(datetime(1900, 1, 1, tzinfo=UTC), until)
    ]
    print(json.dumps(occurrences))


main()
