#!/usr/bin/env bash
# An hour and a half, "PT1.5H": date-fns-duration makes an hour of it, and half a day, "P0.5D", is nothing.
# ISO 8601 lets the last part of a duration have a decimal fraction, after a comma or a full stop, the comma first.
# Surprise: date-fns-duration drops the fraction of each part without a word; with a comma the result is an invalid date. luxon reads
# the full stop only, and iso8601-duration fractions of hours and minutes only, and they say so. tinyduration, and isodate
# and aniso8601 in Python, are right.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'isodate==0.7.2' 'aniso8601==10.0.1'
npm install --silent --no-audit --no-fund 'date-fns-duration@1.0.4' 'date-fns@2.0.1' 'luxon@3.7.2' 'tinyduration@3.4.1' 'iso8601-duration@2.1.4' >/dev/null
echo PT1.5H PT1,5H P0.5D P1.5W PT2.5M | tr ' ' '\n' >list
cat >j.cjs <<'END'
const add = require("date-fns-duration").default ?? require("date-fns-duration");
const { Duration } = require("luxon");
const { parse } = require("tinyduration");
const iso = require("iso8601-duration");
const start = Date.UTC(2024, 0, 31, 10);
const minutes = (d) => ((d.weeks ?? 0) * 7 + (d.days ?? 0)) * 1440 + (d.hours ?? 0) * 60 + (d.minutes ?? 0);
const show = (run) => {
  try { const value = run(); return Number.isNaN(value) ? "invalid" : value; } catch { return "refused"; }
};
for (const text of require("fs").readFileSync("list", "utf8").trim().split("\n"))
  console.log(text, "in minutes | date-fns-duration", show(() => (add(new Date(start), text) - start) / 6e4), "| luxon", show(() => Duration.fromISO(text).as("minutes")), "| tinyduration", show(() => minutes(parse(text))), "| iso8601-duration", show(() => iso.toSeconds(iso.parse(text), new Date(start)) / 60));
END
cat >p.py <<'END'
import aniso8601
import isodate
for text in open("list").read().split():
    seen = []
    for library, parse in (("isodate", isodate.parse_duration), ("aniso8601", aniso8601.parse_duration)):
        try:
            seen.append(f"{library} {parse(text).total_seconds() / 60:g}")
        except Exception:
            seen.append(f"{library} refused")
    print(text, "in minutes |", *seen)
END
cat >want <<'END'
PT1.5H in minutes | date-fns-duration 60 | luxon 90 | tinyduration 90 | iso8601-duration 90
PT1,5H in minutes | date-fns-duration invalid | luxon invalid | tinyduration 90 | iso8601-duration 90
P0.5D in minutes | date-fns-duration 0 | luxon 720 | tinyduration 720 | iso8601-duration refused
P1.5W in minutes | date-fns-duration 10080 | luxon 15120 | tinyduration 15120 | iso8601-duration refused
PT2.5M in minutes | date-fns-duration 2 | luxon 2.5 | tinyduration 2.5 | iso8601-duration 2.5
PT1.5H in minutes | isodate 90 aniso8601 90
PT1,5H in minutes | isodate 90 aniso8601 90
P0.5D in minutes | isodate 720 aniso8601 720
P1.5W in minutes | isodate 15120 aniso8601 15120
PT2.5M in minutes | isodate 2.5 aniso8601 2.5
END
{
  node j.cjs
  v/bin/python p.py
} >seen
diff want seen || { echo "duration-fraction: no longer as recorded" >&2; exit 1; }
echo "duration-fraction: as recorded"
