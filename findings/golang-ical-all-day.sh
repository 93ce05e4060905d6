#!/usr/bin/env bash
# golang-ical: a whole day set for New York in the evening is the next one, and is written as "20240109Z", a value of no type.
# RFC 5545 section 3.3.4: a date is eight digits and has no zone; DTSTART says VALUE=DATE for it (3.8.2.4). Section 3.2: a
# parameter with a comma or a colon in it stands in quotation marks.
# Surprise: SetAllDayStartAt() takes the date in UTC, adds a Z and no VALUE, and icalendar finds no start in the event; its own
# reader takes it. Reading an invitation and writing it takes all quotation marks away, so that the name is two and the
# attendee begins at the first colon of his team's address. This is the snapshot that Debian 12 has.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'golang-github-arran4-golang-ical-dev=0.0~git20220517.fd89fef-2' 'golang-1.19-go=1.19.8-2' 'golang-1.19-src=1.19.8-2' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'tzdata==2026.1'
mkdir g
cat >g/main.go <<'END'
package main
import (
	"fmt"
	"os"
	"strings"
	"time"
	ics "github.com/arran4/golang-ical"
)
func main() {
	zone, _ := time.LoadLocation("America/New_York")
	written := ics.NewCalendar()
	day := written.AddEvent("1@example.org")
	day.SetDtStampTime(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	day.SetAllDayStartAt(time.Date(2024, 1, 8, 21, 0, 0, 0, zone))
	os.WriteFile("day.ics", []byte(written.Serialize()), 0o644)
	start, _ := day.GetAllDayStartAt()
	fmt.Println("golang-ical itself:", start)
	invitation, _ := os.ReadFile("invitation")
	read, _ := ics.ParseCalendar(strings.NewReader(string(invitation)))
	os.WriteFile("again.ics", []byte(read.Serialize()), 0o644)
}
END
sed 's/$/\r/' >invitation <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//test//EN
BEGIN:VEVENT
UID:2@example.org
DTSTAMP:20240101T000000Z
DTSTART:20240108T090000Z
ATTENDEE;CN="Miller, Anna";MEMBER="mailto:team@example.org":mailto:anna@example.org
END:VEVENT
END:VCALENDAR
END
cat >p.py <<'END'
from icalendar import Calendar
for name in "day.ics", "invitation", "again.ics":
    text = open(name, newline="").read()
    event = Calendar.from_ical(text).walk("VEVENT")[0]
    lines = text.replace("\r\n ", "").split("\r\n")
    print(name, *(line for line in lines if line.startswith(("DTSTART", "ATTENDEE"))), sep="\n  ")
    for field, reason in event.errors:
        print("  icalendar:", field, reason)
    if attendee := event.get("ATTENDEE"):
        print("  icalendar:", attendee, dict(attendee.params))
END
cat >want <<'END'
golang-ical itself: 2024-01-09 00:00:00 +0000 UTC
day.ics
  DTSTART:20240109Z
  icalendar: DTSTART Expected datetime, date, or time. Got: '20240109Z'
invitation
  DTSTART:20240108T090000Z
  ATTENDEE;CN="Miller, Anna";MEMBER="mailto:team@example.org":mailto:anna@example.org
  icalendar: mailto:anna@example.org {'CN': 'Miller, Anna', 'MEMBER': 'mailto:team@example.org'}
again.ics
  DTSTART:20240108T090000Z
  ATTENDEE;CN=Miller, Anna;MEMBER=mailto:team@example.org:mailto:anna@example.org
  icalendar: team@example.org:mailto:anna@example.org {'CN': ['Miller', ' Anna'], 'MEMBER': 'mailto'}
END
{
  export GOROOT=$dir/deb/usr/lib/go-1.19 GOPATH=$dir/deb/usr/share/gocode GOCACHE=$dir/cache GO111MODULE=off
  "$GOROOT/bin/go" run ./g
  v/bin/python p.py
} >seen
diff want seen || { echo "golang-ical-all-day: no longer as recorded" >&2; exit 1; }
echo "golang-ical-all-day: as recorded"
