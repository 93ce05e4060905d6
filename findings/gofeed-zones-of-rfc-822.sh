#!/usr/bin/env bash
# gofeed (Go): an item of 10:00 EST is of 10:00 UTC if its date begins with the weekday, and of 15:00 if not; CST, MST and PDT
# are UTC nearly everywhere.
# RSS 2.0 has the dates of RFC 822 (section 5.1), whose zones are UT, GMT, EST, EDT, CST, CDT, MST, MDT, PST, PDT, the military
# letters and an offset; the weekday and the seconds may be left out, and the year may have two digits.
# Surprise: which hour the parsed date has depends on the form of the date beside it and, with TZ set, on the zone of the
# machine that reads, since Go gives names that its own zone does not have the offset 0. "UT" is read in two of the four forms and
# is no date in the others. Python's email.utils beside it.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'golang-github-mmcdole-gofeed-dev=1.1.3-1' 'golang-1.19-go=1.19.8-2' 'golang-1.19-src=1.19.8-2' golang-github-mmcdole-goxpp-dev \
  golang-github-puerkitobio-goquery-dev golang-github-andybalholm-cascadia-dev golang-github-json-iterator-go-dev golang-golang-x-net-dev \
  golang-golang-x-text-dev golang-github-modern-go-concurrent-dev golang-github-modern-go-reflect2-dev 2>/dev/null ||
  { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >p.py <<'END'
from datetime import UTC
from email.utils import parsedate_to_datetime
forms = ("Tue, 04 May 2021 10:00:00", "04 May 2021 10:00:00", "Tue, 4 May 2021 10:00", "04 May 21 10:00")
dates = [f"{form} {zone}" for zone in ("EST", "EDT", "CST", "MST", "PDT", "UT", "-0700") for form in forms]
items = "".join(f"<item><title>{date}</title><pubDate>{date}</pubDate></item>" for date in dates)
with open("rss.xml", "w") as file:
    file.write(f'<rss version="2.0"><channel><title>A</title><link>https://example.org/</link><description>A</description>{items}</channel></rss>')
with open("right", "w") as file:
    file.writelines(f"{parsedate_to_datetime(date).astimezone(UTC):%H:%M}\n" for date in dates)
END
mkdir g
cat >g/main.go <<'END'
package main
import (
	"fmt"
	"os"
	"strings"
	"github.com/mmcdole/gofeed"
)
func main() {
	text, _ := os.ReadFile("rss.xml")
	right, _ := os.ReadFile("right")
	hours := strings.Fields(string(right))
	feed, err := gofeed.NewParser().ParseString(string(text))
	if err != nil {
		panic(err)
	}
	for i, item := range feed.Items {
		seen := "none"
		if item.PublishedParsed != nil {
			seen = item.PublishedParsed.UTC().Format("15:04")
		}
		if seen != hours[i] {
			fmt.Println(item.Published, "| gofeed", seen, "| email.utils", hours[i])
		}
	}
}
END
cat >want <<'END'
TZ=UTC
Tue, 04 May 2021 10:00:00 EST | gofeed 10:00 | email.utils 15:00
04 May 21 10:00 EST | gofeed 10:00 | email.utils 15:00
Tue, 04 May 2021 10:00:00 EDT | gofeed 10:00 | email.utils 14:00
04 May 2021 10:00:00 EDT | gofeed 10:00 | email.utils 14:00
Tue, 4 May 2021 10:00 EDT | gofeed 10:00 | email.utils 14:00
04 May 21 10:00 EDT | gofeed 10:00 | email.utils 14:00
Tue, 04 May 2021 10:00:00 CST | gofeed 10:00 | email.utils 16:00
04 May 2021 10:00:00 CST | gofeed 10:00 | email.utils 16:00
Tue, 4 May 2021 10:00 CST | gofeed 10:00 | email.utils 16:00
04 May 21 10:00 CST | gofeed 10:00 | email.utils 16:00
Tue, 04 May 2021 10:00:00 MST | gofeed 10:00 | email.utils 17:00
04 May 21 10:00 MST | gofeed 10:00 | email.utils 17:00
Tue, 04 May 2021 10:00:00 PDT | gofeed 10:00 | email.utils 17:00
04 May 2021 10:00:00 PDT | gofeed 10:00 | email.utils 17:00
Tue, 4 May 2021 10:00 PDT | gofeed 10:00 | email.utils 17:00
04 May 21 10:00 PDT | gofeed 10:00 | email.utils 17:00
Tue, 4 May 2021 10:00 UT | gofeed none | email.utils 10:00
04 May 21 10:00 UT | gofeed none | email.utils 10:00
TZ=America/Los_Angeles
Tue, 04 May 2021 10:00:00 EST | gofeed 10:00 | email.utils 15:00
04 May 21 10:00 EST | gofeed 10:00 | email.utils 15:00
Tue, 04 May 2021 10:00:00 EDT | gofeed 10:00 | email.utils 14:00
04 May 2021 10:00:00 EDT | gofeed 10:00 | email.utils 14:00
Tue, 4 May 2021 10:00 EDT | gofeed 10:00 | email.utils 14:00
04 May 21 10:00 EDT | gofeed 10:00 | email.utils 14:00
Tue, 04 May 2021 10:00:00 CST | gofeed 10:00 | email.utils 16:00
04 May 2021 10:00:00 CST | gofeed 10:00 | email.utils 16:00
Tue, 4 May 2021 10:00 CST | gofeed 10:00 | email.utils 16:00
04 May 21 10:00 CST | gofeed 10:00 | email.utils 16:00
Tue, 04 May 2021 10:00:00 MST | gofeed 10:00 | email.utils 17:00
04 May 21 10:00 MST | gofeed 10:00 | email.utils 17:00
Tue, 4 May 2021 10:00 UT | gofeed none | email.utils 10:00
04 May 21 10:00 UT | gofeed none | email.utils 10:00
END
{
  export GOROOT=$dir/deb/usr/lib/go-1.19 GOPATH=$dir/deb/usr/share/gocode GOCACHE=$dir/cache GO111MODULE=off
  python3 p.py
  "$GOROOT/bin/go" build -o feed ./g
  for zone in UTC America/Los_Angeles; do
    echo "TZ=$zone"
    TZ=$zone ./feed
  done
} >seen
diff want seen || { echo "gofeed-zones-of-rfc-822: no longer as recorded" >&2; exit 1; }
echo "gofeed-zones-of-rfc-822: as recorded"
