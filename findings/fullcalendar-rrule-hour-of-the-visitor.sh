#!/usr/bin/env bash
# FullCalendar's RRule plugin: 9:00 in New York, given with its TZID, is a whole day; with allDay: false it is 15:00 in New York for
# visitors in Berlin.
# RFC 5545 section 3.2.19: a local time with a TZID is that of the zone. The plugin's documentation: rrule is whatever rrule.js reads,
# for one a string with DTSTART; a time in it makes hours, and whole days are dates without one.
# Surprise: the plugin looks for a time behind "DTSTART:", so one behind "DTSTART;TZID=...:" is none. With allDay: false it takes what
# rrule.js returns, the hour by the clock of the visitor's machine, for one in the page's timeZone, so the page is right for visitors in
# the zone of the rule alone; with an UNTIL in UTC, which section 3.3.10 asks for beside a TZID, it is right for none of the three. A
# DTSTART in UTC has the same moment for all.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund '@fullcalendar/core@6.1.21' '@fullcalendar/rrule@6.1.21' '@fullcalendar/daygrid@6.1.21' '@fullcalendar/luxon3@6.1.21' \
  'luxon@3.7.2' 'rrule@2.8.1' 'jsdom@24.1.3' >/dev/null
cat >j.cjs <<'END'
const { window } = new (require("jsdom").JSDOM)("<main></main>");
Object.assign(globalThis, { window, document: window.document, HTMLElement: window.HTMLElement, requestAnimationFrame: setTimeout });
const { Calendar } = require("@fullcalendar/core");
const plugins = ["rrule", "daygrid", "luxon3"].map((name) => require("@fullcalendar/" + name).default);
const inNewYork = "DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY";
for (const event of [
  { rrule: inNewYork + ";COUNT=2" },
  { rrule: inNewYork + ";COUNT=2", allDay: false },
  { rrule: inNewYork + ";UNTIL=20240313T130000Z" },
  { rrule: "DTSTART:20240306T140000Z\nRRULE:FREQ=WEEKLY;COUNT=2" },
]) {
  const calendar = new Calendar(document.querySelector("main"), { plugins, timeZone: "America/New_York", initialView: "dayGridMonth", initialDate: "2024-03-15", events: [event] });
  calendar.render();
  console.log(`  ${JSON.stringify(event)}:`, calendar.getEvents().map((each) => each.startStr).join(" "));
  calendar.destroy();
}
END
cat >want <<'END'
a visitor in America/New_York, a page in America/New_York
  {"rrule":"DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY;COUNT=2"}: 2024-03-06 2024-03-13
  {"rrule":"DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY;COUNT=2","allDay":false}: 2024-03-06T09:00:00-05:00 2024-03-13T09:00:00-04:00
  {"rrule":"DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY;UNTIL=20240313T130000Z"}: 2024-03-06T04:00:00-05:00 2024-03-13T05:00:00-04:00
  {"rrule":"DTSTART:20240306T140000Z\nRRULE:FREQ=WEEKLY;COUNT=2"}: 2024-03-06T09:00:00-05:00 2024-03-13T10:00:00-04:00
a visitor in Europe/Berlin, a page in America/New_York
  {"rrule":"DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY;COUNT=2"}: 2024-03-06 2024-03-13
  {"rrule":"DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY;COUNT=2","allDay":false}: 2024-03-06T15:00:00-05:00 2024-03-13T14:00:00-04:00
  {"rrule":"DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY;UNTIL=20240313T130000Z"}: 2024-03-06T10:00:00-05:00 2024-03-13T10:00:00-04:00
  {"rrule":"DTSTART:20240306T140000Z\nRRULE:FREQ=WEEKLY;COUNT=2"}: 2024-03-06T09:00:00-05:00 2024-03-13T10:00:00-04:00
a visitor in Asia/Tokyo, a page in America/New_York
  {"rrule":"DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY;COUNT=2"}: 2024-03-06 2024-03-13
  {"rrule":"DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY;COUNT=2","allDay":false}: 2024-03-06T23:00:00-05:00 2024-03-13T22:00:00-04:00
  {"rrule":"DTSTART;TZID=America/New_York:20240306T090000\nRRULE:FREQ=WEEKLY;UNTIL=20240313T130000Z"}: 2024-03-06T18:00:00-05:00 2024-03-13T18:00:00-04:00
  {"rrule":"DTSTART:20240306T140000Z\nRRULE:FREQ=WEEKLY;COUNT=2"}: 2024-03-06T09:00:00-05:00 2024-03-13T10:00:00-04:00
END
for zone in America/New_York Europe/Berlin Asia/Tokyo; do
  echo "a visitor in $zone, a page in America/New_York"
  TZ=$zone node j.cjs
done >seen
diff want seen || { echo "fullcalendar-rrule-hour-of-the-visitor: no longer as recorded" >&2; exit 1; }
echo "fullcalendar-rrule-hour-of-the-visitor: as recorded"
