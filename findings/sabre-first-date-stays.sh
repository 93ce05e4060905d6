#!/usr/bin/env bash
# sabre/vobject (PHP): the first date of a series can be neither excluded nor moved, and a date that moves before the first is lost.
# RFC 5545 section 3.8.5.1: EXDATE can exclude the DTSTART too; 3.8.4.4: an override stands for the date that its RECURRENCE-ID
# names, wherever it moves to.
# Surprise: Debian 12's iterator shows the first date before it looks at EXDATE and overrides: called off it stays, moved to the
# next day it is there twice. An override that begins before what was shown last is passed over. ical.js has all of it right.
set -euo pipefail
for tool in apt-get php npm node; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'php-sabre-vobject=2.1.7-6.1' 2>/dev/null || { echo "Debian 12's php-sabre-vobject is missing: skipped"; exit 77; }
dpkg -x php-sabre-vobject_*.deb deb
npm install --silent --no-audit --no-fund --ignore-scripts ical.js@2.2.1
# four Mondays from 4 January 2027 at 10:00; per line: a name, what the series has more, what is written beside it
cat >make.mjs <<'END'
import { writeFileSync } from "node:fs";
const moved = (day, to) => ["BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", `RECURRENCE-ID:${day}T100000Z`, `DTSTART:${to}T150000Z`, "END:VEVENT"];
const cases = {
  "first excluded": [["EXDATE:20270104T100000Z"], []],
  "second excluded": [["EXDATE:20270111T100000Z"], []],
  "first to Tuesday": [[], moved("20270104", "20270105")],
  "first to Sunday": [[], moved("20270104", "20270103")],
  "second to Sunday before the first": [[], moved("20270111", "20270103")],
  "third to Sunday": [[], moved("20270118", "20270117")],
};
for (const [name, [more, beside]] of Object.entries(cases)) {
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z",
    "DTSTART:20270104T100000Z", "RRULE:FREQ=WEEKLY;UNTIL=20270125T100000Z", ...more, "END:VEVENT", ...beside, "END:VCALENDAR", ""];
  writeFileSync(`${name}.ics`, lines.join("\r\n"));
}
END
cat >p.php <<'END'
<?php
error_reporting(E_ERROR);
date_default_timezone_set('UTC');
require 'deb/usr/share/php/Sabre/VObject/includes.php';
foreach (glob('*.ics') as $file) {
    $iterator = new Sabre\VObject\RecurrenceIterator(Sabre\VObject\Reader::read(file_get_contents($file)), '1');
    $dates = [];
    for (; $iterator->valid(); $iterator->next()) $dates[] = $iterator->getDtStart()->format('m-d');
    echo "sabre, ", substr($file, 0, -4), ": ", implode(' ', $dates), "\n";
}
END
cat >p.mjs <<'END'
import { readdirSync, readFileSync } from "node:fs";
import ICAL from "ical.js";
for (const file of readdirSync(".").filter((name) => name.endsWith(".ics")).sort()) {
  const [master, ...exceptions] = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8"))).getAllSubcomponents("vevent");
  const event = new ICAL.Event(master, { exceptions });
  const dates = [];
  for (let steps = event.iterator(), next; (next = steps.next()); ) dates.push(event.getOccurrenceDetails(next).startDate.toString().slice(5, 10));
  console.log(`ical.js, ${file.slice(0, -4)}: ${dates.sort().join(" ")}`);
}
END
node make.mjs
{
  php p.php
  node p.mjs
} >seen
cat >want <<'END'
sabre, first excluded: 01-04 01-11 01-18 01-25
sabre, first to Sunday: 01-04 01-11 01-18 01-25
sabre, first to Tuesday: 01-04 01-05 01-11 01-18 01-25
sabre, second excluded: 01-04 01-18 01-25
sabre, second to Sunday before the first: 01-04 01-18 01-25
sabre, third to Sunday: 01-04 01-11 01-17 01-25
ical.js, first excluded: 01-11 01-18 01-25
ical.js, first to Sunday: 01-03 01-11 01-18 01-25
ical.js, first to Tuesday: 01-05 01-11 01-18 01-25
ical.js, second excluded: 01-04 01-18 01-25
ical.js, second to Sunday before the first: 01-03 01-04 01-18 01-25
ical.js, third to Sunday: 01-04 01-11 01-17 01-25
END
diff want seen || { echo "sabre-first-date-stays: no longer as recorded" >&2; exit 1; }
echo "sabre-first-date-stays: as recorded"
