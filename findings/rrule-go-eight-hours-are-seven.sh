#!/usr/bin/env bash
# rrule-go: eight hourly dates over the night in March are seven, in autumn an hour is missing, and a whole day is no start.
# RFC 5545 section 3.3.10: a local time that does not exist is ignored and not counted; section 3.8.5.3: a rule has COUNT dates.
# Section 3.8.2.4 has DTSTART;VALUE=DATE, and section 3.8.5.1 EXDATE;VALUE=DATE.
# Surprise: where the clocks skip an hour it is counted and given to nobody, so COUNT=8 makes seven dates, while "every two hours"
# comes at 0, 3, 4 and 6 o'clock, the skipped 2 as 3. In autumn the first of the two like hours is left out. With
# DTSTART;VALUE=DATE the text is refused for its "bad TZID parameter", and a start without hours, which is no RFC 5545, is read.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'golang-github-teambition-rrule-go-dev=1.8.1-1' 'golang-1.19-go=1.19.8-2' 'golang-1.19-src=1.19.8-2' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
mkdir g
cat >g/main.go <<'END'
package main
import (
	"fmt"
	"strings"
	"github.com/teambition/rrule-go"
)
func main() {
	for _, text := range []string{
		"DTSTART;TZID=Europe/Berlin:20250329T220000\nRRULE:FREQ=HOURLY;COUNT=8",
		"DTSTART;TZID=Europe/Berlin:20250330T000000\nRRULE:FREQ=HOURLY;INTERVAL=2;COUNT=4",
		"DTSTART;TZID=Europe/Berlin:20251026T000000\nRRULE:FREQ=HOURLY;COUNT=5",
		"DTSTART;VALUE=DATE:20250329\nRRULE:FREQ=DAILY;COUNT=2",
		"DTSTART:20250329\nRRULE:FREQ=DAILY;COUNT=2",
		"DTSTART:20250329T090000Z\nRRULE:FREQ=DAILY;COUNT=2",
	} {
		line := strings.ReplaceAll(text, "\n", " ")
		set, err := rrule.StrToRRuleSet(text)
		if err != nil {
			fmt.Println(line, "|", err)
			continue
		}
		dates := []string{}
		for _, date := range set.All() {
			dates = append(dates, date.Format("02T15Z07"))
		}
		fmt.Println(line, "|", len(dates), strings.Join(dates, " "), "|", strings.Fields(set.String())[0])
	}
}
END
cat >want <<'END'
DTSTART;TZID=Europe/Berlin:20250329T220000 RRULE:FREQ=HOURLY;COUNT=8 | 7 29T22+01 29T23+01 30T00+01 30T01+01 30T03+02 30T04+02 30T05+02 | DTSTART;TZID=Europe/Berlin:20250329T220000
DTSTART;TZID=Europe/Berlin:20250330T000000 RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=4 | 4 30T00+01 30T03+02 30T04+02 30T06+02 | DTSTART;TZID=Europe/Berlin:20250330T000000
DTSTART;TZID=Europe/Berlin:20251026T000000 RRULE:FREQ=HOURLY;COUNT=5 | 5 26T00+02 26T01+02 26T02+01 26T03+01 26T04+01 | DTSTART;TZID=Europe/Berlin:20251026T000000
DTSTART;VALUE=DATE:20250329 RRULE:FREQ=DAILY;COUNT=2 | StrToDtStart failed: bad TZID parameter format
DTSTART:20250329 RRULE:FREQ=DAILY;COUNT=2 | 2 29T00Z 30T00Z | DTSTART:20250329T000000Z
DTSTART:20250329T090000Z RRULE:FREQ=DAILY;COUNT=2 | 2 29T09Z 30T09Z | DTSTART:20250329T090000Z
END
{
  export GOROOT=$dir/deb/usr/lib/go-1.19 GOPATH=$dir/deb/usr/share/gocode GOCACHE=$dir/cache GO111MODULE=off ZONEINFO=$dir/deb/usr/lib/go-1.19/lib/time/zoneinfo.zip
  "$GOROOT/bin/go" run ./g
} >seen
diff want seen || { echo "rrule-go-eight-hours-are-seven: no longer as recorded" >&2; exit 1; }
echo "rrule-go-eight-hours-are-seven: as recorded"
