#!/usr/bin/env bash
# duration-fns: from 30 March to 1 April it is a month and minus 29 days, and from 22:00 to 02:00 of the first less than no time.
# RFC 5545 section 3.3.6 has one sign, before the P of all parts, and so has XML Schema, part 2, section 3.2.6. The README has between() with a
# whole year less, and says that normalize() converts between units.
# Surprise: each part is the difference of the two dates' own numbers, so from New Year's Eve to New Year's Day it is "P1Y-11M-30D"; normalize()
# takes the year off, and leaves the month. toDays() takes a month for 30 days and ten hours: two days are 1.4 days, one is 0.4, and the four hours
# over the end of a month are minus ten. Added to its first date the span leads to the last one, but not from 29 February to 28 February, and the four hours lead to a moment
# twenty hours before them. luxon has the same spans in days and hours.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'duration-fns@3.0.2' 'luxon@3.7.2' >/dev/null
cat >j.mjs <<'END'
import * as duration from "duration-fns";
import { DateTime } from "luxon";
for (const [first, last] of [
  ["2024-03-01T00:00Z", "2024-03-31T00:00Z"],
  ["2024-03-30T00:00Z", "2024-04-01T00:00Z"],
  ["2024-01-31T00:00Z", "2024-03-01T00:00Z"],
  ["2024-12-31T00:00Z", "2025-01-01T00:00Z"],
  ["2024-02-29T00:00Z", "2025-02-28T00:00Z"],
  ["2024-03-30T22:00Z", "2024-03-31T02:00Z"],
  ["2024-03-31T22:00Z", "2024-04-01T02:00Z"],
]) {
  const between = duration.between(first, last);
  const days = Math.round(duration.toDays(between) * 100) / 100;
  const real = DateTime.fromISO(last, { zone: "utc" }).diff(DateTime.fromISO(first, { zone: "utc" }), ["days", "hours"]);
  console.log(
    `${first} to ${last}: ${duration.toString(between)}, normalized ${duration.toString(duration.normalize(between))}, ${days} days,`,
    `negative ${duration.isNegative(between)}; applied ${duration.apply(first, between).toISOString().slice(0, 16)}; luxon ${real.toISO()}`,
  );
}
END
cat >want <<'END'
2024-03-01T00:00Z to 2024-03-31T00:00Z: P30D, normalized P30D, 30 days, negative false; applied 2024-03-31T00:00; luxon P30D
2024-03-30T00:00Z to 2024-04-01T00:00Z: P1M-29D, normalized P1M-29D, 1.42 days, negative false; applied 2024-04-01T00:00; luxon P2D
2024-01-31T00:00Z to 2024-03-01T00:00Z: P2M-30D, normalized P2M-30D, 30.83 days, negative false; applied 2024-03-01T00:00; luxon P30D
2024-12-31T00:00Z to 2025-01-01T00:00Z: P1Y-11M-30D, normalized P1M-30D, 0.42 days, negative false; applied 2025-01-01T00:00; luxon P1D
2024-02-29T00:00Z to 2025-02-28T00:00Z: P1Y-1D, normalized P1Y-1D, 364 days, negative false; applied 2025-02-27T00:00; luxon P365D
2024-03-30T22:00Z to 2024-03-31T02:00Z: P1DT-20H, normalized PT4H, 0.17 days, negative false; applied 2024-03-31T02:00; luxon PT4H
2024-03-31T22:00Z to 2024-04-01T02:00Z: P1M-30DT-20H, normalized P1M-30DT-20H, -0.42 days, negative true; applied 2024-03-31T02:00; luxon PT4H
END
node j.mjs >seen
diff want seen || { echo "duration-fns-minus-29-days: no longer as recorded" >&2; exit 1; }
echo "duration-fns-minus-29-days: as recorded"
