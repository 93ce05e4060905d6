#!/usr/bin/env bash
# timezone-soft: GMT+2 is two hours behind Greenwich, UTC+2 two hours ahead.
# Its README: "parse abbreviated, sloppy, and informal timezone names", an IANA zone from what people type. ISO 8601 counts
# hours east of Greenwich as positive. Names in the tz database's area Etc have the POSIX sign, positive to the west, as its
# file "etcetera" says: Etc/GMT+2 is UTC-2. That is a name of the database, and not what a person means by GMT+2.
# Surprise: "GMT+2" and "gmt+1" are taken for those names, so that Berlin's winter is an hour west; "UTC+2" is turned round.
# Node's own Intl tells the offset of the zone that was found.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'timezone-soft@1.5.2' >/dev/null
cat >j.cjs <<'END'
const soft = require("timezone-soft");
const offset = (zone) => new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" })
  .formatToParts(new Date("2024-01-15T12:00Z")).find((part) => part.type === "timeZoneName").value;
for (const text of ["GMT+2", "UTC+2", "gmt+1", "utc+1", "GMT-5", "UTC-5", "GMT+8", "UTC+8"]) {
  const [zone, ...others] = soft(text);
  console.log(`${text}: ${zone.iana}, its clock ${offset(zone.iana)}, standard.offset ${zone.standard.offset}, others ${others.length}`);
}
END
cat >want <<'END'
GMT+2: Etc/GMT+2, its clock GMT-02:00, standard.offset -2, others 0
UTC+2: Etc/GMT-2, its clock GMT+02:00, standard.offset 2, others 0
gmt+1: Etc/GMT+1, its clock GMT-01:00, standard.offset -1, others 0
utc+1: Etc/GMT-1, its clock GMT+01:00, standard.offset 1, others 0
GMT-5: Etc/GMT-5, its clock GMT+05:00, standard.offset 5, others 0
UTC-5: Etc/GMT+5, its clock GMT-05:00, standard.offset -5, others 0
GMT+8: Etc/GMT+8, its clock GMT-08:00, standard.offset -8, others 0
UTC+8: Etc/GMT-8, its clock GMT+08:00, standard.offset 8, others 0
END
node j.cjs >seen
diff want seen || { echo "timezone-soft-gmt-plus-two: no longer as recorded" >&2; exit 1; }
echo "timezone-soft-gmt-plus-two: as recorded"
