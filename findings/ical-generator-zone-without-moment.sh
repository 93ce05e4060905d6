#!/usr/bin/env bash
# ical-generator with a calendar time zone and plain Date objects: the event floats, its EXDATE has a zone, its
# stamp is local.
# TIMEZONE-ID and X-WR-TIMEZONE say Europe/Berlin; the program's own clock is in New York (TZ below). 07:00Z is
# 09:00 in Berlin.
# Surprise: DTSTART is 03:00, New York's hour, without a zone; EXDATE has the same digits with
# TZID=Europe/Berlin, which is another moment; DTSTAMP, which "must" be in UTC (RFC 5545 section 3.8.7.2), and
# UNTIL are local as well. Read anywhere, the event is not at 07:00Z.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=America/New_York LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'ical-generator@10.2.0' >/dev/null
cat >j.mjs <<'END'
import ical from "ical-generator";
const c = ical({ timezone: "Europe/Berlin" });
c.createEvent({ id: "a", stamp: new Date("2021-01-01T00:00:00Z"), start: new Date("2021-03-28T07:00:00Z"), summary: "x",
  repeating: { freq: "DAILY", until: new Date("2021-03-30T07:00:00Z"), exclude: [new Date("2021-03-29T07:00:00Z")] } });
console.log(c.toString().match(/^(DTSTAMP|DTSTART|RRULE|EXDATE|TIMEZONE-ID).*/gm).map((l) => l.trim()).join("\n"));
END
cat >want <<'END'
TIMEZONE-ID:Europe/Berlin
DTSTAMP:20201231T190000
DTSTART:20210328T030000
RRULE:FREQ=DAILY;UNTIL=20210330T030000
EXDATE;TZID=Europe/Berlin:20210329T030000
END
node j.mjs >seen
diff want seen || { echo "ical-generator-zone-without-moment: no longer as recorded" >&2; exit 1; }
echo "ical-generator-zone-without-moment: as recorded"
