#!/usr/bin/env bash
# chronoshift: in the hour that an autumn night has twice, the next full hour lies half an hour in the past.
# Its README: floor, ceil and shift by an ISO 8601 duration in a time zone. Times are moments: the second 02:00 of
# 2024-10-27 in Berlin is 01:00 UTC, 01:30 lies after it, and a floor of a later moment is not earlier.
# Surprise: floor by PT1H of 01:00 UTC is 01:00, of 01:30 it is 00:00, and ceil of 01:30 is 01:00, so counts by the
# hour put half an hour into the hour before. In Havana, where midnight comes twice, the day of 2024-11-03 begins at
# 04:00 UTC, but at exactly 05:00 it begins at 05:00. Half hours are right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'chronoshift@1.2.3' >/dev/null
cat >j.cjs <<'END'
const { Duration, Timezone, hour } = require("chronoshift");
const text = (date) => date.toISOString().slice(5, 16);
const berlin = Timezone.fromJS("Europe/Berlin");
for (const time of ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30"]) {
  const date = new Date(`2024-10-27T${time}Z`);
  const floor = (duration) => text(Duration.fromJS(duration).floor(date, berlin));
  console.log("Berlin", text(date), "| floor PT1H", floor("PT1H"), "| ceil", text(hour.ceil(date, berlin)), "| floor PT30M", floor("PT30M"));
}
const havana = Timezone.fromJS("America/Havana");
for (const time of ["04:30", "05:00", "05:30"]) {
  const date = new Date(`2024-11-03T${time}Z`);
  console.log("Havana", text(date), "| floor P1D", text(Duration.fromJS("P1D").floor(date, havana)));
}
END
cat >want <<'END'
Berlin 10-27T00:00 | floor PT1H 10-27T00:00 | ceil 10-27T00:00 | floor PT30M 10-27T00:00
Berlin 10-27T00:30 | floor PT1H 10-27T00:00 | ceil 10-27T01:00 | floor PT30M 10-27T00:30
Berlin 10-27T01:00 | floor PT1H 10-27T01:00 | ceil 10-27T01:00 | floor PT30M 10-27T01:00
Berlin 10-27T01:30 | floor PT1H 10-27T00:00 | ceil 10-27T01:00 | floor PT30M 10-27T01:30
Berlin 10-27T02:00 | floor PT1H 10-27T02:00 | ceil 10-27T02:00 | floor PT30M 10-27T02:00
Berlin 10-27T02:30 | floor PT1H 10-27T02:00 | ceil 10-27T03:00 | floor PT30M 10-27T02:30
Havana 11-03T04:30 | floor P1D 11-03T04:00
Havana 11-03T05:00 | floor P1D 11-03T05:00
Havana 11-03T05:30 | floor P1D 11-03T04:00
END
{
  node j.cjs
} >seen
diff want seen || { echo "chronoshift-ceiling-in-the-past: no longer as recorded" >&2; exit 1; }
echo "chronoshift-ceiling-in-the-past: as recorded"
