#!/usr/bin/env bash
# Emacs, icalendar-import-buffer: every two months is every month, and every three weeks on two days is every week.
# INTERVAL counts periods of FREQ (RFC 5545 section 3.3.10); BYMONTHDAY=-1 is the last day of the month.
# Surprise: INTERVAL is kept for weeks with one weekday alone, and the last day of the month is the 31st: February
# and April have none. The import reports no error.
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
DTSTART;VALUE=DATE:20250107
RRULE:FREQ=MONTHLY;INTERVAL=2;UNTIL=20250601
SUMMARY:every two months
END:VEVENT
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20250107
RRULE:FREQ=WEEKLY;INTERVAL=3;UNTIL=20250301
SUMMARY:every three weeks
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20250107
RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,TH;UNTIL=20250215
SUMMARY:every three weeks on two days
END:VEVENT
BEGIN:VEVENT
UID:3@example.org
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20250131
RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20250430
SUMMARY:last day of the month
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
(dolist (entry (diary-list-entries '(1 1 2025) 130 t))
  (let ((date (nth 0 entry)))
    (princ (format "%02d-%02d %s\n" (nth 0 date) (nth 1 date) (string-trim (nth 1 entry))))))
END
cat >want <<'END'
01-07 every three weeks
01-07 every three weeks on two days
01-09 every three weeks on two days
01-14 every three weeks on two days
01-16 every three weeks on two days
01-21 every three weeks on two days
01-23 every three weeks on two days
01-28 every three weeks
01-28 every three weeks on two days
01-30 every three weeks on two days
02-04 every three weeks on two days
02-06 every three weeks on two days
02-11 every three weeks on two days
02-13 every three weeks on two days
02-18 every three weeks
01-07 every two months
02-07 every two months
03-07 every two months
04-07 every two months
05-07 every two months
01-31 last day of the month
03-31 last day of the month
END
emacs --batch -Q -l r.el 2>/dev/null | sort -k2,3 -k1,1 >seen
diff want seen || { echo "emacs-interval-of-months: no longer as recorded" >&2; exit 1; }
echo "emacs-interval-of-months: as recorded"
