#!/usr/bin/env bash
# @nextcloud/calendar-js: a new title for "this and all future" meetings gives the series two meetings more.
# RFC 5545 section 3.8.5.1 and 3.3.10: COUNT counts the dates of the rule, those that EXDATE takes out included, so of
# six weekly meetings two of which are called off four remain; the library cuts the series in two at the third.
# Surprise: the second series has COUNT=4 where three dates of the rule are left, as the meeting called off before the
# cut is not counted, and the EXDATE behind the cut is gone, so the meeting of 12 February takes place again and one of
# the 19th is added. Without EXDATE the cut is right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund '@nextcloud/calendar-js@8.1.6' '@nextcloud/timezones@1.0.2' 'ical.js@2.2.1' >/dev/null 2>&1
cat >j.mjs <<'END'
import { DateTimeValue, getParserManager } from "@nextcloud/calendar-js";
const read = (text) => {
  const parser = getParserManager().getParserForFileType("text/calendar");
  parser.parse(text);
  return parser.getItemIterator().next().value.getFirstComponent("VEVENT");
};
const meetings = (event) =>
  event.recurrenceManager.getAllOccurrencesBetween(DateTimeValue.fromJSDate(new Date("2024-01-01"), { zone: "utc" }), DateTimeValue.fromJSDate(new Date("2025-01-01"), { zone: "utc" }));
const days = (event) => meetings(event).map(({ startDate }) => startDate.jsDate.toISOString().slice(5, 10)).join(" ");
for (const exceptions of [[], ["EXDATE:20240115T090000Z", "EXDATE:20240212T090000Z"]]) {
  const event = read(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20240101T000000Z",
    "SUMMARY:Meeting", "DTSTART:20240108T090000Z", "DTEND:20240108T100000Z", "RRULE:FREQ=WEEKLY;COUNT=6", ...exceptions, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n"));
  console.log(exceptions.length ? "two called off:" : "six:", days(event));
  const third = meetings(event).find(({ startDate }) => startDate.jsDate.toISOString().startsWith("2024-01-29"));
  third.title = "Meeting with guests";
  for (const part of third.createRecurrenceException(true)) {
    const text = part.root.toICS();
    console.log(" ", days(read(text)), "|", ...text.split("\r\n").filter((line) => /^(RRULE|EXDATE)/.test(line)));
  }
}
END
cat >want <<'END'
six: 01-08 01-15 01-22 01-29 02-05 02-12
  01-08 01-15 01-22 | RRULE:FREQ=WEEKLY;UNTIL=20240129T085959Z
  01-29 02-05 02-12 | RRULE:FREQ=WEEKLY;COUNT=3
two called off: 01-08 01-22 01-29 02-05
  01-08 01-22 | RRULE:FREQ=WEEKLY;UNTIL=20240129T085959Z EXDATE:20240115T090000Z
  01-29 02-05 02-12 02-19 | RRULE:FREQ=WEEKLY;COUNT=4
END
{
  node j.mjs
} >seen
diff want seen || { echo "nextcloud-this-and-future-exdates: no longer as recorded" >&2; exit 1; }
echo "nextcloud-this-and-future-exdates: as recorded"
