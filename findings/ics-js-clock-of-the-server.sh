#!/usr/bin/env bash
# ics-js and immutable-ics: 10:00 UTC is written as the hour of the machine that writes, without a zone, and days go by UTC.
# RFC 5545 section 3.3.5: an hour without Z and TZID is of whatever clock the reader has; section 3.8.7.2: DTSTAMP is in UTC.
# Section 3.3.11: commas, semicolons, backslashes and line breaks of a text are escaped; section 3.2: a parameter with a comma is quoted.
# Surprise: both take a Date, a moment, and write the wall clock of the machine: one file says 10:00, another 06:00, a third
# 19:00, and each reader shows that as his own hour. With VALUE=DATE they take the day in UTC, so a day that begins at midnight in
# Tokyo is the day before. ics-js leaves a text as it is, so the second line of a description is read as the rest of the
# first, and both leave "Doe, Ann" without quotes.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ics-js@0.10.2' 'immutable-ics@0.4.0' >/dev/null
cat >p.cjs <<'END'
const ICS = require("ics-js");
const { Component, Property } = require("immutable-ics");
const moment = new Date("2027-05-04T10:00:00Z");
const midnight = new Date(2027, 4, 4);
const facts = [
  ["DTSTAMP", moment, {}], ["DTSTART", moment, {}], ["DTEND", midnight, { VALUE: "DATE" }],
  ["DESCRIPTION", "Doors at seven,\ntalks", {}], ["ATTENDEE", "mailto:ann@example.org", { CN: "Doe, Ann" }],
];
const event = new ICS.VEVENT();
for (const [name, value, parameters] of facts) event.addProp(name, value, parameters);
event.addProp("UID", "1");
const other = new Component({
  name: "VEVENT",
  properties: facts.map(([name, value, parameters]) => new Property({ name, value, parameters })),
});
const shown = (text) => text.split(/\r\n/).filter((line) => /^(DT|DESCR|ATT| )/.test(line)).join(" | ");
console.log("ics-js       ", shown(event.toString()));
console.log("immutable-ics", shown(other.toString()));
require("fs").writeFileSync("a.ics", event.toString());
END
cat >p.py <<'END'
from icalendar import Event
print("icalendar reads of ics-js:", repr(str(Event.from_ical(open("a.ics", newline="").read())["DESCRIPTION"])))
END
cat >want <<'END'
TZ=UTC
ics-js        DTSTAMP:20270504T100000 | DTSTART:20270504T100000 | DTEND;VALUE=DATE:20270504 | DESCRIPTION:Doors at seven, |  talks | ATTENDEE;CN=Doe, Ann:mailto:ann@example.org
immutable-ics DTSTAMP:20270504T100000 | DTSTART:20270504T100000 | DTEND;VALUE=DATE:20270504 | DESCRIPTION:Doors at seven\,\ntalks | ATTENDEE;CN=Doe, Ann:mailto:ann@example.org
TZ=America/New_York
ics-js        DTSTAMP:20270504T060000 | DTSTART:20270504T060000 | DTEND;VALUE=DATE:20270504 | DESCRIPTION:Doors at seven, |  talks | ATTENDEE;CN=Doe, Ann:mailto:ann@example.org
immutable-ics DTSTAMP:20270504T060000 | DTSTART:20270504T060000 | DTEND;VALUE=DATE:20270504 | DESCRIPTION:Doors at seven\,\ntalks | ATTENDEE;CN=Doe, Ann:mailto:ann@example.org
TZ=Asia/Tokyo
ics-js        DTSTAMP:20270504T190000 | DTSTART:20270504T190000 | DTEND;VALUE=DATE:20270503 | DESCRIPTION:Doors at seven, |  talks | ATTENDEE;CN=Doe, Ann:mailto:ann@example.org
immutable-ics DTSTAMP:20270504T190000 | DTSTART:20270504T190000 | DTEND;VALUE=DATE:20270503 | DESCRIPTION:Doors at seven\,\ntalks | ATTENDEE;CN=Doe, Ann:mailto:ann@example.org
icalendar reads of ics-js: 'Doors at seven,talks'
END
for zone in UTC America/New_York Asia/Tokyo; do
  echo "TZ=$zone"
  TZ=$zone node p.cjs
done >seen
v/bin/python p.py >>seen
diff want seen || { echo "ics-js-clock-of-the-server: no longer as recorded" >&2; exit 1; }
echo "ics-js-clock-of-the-server: as recorded"
