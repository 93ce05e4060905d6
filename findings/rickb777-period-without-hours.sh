#!/usr/bin/env bash
# date (Go, rickb777): the period of 15 days, five hours and twenty seconds, an example of RFC 5545, lasts 15 days.
# RFC 5545 section 3.3.9: a period is a start and an end, or a start and a duration; section 3.3.6 has "P15DT5H0M20S" for that length.
# ParseRFC5545InLocation of the package timespan is for that RFC, by its name and its comment.
# Surprise: as soon as a duration has days, its hours, minutes and seconds are dropped without a word, so a conference of a
# day and a half is over after a day, and a period written by the library itself comes back shorter. period.Parse, on which
# it is built, has the whole length, and its AddTo the right end; hours alone are right. icalendar (Python) keeps them all.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'golang-github-rickb777-date-dev=1.20.1-1' 'golang-github-rickb777-plural-dev' 'golang-1.19-go=1.19.8-2' 'golang-1.19-src=1.19.8-2' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'tzdata==2026.1'
mkdir g
cat >list <<'END'
P15DT5H0M20S
P1DT12H
P1W
PT36H
P1D
END
cat >g/main.go <<'END'
package main
import (
	"bufio"
	"fmt"
	"os"
	"time"
	"github.com/rickb777/date/period"
	"github.com/rickb777/date/timespan"
)
func main() {
	file, _ := os.Open("list")
	for lines := bufio.NewScanner(file); lines.Scan(); {
		text := "20240515T090000Z/" + lines.Text()
		span, err := timespan.ParseRFC5545InLocation(text, time.UTC)
		length, _ := period.Parse(lines.Text())
		end, _ := length.AddTo(span.Start())
		fmt.Println(text, "| timespan", span.End().Format(time.RFC3339), err, "| period", end.Format(time.RFC3339))
	}
	start := time.Date(2024, 5, 15, 9, 0, 0, 0, time.UTC)
	for _, length := range []time.Duration{36 * time.Hour, 4000 * time.Hour} {
		text := timespan.TimeSpanOf(start, length).FormatRFC5545(true)
		again, _ := timespan.ParseRFC5545InLocation(text, time.UTC)
		fmt.Println(length, "| written", text, "| read", again.Duration())
	}
}
END
cat >p.py <<'END'
from icalendar.prop import vPeriod
for line in open("list").read().split():
    start, length = vPeriod.from_ical("20240515T090000Z/" + line)
    print(f"icalendar {line} {start + length:%FT%TZ}")
END
cat >want <<'END'
20240515T090000Z/P15DT5H0M20S | timespan 2024-05-30T09:00:00Z <nil> | period 2024-05-30T14:00:20Z
20240515T090000Z/P1DT12H | timespan 2024-05-16T09:00:00Z <nil> | period 2024-05-16T21:00:00Z
20240515T090000Z/P1W | timespan 2024-05-22T09:00:00Z <nil> | period 2024-05-22T09:00:00Z
20240515T090000Z/PT36H | timespan 2024-05-16T21:00:00Z <nil> | period 2024-05-16T21:00:00Z
20240515T090000Z/P1D | timespan 2024-05-16T09:00:00Z <nil> | period 2024-05-16T09:00:00Z
36h0m0s | written 20240515T090000Z/P1DT12H | read 24h0m0s
4000h0m0s | written 20240515T090000Z/P166DT16H | read 3984h0m0s
icalendar P15DT5H0M20S 2024-05-30T14:00:20Z
icalendar P1DT12H 2024-05-16T21:00:00Z
icalendar P1W 2024-05-22T09:00:00Z
icalendar PT36H 2024-05-16T21:00:00Z
icalendar P1D 2024-05-16T09:00:00Z
END
{
  export GOROOT=$dir/deb/usr/lib/go-1.19 GOPATH=$dir/deb/usr/share/gocode GOCACHE=$dir/cache GO111MODULE=off
  "$GOROOT/bin/go" run ./g
  v/bin/python p.py
} >seen
diff want seen || { echo "rickb777-period-without-hours: no longer as recorded" >&2; exit 1; }
echo "rickb777-period-without-hours: as recorded"
