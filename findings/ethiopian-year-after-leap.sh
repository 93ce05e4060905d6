#!/usr/bin/env bash
# Ethiopian years: one in four is a day ahead in two libraries, and in a third one day is a year back.
# Each fourth year has six days in month 13 and ends on 11 September (1900 to 2099), so the next one begins on
# 12 September: 2015 Pagumen 6 was 11 September 2023, 2016 began on the 12th.
# Surprise: in ethiopian-calendar-new and ethiotime 11 September 2023 is already 1 Meskerem 2016, and each day is
# one ahead until 9 September 2024. The next day is the new year in the one, which comes twice so, and a sixth
# day of Pagumen, of which 2016 has five, in the other. In ethiopian-calendar 11 September 2023 is 1 Meskerem
# 2015, a year back. ethiopian-date, kenat and Node's own calendar (ICU) agree.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'ethiotime==1.0.2' 'ethiopian-calendar==0.1.0'
npm install --silent --no-audit --no-fund 'ethiopian-calendar-new@1.1.0' 'ethiopian-date@0.0.6' 'kenat@3.2.0' >/dev/null
cat >j.mjs <<'END'
import { toEthiopian } from "ethiopian-calendar-new";
import other from "ethiopian-date";
import { toEC } from "kenat";
const format = new Intl.DateTimeFormat("en-u-ca-ethiopic", { timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric" });
const text = ({ year, month, day }) => `${year}-${month}-${day}`;
const icu = (date) => text(Object.fromEntries(format.formatToParts(date).map((p) => [p.type, p.value])));
for (const day of ["2023-09-10", "2023-09-11", "2023-09-12", "2024-01-07", "2024-09-10", "2024-09-11"]) {
  const [y, m, d] = day.split("-").map(Number);
  console.log(day, "ethiopian-calendar-new", text(toEthiopian(y, m, d)), "ethiopian-date", other.toEthiopian(y, m, d).join("-"), "kenat", text(toEC(y, m, d)), "ICU", icu(new Date(day)));
}
let ahead = 0, all = 0;
for (let time = Date.UTC(1980, 0, 1); time < Date.UTC(2020, 0, 1); time += 864e5, all++) {
  const date = new Date(time);
  if (text(toEthiopian(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())) !== icu(date)) ahead++;
}
console.log("1980 to 2019:", ahead, "of", all, "days differ from ICU");
END
cat >d.py <<'END'
from datetime import date
from ethiopian_calendar import EthiopicDate
from ethiotime import CalendarService
for day in date(2023, 9, 10), date(2023, 9, 11), date(2023, 9, 12), date(2024, 1, 7), date(2024, 9, 10), date(2024, 9, 11):
    other = EthiopicDate.from_gregorian(day)
    print(day, "ethiotime", "%d-%d-%d" % CalendarService.gc_to_ec(day), "ethiopian-calendar", f"{other.year}-{other.month}-{other.day}")
END
cat >want <<'END'
2023-09-10 ethiopian-calendar-new 2015-13-5 ethiopian-date 2015-13-5 kenat 2015-13-5 ICU 2015-13-5
2023-09-11 ethiopian-calendar-new 2016-1-1 ethiopian-date 2015-13-6 kenat 2015-13-6 ICU 2015-13-6
2023-09-12 ethiopian-calendar-new 2016-1-2 ethiopian-date 2016-1-1 kenat 2016-1-1 ICU 2016-1-1
2024-01-07 ethiopian-calendar-new 2016-4-29 ethiopian-date 2016-4-28 kenat 2016-4-28 ICU 2016-4-28
2024-09-10 ethiopian-calendar-new 2017-1-1 ethiopian-date 2016-13-5 kenat 2016-13-5 ICU 2016-13-5
2024-09-11 ethiopian-calendar-new 2017-1-1 ethiopian-date 2017-1-1 kenat 2017-1-1 ICU 2017-1-1
1980 to 2019: 3660 of 14610 days differ from ICU
2023-09-10 ethiotime 2015-13-5 ethiopian-calendar 2015-13-5
2023-09-11 ethiotime 2016-1-1 ethiopian-calendar 2015-1-1
2023-09-12 ethiotime 2016-1-2 ethiopian-calendar 2016-1-1
2024-01-07 ethiotime 2016-4-29 ethiopian-calendar 2016-4-28
2024-09-10 ethiotime 2016-13-6 ethiopian-calendar 2016-13-5
2024-09-11 ethiotime 2017-1-1 ethiopian-calendar 2017-1-1
END
{
  node j.mjs
  venv/bin/python d.py
} >seen
diff want seen || { echo "ethiopian-year-after-leap: no longer as recorded" >&2; exit 1; }
echo "ethiopian-year-after-leap: as recorded"
