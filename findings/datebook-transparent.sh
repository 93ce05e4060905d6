#!/usr/bin/env bash
# datebook: every meeting that it writes leaves the time free, and an invited "Miller, Anna" has two names.
# RFC 5545 section 3.8.2.7: an event takes the time of its calendar (OPAQUE) unless it says TRANSPARENT; section 3.2: a parameter
# value with a comma is in quotation marks.
# Surprise: TRANSP:TRANSPARENT is in each event unasked, so whoever keeps it in a calendar can be booked during the meeting, as
# Radicale's free-busy answer shows; without that line the same event is busy. The name comes unquoted, and icalendar
# (Python) has a list of two, as the grammar has it. The title's comma is escaped.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'Radicale==3.9.0' 'vobject==0.9.9' 'python-dateutil==2.9.0.post0'
npm install --silent --no-audit --no-fund 'datebook@8.0.1' 'ical.js@2.2.1' >/dev/null
cat >j.cjs <<'END'
const { ICalendar } = require("datebook");
const calendar = new ICalendar({
  title: "Budget, part 2", start: new Date("2024-03-18T09:00:00Z"), end: new Date("2024-03-18T10:00:00Z"),
  attendees: [{ name: "Miller, Anna", email: "a@example.org" }],
});
require("fs").writeFileSync("a.ics", calendar.render());
for (const line of calendar.render().split(/\r?\n/)) if (/^(SUMMARY|TRANSP|ATTENDEE|DTSTART)/.test(line)) console.log(line);
END
cat >k.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const event = new ICAL.Component(ICAL.parse(readFileSync("a.ics", "utf8"))).getFirstSubcomponent("vevent");
console.log("ical.js:", JSON.stringify(event.getFirstProperty("attendee").getParameter("cn")));
END
cat >p.py <<'END'
import datetime
import icalendar
import vobject
from radicale.app.report import freebusy_periods
from radicale.item import Item
text = open("a.ics", newline="").read()
event = next(iter(icalendar.Calendar.from_ical(text).events))
print("icalendar:", event["ATTENDEE"].params["CN"])
day = [datetime.datetime(2024, 3, number, tzinfo=datetime.timezone.utc) for number in (18, 19)]
for title, given in (("as written", text), ("without TRANSP", text.replace("TRANSP:TRANSPARENT\n", ""))):
    item = Item(collection_path="c", vobject_item=vobject.readOne(given))
    print(f"busy on 18 March, {title}:", *(f"{period[0]:%H:%M} to {period[1]:%H:%M}" for period in freebusy_periods(item, *day, 100)))
END
cat >want <<'END'
SUMMARY:Budget\, part 2
TRANSP:TRANSPARENT
DTSTART:20240318T090000Z
ATTENDEE;CN=Miller, Anna;RSVP=FALSE:MAILTO:a@example.org
ical.js: "Miller, Anna"
icalendar: ['Miller', ' Anna']
busy on 18 March, as written:
busy on 18 March, without TRANSP: 09:00 to 10:00
END
{
  node j.cjs
  node k.mjs
  v/bin/python p.py
} >seen
diff want seen || { echo "datebook-transparent: no longer as recorded" >&2; exit 1; }
echo "datebook-transparent: as recorded"
