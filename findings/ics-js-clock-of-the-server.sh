#!/usr/bin/env bash
# ics-js and immutable-ics: 10:00 UTC is written as the hour of the machine that writes, without a zone, and days go by UTC.
# RFC 5545 section 3.3.5: an hour without Z and TZID is of whatever clock the reader has; section 3.8.7.2: DTSTAMP is in UTC.
# The README of ics-js has a Date for both that is "formatted to spec", that of immutable-ics a Date of seven in the morning for a day.
# Surprise: both take a Date, a moment, and write the wall clock of the machine: one file says 10:00, another 06:00, a third
# 19:00, and each reader shows that as his own hour. With VALUE=DATE they take the day in UTC, so seven in the morning in Tokyo is
# the day before.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'ics-js@0.10.2' 'immutable-ics@0.4.0' >/dev/null
cat >p.cjs <<'END'
const ICS = require("ics-js");
const { Component, Property } = require("immutable-ics");
const moment = new Date("2024-05-04T10:00:00Z");
const shown = (text) => text.split("\r\n").filter((line) => line.startsWith("DT")).join(" | ");
for (const [start, parameters] of [[moment, {}], [new Date(2024, 4, 4, 7), { VALUE: "DATE" }]]) {
  const facts = [["UID", "1", {}], ["DTSTAMP", moment, {}], ["DTSTART", start, parameters]];
  const event = new ICS.VEVENT();
  for (const fact of facts) event.addProp(...fact);
  const properties = facts.map(([name, value, parameters]) => new Property({ name, value, parameters }));
  console.log("ics-js       ", shown(event.toString()));
  console.log("immutable-ics", shown(new Component({ name: "VEVENT", properties }).toString()));
}
END
cat >want <<'END'
TZ=UTC
ics-js        DTSTAMP:20240504T100000 | DTSTART:20240504T100000
immutable-ics DTSTAMP:20240504T100000 | DTSTART:20240504T100000
ics-js        DTSTAMP:20240504T100000 | DTSTART;VALUE=DATE:20240504
immutable-ics DTSTAMP:20240504T100000 | DTSTART;VALUE=DATE:20240504
TZ=America/New_York
ics-js        DTSTAMP:20240504T060000 | DTSTART:20240504T060000
immutable-ics DTSTAMP:20240504T060000 | DTSTART:20240504T060000
ics-js        DTSTAMP:20240504T060000 | DTSTART;VALUE=DATE:20240504
immutable-ics DTSTAMP:20240504T060000 | DTSTART;VALUE=DATE:20240504
TZ=Asia/Tokyo
ics-js        DTSTAMP:20240504T190000 | DTSTART:20240504T190000
immutable-ics DTSTAMP:20240504T190000 | DTSTART:20240504T190000
ics-js        DTSTAMP:20240504T190000 | DTSTART;VALUE=DATE:20240503
immutable-ics DTSTAMP:20240504T190000 | DTSTART;VALUE=DATE:20240503
END
for zone in UTC America/New_York Asia/Tokyo; do
  echo "TZ=$zone"
  TZ=$zone node p.cjs
done >seen
diff want seen || { echo "ics-js-clock-of-the-server: no longer as recorded" >&2; exit 1; }
echo "ics-js-clock-of-the-server: as recorded"
