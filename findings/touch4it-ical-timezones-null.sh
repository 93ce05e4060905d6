#!/usr/bin/env bash
# @touch4it/ical-timezones: zones of recent name are null, and Sao Paulo's winter begins from the winter offset.
# The package is named in ical-generator's documentation for VTIMEZONE blocks. RFC 5545 section 3.6.5:
# TZOFFSETFROM is the offset before the onset.
# Surprise: Europe/Kyiv and America/Nuuk give null (Europe/Kiev has a block), without an error; Sao Paulo goes
# -0300 to -0200 in summer and -0300 to -0300 in winter; lines end in a bare LF (section 3.1 wants CRLF).
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund '@touch4it/ical-timezones@1.9.0' >/dev/null
cat >j.cjs <<'END'
const { getVtimezoneComponent } = require("@touch4it/ical-timezones");
for (const zone of ["Europe/Kiev", "Europe/Kyiv", "America/Godthab", "America/Nuuk"]) console.log(zone, getVtimezoneComponent(zone)?.length > 0);
const block = getVtimezoneComponent("America/Sao_Paulo");
console.log([...block.matchAll(/BEGIN:(DAYLIGHT|STANDARD)\s+TZOFFSETFROM:(\S+)\s+TZOFFSETTO:(\S+)/g)].map((m) => m.slice(1).join(" ")).join(" | "));
console.log("CRLF", /\r\n/.test(block));
END
cat >want <<'END'
Europe/Kiev true
Europe/Kyiv false
America/Godthab true
America/Nuuk false
DAYLIGHT -0300 -0200 | STANDARD -0300 -0300
CRLF false
END
node j.cjs >seen
diff want seen || { echo "touch4it-ical-timezones-null: no longer as recorded" >&2; exit 1; }
echo "touch4it-ical-timezones-null: as recorded"
