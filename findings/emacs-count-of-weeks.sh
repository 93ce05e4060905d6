#!/usr/bin/env bash
# Emacs, icalendar-import-buffer: a weekly meeting held three times is in the diary four times.
# COUNT bounds the number of dates (RFC 5545 section 3.3.10).
# Surprise: weekly hours have one date too many, and Tuesday and Thursday four times becomes nine dates, as COUNT is
# taken for weeks. Daily hours and weekly whole days are right.
set -euo pipefail
command -v emacs >/dev/null || { echo "emacs is missing: skipped"; exit 77; }
emacs --version | grep -q "^GNU Emacs 28\.2$" || { echo "not Emacs 28.2: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
cat >a.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:0@example.org
DTSTAMP:20250101T000000Z
DTSTART:20250107T100000Z
DTEND:20250107T110000Z
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:weekly 3 times
END:VEVENT
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20250101T000000Z
DTSTART:20250107T100000Z
DTEND:20250107T110000Z
RRULE:FREQ=DAILY;COUNT=3
SUMMARY:daily 3 times
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20250107
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:weekly whole days 3 times
END:VEVENT
BEGIN:VEVENT
UID:3@example.org
DTSTAMP:20250101T000000Z
DTSTART:20250107T100000Z
DTEND:20250107T110000Z
RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4
SUMMARY:Tuesday and Thursday 4 times
END:VEVENT
END:VCALENDAR
END
sed -i 's/$/\r/' a.ics
cat >r.el <<'END'
(require 'icalendar)
(require 'diary-lib)
(calendar-set-date-style 'iso)
(setq icalendar-import-format "%s" diary-file (expand-file-name "diary") inhibit-message t)
(with-temp-buffer
  (insert-file-contents "a.ics")
  (icalendar-import-buffer diary-file t))
(dolist (entry (diary-list-entries '(1 1 2025) 60 t))
  (let ((date (nth 0 entry)))
    (princ (format "%02d-%02d %s\n" (nth 0 date) (nth 1 date) (string-trim (nth 1 entry))))))
END
cat >want <<'END'
01-07 10:00-11:00 Tuesday and Thursday 4 times
01-09 10:00-11:00 Tuesday and Thursday 4 times
01-14 10:00-11:00 Tuesday and Thursday 4 times
01-16 10:00-11:00 Tuesday and Thursday 4 times
01-21 10:00-11:00 Tuesday and Thursday 4 times
01-23 10:00-11:00 Tuesday and Thursday 4 times
01-28 10:00-11:00 Tuesday and Thursday 4 times
01-30 10:00-11:00 Tuesday and Thursday 4 times
02-04 10:00-11:00 Tuesday and Thursday 4 times
01-07 10:00-11:00 daily 3 times
01-08 10:00-11:00 daily 3 times
01-09 10:00-11:00 daily 3 times
01-07 10:00-11:00 weekly 3 times
01-14 10:00-11:00 weekly 3 times
01-21 10:00-11:00 weekly 3 times
01-28 10:00-11:00 weekly 3 times
01-07 weekly whole days 3 times
01-14 weekly whole days 3 times
01-21 weekly whole days 3 times
END
emacs --batch -Q -l r.el 2>/dev/null | sort -k2,3 -k1,1 >seen
diff want seen || { echo "emacs-count-of-weeks: no longer as recorded" >&2; exit 1; }
echo "emacs-count-of-weeks: as recorded"
