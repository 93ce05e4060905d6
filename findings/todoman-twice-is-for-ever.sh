#!/usr/bin/env bash
# todoman: a task of two Fridays is open again after each that is done, for ever, and due when it begins; after an UNTIL one without a date
# stays.
# RFC 5545 section 3.3.10: COUNT and UNTIL bound the dates. Section 3.8.5.3: the rule makes starts, and each is followed by DUE after
# the same time as the first; section 3.8.2.3: DUE is later than DTSTART.
# Surprise: "todo done" closes the task and writes the next one with the same rule, from which COUNT is never taken. It looks for the
# next date after the start and for one after DUE by itself, so a task from Friday to Monday becomes one from Friday to that Friday,
# and then one without a start; and where UNTIL is the last start, the last task has no DUE. If there is no next date, the next task has
# the rule and no date. Without COUNT, UNTIL and BYDAY tasks of some days, or of an hour, are right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'todoman==4.7.0' 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'click==8.5.1' 'tzdata==2026.1'
cat >config.py <<END
path = "$dir/lists/*"
cache_path = "$dir/cache"
date_format = "%Y-%m-%d"
time_format = "%H:%M"
END
task() {
  rm -rf lists cache
  mkdir -p lists/desk
  printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//example.org//test//EN BEGIN:VTODO UID:1@example.org DTSTAMP:20240101T000000Z "$@" SUMMARY:Report END:VTODO END:VCALENDAR >lists/desk/1.ics
  for turn in 1 2 3 4; do
    number=$(v/bin/todo --config config.py --porcelain list | python3 -c 'import json, sys; print(*(task["id"] for task in json.load(sys.stdin)))')
    file=$(grep -L STATUS:COMPLETED lists/desk/*.ics) || true
    echo "$turn: ${number:+open:} $(sed -n 's/\r//; /^DTSTART\|^DUE\|^RRULE/p' $file </dev/null | sort | paste -sd ' ')"
    [ -n "$number" ] || break
    v/bin/todo --config config.py done "$number" >/dev/null
  done
}
cat >want <<'END'
1: open: DTSTART:20240105T090000Z DUE:20240108T090000Z RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=2
2: open: DTSTART:20240112T090000Z DUE:20240112T090000Z RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=FR
3: open: DUE:20240119T090000Z RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=FR
4: open: DUE:20240126T090000Z RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=FR
1: open: DTSTART;VALUE=DATE:20240105 DUE;VALUE=DATE:20240108 RRULE:FREQ=WEEKLY;COUNT=2
2: open: DTSTART;VALUE=DATE:20240112 DUE;VALUE=DATE:20240115 RRULE:FREQ=WEEKLY;COUNT=2
3: open: DTSTART;VALUE=DATE:20240119 DUE;VALUE=DATE:20240122 RRULE:FREQ=WEEKLY;COUNT=2
4: open: DTSTART;VALUE=DATE:20240126 DUE;VALUE=DATE:20240129 RRULE:FREQ=WEEKLY;COUNT=2
1: open: DTSTART:20240108T090000Z DUE:20240108T100000Z RRULE:FREQ=WEEKLY;UNTIL=20240115T090000Z
2: open: DTSTART:20240115T090000Z RRULE:FREQ=WEEKLY;UNTIL=20240115T090000Z
3: open: RRULE:FREQ=WEEKLY;UNTIL=20240115T090000Z
4: open: RRULE:FREQ=WEEKLY;UNTIL=20240115T090000Z
1: open: DTSTART;VALUE=DATE:20240105 DUE;VALUE=DATE:20240108 RRULE:FREQ=MONTHLY
2: open: DTSTART;VALUE=DATE:20240205 DUE;VALUE=DATE:20240208 RRULE:FREQ=MONTHLY
3: open: DTSTART;VALUE=DATE:20240305 DUE;VALUE=DATE:20240308 RRULE:FREQ=MONTHLY
4: open: DTSTART;VALUE=DATE:20240405 DUE;VALUE=DATE:20240408 RRULE:FREQ=MONTHLY
END
{
  task DTSTART:20240105T090000Z DUE:20240108T090000Z 'RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=2'
  task 'DTSTART;VALUE=DATE:20240105' 'DUE;VALUE=DATE:20240108' 'RRULE:FREQ=WEEKLY;COUNT=2'
  task DTSTART:20240108T090000Z DUE:20240108T100000Z 'RRULE:FREQ=WEEKLY;UNTIL=20240115T090000Z'
  task 'DTSTART;VALUE=DATE:20240105' 'DUE;VALUE=DATE:20240108' RRULE:FREQ=MONTHLY
} >seen
diff want seen || { echo "todoman-twice-is-for-ever: no longer as recorded" >&2; exit 1; }
echo "todoman-twice-is-for-ever: as recorded"
