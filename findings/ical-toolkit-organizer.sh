#!/usr/bin/env bash
# ical-toolkit writes an organizer with an assistant, and every reader has a wrong address for the organizer.
# RFC 5545 section 3.1: parameters are parted by semicolons, the first colon outside quotation marks begins the value,
# and a parameter value with a comma in it is quoted; section 3.6.1: an event's properties stand before its alarms.
# Surprise: with sentBy it writes a colon before CN, so icalendar, ical.js and node-ical answer to
# "CN=..:mailto:..". A guest named "Lee, A" is written without quotation marks and becomes two names in icalendar, and
# RRULE comes behind the alarms.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'ical-toolkit@1.0.9' 'ical.js@2.2.1' 'node-ical@0.27.2' >/dev/null
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2'
cat >w.cjs <<'END'
const builder = require("ical-toolkit").createIcsFileBuilder();
builder.events.push({
  uid: "1@example.org",
  stamp: new Date(Date.UTC(2024, 0, 1)),
  start: new Date(Date.UTC(2024, 0, 8, 9)),
  end: new Date(Date.UTC(2024, 0, 8, 10)),
  summary: "Meeting",
  alarms: [15],
  repeating: { freq: "WEEKLY", count: 4 },
  organizer: { name: "Office", email: "office@example.org", sentBy: "assistant@example.org" },
  attendees: [{ name: "Lee, A", email: "lee@example.org", status: "TENTATIVE", role: "REQ-PARTICIPANT", rsvp: true }],
});
const text = builder.toString();
require("fs").writeFileSync("c.ics", text);
for (const line of text.split("\r\n")) if (/^(ORGANIZER|ATTENDEE|RRULE|END:VALARM)/.test(line)) console.log("ical-toolkit", line);
END
cat >r.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
const text = readFileSync("c.ics", "utf8");
console.log("ical.js", new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstPropertyValue("organizer"));
console.log("node-ical", Object.values(nodeIcal.sync.parseICS(text)).find(({ type }) => type === "VEVENT").organizer.val);
END
cat >r.py <<'END'
import icalendar
event = icalendar.Calendar.from_ical(open("c.ics", newline="").read()).events[0]
print("icalendar", event["ORGANIZER"], "| names of the guest:", event["ATTENDEE"].params["CN"])
END
cat >want <<'END'
ical-toolkit ORGANIZER;SENT-BY="MAILTO:assistant@example.org":CN="Office":mailto:office@example.org
ical-toolkit ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=TENTATIVE;RSVP=TRUE;CN=Lee, A:MAILTO:lee@example.org
ical-toolkit END:VALARM
ical-toolkit RRULE:FREQ=WEEKLY;COUNT=4
ical.js CN="Office":mailto:office@example.org
node-ical CN="Office":mailto:office@example.org
icalendar CN="Office":mailto:office@example.org | names of the guest: ['Lee', ' A']
END
{
  node w.cjs
  node r.mjs
  v/bin/python r.py
} >seen
diff want seen || { echo "ical-toolkit-organizer: no longer as recorded" >&2; exit 1; }
echo "ical-toolkit-organizer: as recorded"
