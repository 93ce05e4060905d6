#!/usr/bin/env bash
# zensical-feeds (Python): an entry for the party in 2027, and the class at 18:00 in 2025 is at 18:00 UTC, one or two hours late.
# RFC 5545 section 3.6.5: a VTIMEZONE has the rules that hold at all times that the calendar names by it, and each rule begins with
# its DTSTART. Its README: a real VTIMEZONE, so that "recurring events do not drift an hour", and exdates are "Dates to skip".
# Surprise: the last change of the clock of either kind is looked up in the years of all events, and the rules begin there: the class
# of 2025 is before the first. With events of one year it is so until March. ical.js, which goes by the block, finds no offset; who
# goes by the name of the zone is right. A date in exdates, for a class with an hour, is midnight of that day, so the class takes
# place, and one with an offset stands as UTC behind the TZID of another. An organizer's name is an address, "CN=Club:invalid:nomail".
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'zensical-feeds==0.2.0' 'click==8.5.1' 'Markdown==3.11.3' 'PyYAML==6.0.4' 'tzdata==2026.1' 'icalendar==7.3.2' 'recurring-ical-events==3.8.2'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
mkdir docs site
cat >zensical.toml <<'END'
[project]
site_name = "Club"
site_url = "https://example.org/"
[feeds]
timezone = "Europe/Berlin"
[feeds.ics]
past_days = 0
END
cat >docs/class.md <<'END'
---
title: Class
event: {start: 2025-01-14 18:00, end: 2025-01-14 19:00, rrule: FREQ=MONTHLY;COUNT=5, exdates: [2025-02-14, "2025-03-14T18:00:00+01:00"]}
---
END
cat >p.py <<'END'
from datetime import UTC
import icalendar, recurring_ical_events
calendar = icalendar.Calendar.from_ical(open("site/events.ics", newline="").read())
starts = (event["DTSTART"].dt.astimezone(UTC) for event in recurring_ical_events.of(calendar).between((2025, 1, 1), (2026, 1, 1)) if event["SUMMARY"] == "Class")
print("  recurring-ical-events:", *(f"{start:%m-%dT%H:%MZ}" for start in sorted(starts)))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const component = new ICAL.Component(ICAL.parse(readFileSync("site/events.ics", "utf8"))).getAllSubcomponents("vevent").find((event) => event.getFirstPropertyValue("summary") === "Class");
const dates = new ICAL.Event(component).iterator(), starts = [];
for (let date; (date = dates.next()); ) starts.push(date.toJSDate().toISOString().slice(5, 16) + "Z");
console.log("  ical.js:", starts.join(" "));
END
cat >want <<'END'
a party: none
  DTSTART:20250330T020000
  DTSTART:20251026T030000
  recurring-ical-events: 01-14T17:00Z 02-14T17:00Z 04-14T16:00Z 05-14T16:00Z
  ical.js: 01-14T18:00Z 02-14T18:00Z 03-14T18:00Z 04-14T16:00Z 05-14T16:00Z
a party: 2025-07-05
  DTSTART:20250330T020000
  DTSTART:20251026T030000
  recurring-ical-events: 01-14T17:00Z 02-14T17:00Z 04-14T16:00Z 05-14T16:00Z
  ical.js: 01-14T18:00Z 02-14T18:00Z 03-14T18:00Z 04-14T16:00Z 05-14T16:00Z
a party: 2027-07-05
  DTSTART:20270328T020000
  DTSTART:20271031T030000
  recurring-ical-events: 01-14T17:00Z 02-14T17:00Z 04-14T16:00Z 05-14T16:00Z
  ical.js: 01-14T18:00Z 02-14T18:00Z 03-14T18:00Z 04-14T18:00Z 05-14T18:00Z
EXDATE;TZID=Europe/Berlin:20250214T000000,20250314T170000Z
ORGANIZER:CN=Club:invalid:nomail
END
for party in none 2025-07-05 2027-07-05; do
  echo "a party: $party"
  [ $party = none ] || printf '%s\n' --- 'title: Party' "event: {start: $party 18:00, end: $party 22:00, organizer: Club}" --- >docs/party.md
  v/bin/zensical-feeds build >/dev/null
  grep -A1 '^BEGIN:\(DAY\|STAND\)' site/events.ics | grep DTSTART | sed 's/^/  /'
  v/bin/python p.py
  node j.mjs
done >seen
grep '^EXDATE\|^ORGANIZER' site/events.ics >>seen
sed -i 's/\r//' seen
diff want seen || { echo "zensical-feeds-party-of-next-year: no longer as recorded" >&2; exit 1; }
echo "zensical-feeds-party-of-next-year: as recorded"
