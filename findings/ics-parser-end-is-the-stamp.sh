#!/usr/bin/env bash
# ics-parser (npm): the "end" of an event is the moment at which its file was written, 19:00 in New York is 19:00 of the machine, and a fold loses its space.
# RFC 5545 section 3.8.7.2: DTSTAMP is the time of writing, section 3.8.2.2: DTEND the end; section 3.2.19: TZID says in which zone
# an hour is; section 3.1: of a folded line the break and one white space go, a second space is text; section 3.3.11: a comma is escaped.
# Surprise: "endDate" is the end and "end" the stamp, so an evening in May ends on New Year's Day. The zone is read and not
# used: the same file gives other moments in Berlin and in Tokyo, both wrong. The rule is not there at all, and the text of the
# alarm is an entry of its own. ical.js tells the moments that are meant.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'ics-parser@0.1.5' 'ical.js@2.2.1' '@touch4it/ical-timezones@1.9.0' >/dev/null
cat >j.mjs <<'END'
import parse from "ics-parser";
import ICAL from "ical.js";
import zones from "@touch4it/ical-timezones";
const zone = zones.getVtimezoneComponent("America/New_York");
const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", ...zone.trim().split(/\r?\n/), "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z",
  "DTSTART;TZID=America/New_York:20240508T190000", "DTEND;TZID=America/New_York:20240508T210000", "SUMMARY:Choir\\, with", "  folders", "RRULE:FREQ=WEEKLY;COUNT=3",
  "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:in an hour", "TRIGGER:-PT1H", "END:VALARM", "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
const calendar = new ICAL.Component(ICAL.parse(text));
for (const each of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(each);
const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
console.log(process.env.TZ);
console.log("  ical.js:", event.startDate.toJSDate().toISOString(), "to", event.endDate.toJSDate().toISOString(), JSON.stringify(event.summary), event.isRecurring());
for (const each of parse(text)) if (["VEVENT", "VALARM"].includes(each.type)) console.log("  ics-parser:", JSON.stringify(each));
END
cat >want <<'END'
Europe/Berlin
  ical.js: 2024-05-08T23:00:00.000Z to 2024-05-09T01:00:00.000Z "Choir, with folders" true
  ics-parser: {"type":"VALARM","description":"in an hour"}
  ics-parser: {"type":"VEVENT","uid":"a@example.org","end":"2024-01-01T00:00:00.000Z","startDate":"2024-05-08T17:00:00.000Z","endDate":"2024-05-08T19:00:00.000Z","name":"Choir\\, withfolders"}
Asia/Tokyo
  ical.js: 2024-05-08T23:00:00.000Z to 2024-05-09T01:00:00.000Z "Choir, with folders" true
  ics-parser: {"type":"VALARM","description":"in an hour"}
  ics-parser: {"type":"VEVENT","uid":"a@example.org","end":"2024-01-01T00:00:00.000Z","startDate":"2024-05-08T10:00:00.000Z","endDate":"2024-05-08T12:00:00.000Z","name":"Choir\\, withfolders"}
END
{
  TZ=Europe/Berlin node j.mjs
  TZ=Asia/Tokyo node j.mjs
} >seen
diff want seen || { echo "ics-parser-end-is-the-stamp: no longer as recorded" >&2; exit 1; }
echo "ics-parser-end-is-the-stamp: as recorded"
