#!/usr/bin/env bash
# timezones-ical-library: the rules of today since 1970, so past summers are an hour off in every reader that
# goes by the block.
# A VTIMEZONE has the rules for the times that its calendar uses (RFC 5545 section 3.6.5). Mexico City and
# Tehran had summer time until 2022, Sao Paulo until 2019.
# Surprise: each block is one standard observance from 1970-01-01, or two with a yearly rule; ical-generator
# names this library for its zones. 10:00 on the day, as ical.js reads it with the block, and as it was:
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'timezones-ical-library@2.3.2' 'ical.js@2.2.1' 'luxon@3.7.2' >/dev/null
cat >j.mjs <<'END'
import ICAL from "ical.js";
import { DateTime } from "luxon";
import { tzlib_get_ical_block } from "timezones-ical-library";
for (const [zone, day] of [["America/Mexico_City", "20210701"], ["Asia/Tehran", "20210701"], ["America/Sao_Paulo", "20181215"], ["Europe/Berlin", "20210701"]]) {
  const block = tzlib_get_ical_block(zone)[0];
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN", block.trim(), "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20180101T000000Z", `DTSTART;TZID=${zone}:${day}T100000`, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
  const start = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstPropertyValue("dtstart");
  console.log(zone, day, "read", start.toJSDate().toISOString().slice(11, 16) + "Z", "was", DateTime.fromFormat(day + "10", "yyyyMMddHH", { zone }).toUTC().toFormat("HH:mm'Z'"));
}
END
cat >want <<'END'
America/Mexico_City 20210701 read 16:00Z was 15:00Z
Asia/Tehran 20210701 read 06:30Z was 05:30Z
America/Sao_Paulo 20181215 read 13:00Z was 12:00Z
Europe/Berlin 20210701 read 08:00Z was 08:00Z
END
node j.mjs >seen
diff want seen || { echo "vtimezone-of-today-since-1970: no longer as recorded" >&2; exit 1; }
echo "vtimezone-of-today-since-1970: as recorded"
