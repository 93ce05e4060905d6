#!/usr/bin/env bash
# The day the clocks change, in a zone: dayjs begins Beirut's on the day before, spacetime Berlin's an hour
# late, and arrow's two hours are three.
# Beirut's 2021-03-28 had no 00:00 and began at 01:00+03:00, 2021-03-27T22:00Z; Berlin's 2024-10-27 began at
# 00:00+02:00, 2024-10-26T22:00Z. Hours are exact and days nominal (RFC 5545 section 3.3.6).
# Surprise: the table. dayjs also gives 12:00+01:00 for a day after noon of 30 March in Berlin, which is 13:00
# there; arrow goes from 01:30+02:00 to 03:30+01:00 in shift(hours=2). luxon, moment-timezone, Temporal and
# pendulum are right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'arrow==1.4.0' 'pendulum==3.3.0' 'tzdata==2026.1' 'python-dateutil==4.0.0'
npm install --silent --no-audit --no-fund 'dayjs@1.11.23' 'spacetime@7.15.0' 'luxon@3.7.2' 'moment-timezone@0.6.6' 'temporal-polyfill@1.0.8' >/dev/null
cat >j.mjs <<'END'
import dayjs from "dayjs";
import utc from "dayjs/plugin/utc.js";
import timezone from "dayjs/plugin/timezone.js";
import { DateTime } from "luxon";
import moment from "moment-timezone";
import spacetime from "spacetime";
import { Temporal } from "temporal-polyfill";
dayjs.extend(utc);
dayjs.extend(timezone);
const show = (ms) => new Date(ms).toISOString().slice(0, 16) + "Z";
for (const [day, zone] of [["2021-03-28", "Asia/Beirut"], ["2024-10-27", "Europe/Berlin"]])
  console.log("start of", day, zone, "| dayjs", show(+dayjs.tz(day + " 12:00", zone).startOf("day")), "| spacetime", show(spacetime(day + "T12:00:00", zone).startOf("day").epoch), "| luxon", show(+DateTime.fromISO(day + "T12:00", { zone }).startOf("day")),
    "| moment", show(+moment.tz(day + " 12:00", zone).startOf("day")), "| Temporal", show(Temporal.ZonedDateTime.from(day + "T12:00[" + zone + "]").startOfDay().epochMilliseconds));
const zone = "Europe/Berlin";
console.log("noon of 2024-03-30 and a day | dayjs", show(+dayjs.tz("2024-03-30 12:00", zone).add(1, "day")), "| spacetime", show(spacetime("2024-03-30T12:00:00", zone).add(1, "day").epoch), "| luxon", show(+DateTime.fromISO("2024-03-30T12:00", { zone }).plus({ days: 1 })), "| moment", show(+moment.tz("2024-03-30 12:00", zone).add(1, "day")));
END
cat >d.py <<'END'
import arrow, pendulum
for hours in 1, 2, 3:
    print(hours, "hours after 01:30 on 2024-10-27 in Berlin | arrow", arrow.get(2024, 10, 27, 1, 30, tzinfo="Europe/Berlin").shift(hours=hours).format("HH:mmZZ"), "| pendulum", pendulum.datetime(2024, 10, 27, 1, 30, tz="Europe/Berlin").add(hours=hours).format("HH:mmZ"))
END
cat >want <<'END'
start of 2021-03-28 Asia/Beirut | dayjs 2021-03-27T21:00Z | spacetime 2021-03-27T22:00Z | luxon 2021-03-27T22:00Z | moment 2021-03-27T22:00Z | Temporal 2021-03-27T22:00Z
start of 2024-10-27 Europe/Berlin | dayjs 2024-10-26T22:00Z | spacetime 2024-10-26T23:00Z | luxon 2024-10-26T22:00Z | moment 2024-10-26T22:00Z | Temporal 2024-10-26T22:00Z
noon of 2024-03-30 and a day | dayjs 2024-03-31T11:00Z | spacetime 2024-03-31T10:00Z | luxon 2024-03-31T10:00Z | moment 2024-03-31T10:00Z
1 hours after 01:30 on 2024-10-27 in Berlin | arrow 02:30+02:00 | pendulum 02:30+02:00
2 hours after 01:30 on 2024-10-27 in Berlin | arrow 03:30+01:00 | pendulum 02:30+01:00
3 hours after 01:30 on 2024-10-27 in Berlin | arrow 04:30+01:00 | pendulum 03:30+01:00
END
{
  node j.mjs
  venv/bin/python d.py
} >seen
diff want seen || { echo "day-of-clock-change: no longer as recorded" >&2; exit 1; }
echo "day-of-clock-change: as recorded"
