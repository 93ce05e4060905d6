#!/usr/bin/env bash
# Org (Emacs), agenda and iCalendar export of one file: the 31st of each month goes to 2 March or not, a night ends before it begins.
# RFC 5545 section 3.3.10: a month without a 31st has no date of FREQ=MONTHLY from a 31st; section 3.8.2.2: DTEND is
# later than DTSTART. Org's manual, "Repeated tasks" and "Creating timestamps": +1m is each month, and 22:00-02:00 a range.
# Surprise: Org shows <2024-01-31 +1m> on 2 March, 31 March and 1 May, its export is read as 31 March and 31 May.
# 29 February each year is 1 March in the agenda, each fourth year in the export. 22:00-02:00 is exported with an end
# twenty hours before its start. +5h is each day at the same hour in the agenda, each five hours in the export.
set -euo pipefail
for tool in emacs python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
emacs --version | grep -q "^GNU Emacs 28\.2$" || { echo "not Emacs 28.2: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH= HOME="$dir"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'recurring-ical-events==3.8.2'
cat >a.org <<'END'
* rent
<2024-01-31 Wed +1m>
* leap day
<2024-02-29 Thu +1y>
* night shift
<2024-02-05 Mon 22:00-02:00>
* pill
<2024-02-06 Tue 10:00 +5h>
END
cat >e.el <<'END'
(require 'org)
(require 'ox-icalendar)
(setq org-icalendar-timezone "" org-agenda-files (list (expand-file-name "a.org")) org-agenda-span 600
      org-agenda-start-day "2024-01-01" org-agenda-show-all-dates nil)
(princ (format "Org %s\n" org-version))
(with-current-buffer (find-file-noselect "a.org")
  (org-icalendar-export-to-ics))
(org-agenda-list)
(with-current-buffer "*Org Agenda*"
  (princ (buffer-string)))
END
cat >p.py <<'END'
import re
from datetime import datetime
import icalendar
import recurring_ical_events
agenda, day = {}, ""
for line in open("agenda"):
    if match := re.match(r"\w+day +(\d+ \w+ \d{4})", line):
        day = f"{datetime.strptime(match[1], '%d %B %Y'):%y-%m-%d}"
    elif match := re.match(r"  a: +(?:([0-9:-]+)[ .]+)?(.+)", line):
        agenda.setdefault(match[2].strip(), []).append(f"{day} {match[1] or ''}".strip())
calendar = icalendar.Calendar.from_ical(open("a.ics").read())
print(open("agenda").readline().strip())
for event in calendar.walk("VEVENT"):
    title = str(event["SUMMARY"])
    lines = [line for line in event.to_ical().decode().splitlines() if line.startswith(("DTSTART", "DTEND", "RRULE"))]
    print(title, "|", *lines)
    print("  agenda:", *(f"{date}," for date in agenda[title][:4]))
    if event["DTEND"].dt > event["DTSTART"].dt:
        dates = recurring_ical_events.of(calendar).between((2024, 1, 1), (2025, 8, 1))
        own = sorted(date["DTSTART"].dt for date in dates if date["SUMMARY"] == title)
        print("  export:", *(f"{date:%y-%m-%d %H:%M},".replace(" 00:00", "") for date in own[:4]))
END
cat >want <<'END'
Org 9.5.5
rent | DTSTART;VALUE=DATE:20240131 DTEND;VALUE=DATE:20240201 RRULE:FREQ=MONTHLY;INTERVAL=1
  agenda: 24-01-31, 24-03-02, 24-03-31, 24-05-01,
  export: 24-01-31, 24-03-31, 24-05-31, 24-07-31,
leap day | DTSTART;VALUE=DATE:20240229 DTEND;VALUE=DATE:20240301 RRULE:FREQ=YEARLY;INTERVAL=1
  agenda: 24-02-29, 25-03-01,
  export: 24-02-29,
night shift | DTSTART:20240205T220000 DTEND:20240205T020000
  agenda: 24-02-05 22:00-2:00,
pill | DTSTART:20240206T100000 DTEND:20240206T120000 RRULE:FREQ=HOURLY;INTERVAL=5
  agenda: 24-02-06 10:00, 24-02-07 10:00, 24-02-08 10:00, 24-02-09 10:00,
  export: 24-02-06 10:00, 24-02-06 15:00, 24-02-06 20:00, 24-02-07 01:00,
END
emacs --batch -Q -l e.el 2>/dev/null >agenda
{
  v/bin/python p.py
} >seen
diff want seen || { echo "emacs-org-agenda-and-export: no longer as recorded" >&2; exit 1; }
echo "emacs-org-agenda-and-export: as recorded"
