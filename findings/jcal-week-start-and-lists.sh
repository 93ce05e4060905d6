#!/usr/bin/env bash
# jCal between ical.js and icalendar (Python): weeks from Sunday are refused, and so is a list of features.
# In jCal the start of the week is the name of a weekday, as in BYDAY (RFC 7265 section 3.6.10), and a
# parameter of several values is an array (section 3.4).
# Surprise: ical.js writes WKST=SU as 1, and icalendar refuses the whole calendar. icalendar writes the two
# features of a conference as an array, and ical.js has a TypeError for it, though it takes the arrays of
# MEMBER; its own jCal has one string for both, which icalendar writes as one quoted value. Each reads its
# own.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
for name in week list members; do
  cat >$name.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20240101T000000Z
DTSTART:20240107T090000Z
LINE
END:VEVENT
END:VCALENDAR
END
done
sed -i 's/^LINE/RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU/' week.ics
sed -i 's/^LINE/CONFERENCE;VALUE=URI;FEATURE=PHONE,MODERATOR:tel:+49301234/' list.ics
sed -i 's/^LINE/ATTENDEE;MEMBER="mailto:a@example.org","mailto:b@example.org":mailto:c@example.org/' members.ics
cat >j.mjs <<'END'
import { readFileSync, writeFileSync } from "node:fs";
import ICAL from "ical.js";
for (const name of ["week", "list", "members"]) {
  writeFileSync(`${name}.js.json`, JSON.stringify(ICAL.parse(readFileSync(`${name}.ics`, "utf8"))));
  const jcal = JSON.parse(readFileSync(`${name}.py.json`, "utf8"));
  let text;
  try {
    text = ICAL.stringify(jcal).replaceAll("\r\n ", "").split("\r\n").at(-4);
  } catch (error) {
    text = error.name;
  }
  console.log(name, JSON.stringify(jcal[2][0][1].at(-1)), "written by ical.js:", text);
}
END
cat >d.py <<'END'
import json, sys
from icalendar import Calendar
for name in "week", "list", "members":
    if sys.argv[1] == "write":
        json.dump(Calendar.from_ical(open(name + ".ics", "rb").read()).to_jcal(), open(name + ".py.json", "w"))
        continue
    jcal = json.load(open(name + ".js.json"))
    try:
        text = Calendar.from_jcal(jcal).to_ical().decode().replace("\r\n ", "").splitlines()[-3]
    except ValueError as error:
        text = type(error).__name__
    print(name, json.dumps(jcal[2][0][1][-1]), "written by icalendar:", text)
END
cat >want <<'END'
week ["rrule",{},"recur",{"freq":"WEEKLY","interval":2,"wkst":"SU"}] written by ical.js: RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU
list ["conference",{"feature":["PHONE","MODERATOR"]},"uri","tel:+49301234"] written by ical.js: TypeError
members ["attendee",{"member":["mailto:a@example.org","mailto:b@example.org"]},"cal-address","mailto:c@example.org"] written by ical.js: ATTENDEE;MEMBER="mailto:a@example.org","mailto:b@example.org":mailto:c@example.org
week ["rrule", {}, "recur", {"freq": "WEEKLY", "interval": 2, "wkst": 1}] written by icalendar: JCalParsingError
list ["conference", {"feature": "PHONE,MODERATOR"}, "uri", "tel:+49301234"] written by icalendar: CONFERENCE;FEATURE="PHONE,MODERATOR":tel:+49301234
members ["attendee", {"member": ["mailto:a@example.org", "mailto:b@example.org"]}, "cal-address", "mailto:c@example.org"] written by icalendar: ATTENDEE;MEMBER="mailto:a@example.org","mailto:b@example.org":mailto:c@example.org
END
{
  sed -i 's/$/\r/' ./*.ics
  venv/bin/python d.py write
  node j.mjs
  venv/bin/python d.py read
} >seen
diff want seen || { echo "jcal-week-start-and-lists: no longer as recorded" >&2; exit 1; }
echo "jcal-week-start-and-lists: as recorded"
