#!/usr/bin/env bash
# dateparse (Go): "September 17, 2012 at 5pm" is twelve o'clock and five seconds.
# The README of the package has "September 17, 2012 at 5:00pm UTC-05" and "May 8, 2009 5:57:51 PM" among its formats; a text that
# it does not know is an error.
# Surprise: in an hour without minutes the digit is left as it stands in the layout that the package makes, as ParseFormat shows, and
# 5 is Go's layout for a second. So 5pm is 12:00:05, 9pm noon, and 11am is refused, in any form of the date; with minutes each
# is right. In the README's own example "UTC-05" has no effect, where "PST-08" has.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'golang-github-araddon-dateparse-dev=0.0~git20210429.6b43995-3' 'golang-1.19-go=1.19.8-2' 'golang-1.19-src=1.19.8-2' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
mkdir g
cat >g/main.go <<'END'
package main
import (
	"fmt"
	"time"
	"github.com/araddon/dateparse"
)
func main() {
	for _, text := range []string{
		"September 17, 2012 at 5pm",
		"September 17, 2012 at 9pm",
		"September 17, 2012 5 PM",
		"2012-09-17 5pm",
		"9/17/2012 5pm",
		"September 17, 2012 at 11am",
		"September 17, 2012 at 5:00pm",
		"September 17, 2012 at 5:00pm UTC-05",
		"September 17, 2012 at 5:00pm PST-08",
	} {
		moment, err := dateparse.ParseAny(text)
		if err != nil {
			fmt.Println(text, "| error")
			continue
		}
		layout, _ := dateparse.ParseFormat(text)
		fmt.Println(text, "|", moment.UTC().Format(time.RFC3339), "|", layout)
	}
}
END
cat >want <<'END'
September 17, 2012 at 5pm | 2012-09-17T12:00:05Z | January 02, 2006 at 5pm
September 17, 2012 at 9pm | 2012-09-17T12:00:00Z | January 02, 2006 at 9pm
September 17, 2012 5 PM | 2012-09-17T12:00:05Z | January 02, 2006 5 PM
2012-09-17 5pm | 2012-09-17T12:00:05Z | 2006-01-02 5pm
9/17/2012 5pm | 2012-09-17T12:00:05Z | 1/02/2006 5pm
September 17, 2012 at 11am | error
September 17, 2012 at 5:00pm | 2012-09-17T17:00:00Z | January 02, 2006 at 3:04pm
September 17, 2012 at 5:00pm UTC-05 | 2012-09-17T17:00:00Z | January 02, 2006 at 3:04pm MST-07
September 17, 2012 at 5:00pm PST-08 | 2012-09-18T01:00:00Z | January 02, 2006 at 3:04pm MST-07
END
{
  export GOROOT=$dir/deb/usr/lib/go-1.19 GOPATH=$dir/deb/usr/share/gocode GOCACHE=$dir/cache GO111MODULE=off
  "$GOROOT/bin/go" run ./g
} >seen
diff want seen || { echo "dateparse-go-five-pm: no longer as recorded" >&2; exit 1; }
echo "dateparse-go-five-pm: as recorded"
