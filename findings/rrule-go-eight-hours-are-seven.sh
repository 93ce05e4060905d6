#!/usr/bin/env bash
# rrule-go: eight hourly dates over the night in March are seven, and in autumn 2:00 is the second of two.
# RFC 5545 section 3.3.10 has two sentences for a local time that does not exist: it is ignored and not counted, or read as in section
# 3.3.5, with the offset before the gap; of a time that comes twice section 3.3.5 takes the first.
# Surprise: the 2:00 that is skipped is read as 3:00, is one with the 3:00 after it, and both are counted: COUNT=8 makes seven dates,
# and "every two hours" comes at 0, 3, 4 and 6 o'clock. In autumn 2:00 is the second of two, not the first.
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
	} {
		line := strings.ReplaceAll(text, "\n", " ")
		set, err := rrule.StrToRRuleSet(text)
		if err != nil {
			panic(err)
		}
		dates := []string{}
		for _, date := range set.All() {
			dates = append(dates, date.Format("02T15Z07"))
		}
		fmt.Println(line, "|", len(dates), strings.Join(dates, " "))
	}
}
END
cat >want <<'END'
DTSTART;TZID=Europe/Berlin:20250329T220000 RRULE:FREQ=HOURLY;COUNT=8 | 7 29T22+01 29T23+01 30T00+01 30T01+01 30T03+02 30T04+02 30T05+02
DTSTART;TZID=Europe/Berlin:20250330T000000 RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=4 | 4 30T00+01 30T03+02 30T04+02 30T06+02
DTSTART;TZID=Europe/Berlin:20251026T000000 RRULE:FREQ=HOURLY;COUNT=5 | 5 26T00+02 26T01+02 26T02+01 26T03+01 26T04+01
END
{
  export GOROOT=$dir/deb/usr/lib/go-1.19 GOPATH=$dir/deb/usr/share/gocode GOCACHE=$dir/cache GO111MODULE=off
  "$GOROOT/bin/go" run ./g
} >seen
diff want seen || { echo "rrule-go-eight-hours-are-seven: no longer as recorded" >&2; exit 1; }
echo "rrule-go-eight-hours-are-seven: as recorded"
