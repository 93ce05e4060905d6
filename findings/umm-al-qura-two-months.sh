#!/usr/bin/env bash
# Umm al-Qura: two months of the computed calendar begin on other days, in libraries that all name the same
# table.
# Surprise: for Jumada II of 1427 (June 2006) and 1446 (December 2024) hijridate (Python) and
# @internationalized/date agree with each other; ummalqura (Python) and hijri-converter (npm) are a day ahead in
# 2006 and a day behind in 2024. hijridate is the later name of Python's hijri-converter, so one name stands for
# both answers. No RFC decides; the calendar is set by decree.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'hijridate==2.3.0' 'ummalqura==2.0.1'
npm install --silent --no-audit --no-fund 'hijri-converter@1.1.1' '@internationalized/date@3.12.4' >/dev/null
cat >d.py <<'END'
from hijridate import Gregorian
from ummalqura.hijri_date import HijriDate
for day in (2006, 6, 26), (2006, 7, 26), (2024, 12, 2), (2025, 1, 2):
    u = HijriDate(*day, gr=True)
    print("%d-%02d-%02d" % day, "hijridate", Gregorian(*day).to_hijri(), "ummalqura %d-%02d-%02d" % (u.year, u.month, u.day))
END
cat >j.cjs <<'END'
const { toHijri } = require("hijri-converter");
const { CalendarDate, IslamicUmalquraCalendar, toCalendar } = require("@internationalized/date");
const two = (n) => String(n).padStart(2, "0");
for (const [y, m, d] of [[2006, 6, 26], [2006, 7, 26], [2024, 12, 2], [2025, 1, 2]]) {
  const h = toHijri(y, m, d), i = toCalendar(new CalendarDate(y, m, d), new IslamicUmalquraCalendar());
  console.log(`${y}-${two(m)}-${two(d)}`, "@internationalized/date", `${i.year}-${two(i.month)}-${two(i.day)}`, "hijri-converter", `${h.hy}-${two(h.hm)}-${two(h.hd)}`);
}
END
cat >want <<'END'
2006-06-26 hijridate 1427-05-30 ummalqura 1427-06-01
2006-07-26 hijridate 1427-07-01 ummalqura 1427-07-01
2024-12-02 hijridate 1446-06-01 ummalqura 1446-05-30
2025-01-02 hijridate 1446-07-02 ummalqura 1446-07-02
2006-06-26 @internationalized/date 1427-05-30 hijri-converter 1427-06-01
2006-07-26 @internationalized/date 1427-07-01 hijri-converter 1427-07-01
2024-12-02 @internationalized/date 1446-06-01 hijri-converter 1446-05-30
2025-01-02 @internationalized/date 1446-07-02 hijri-converter 1446-07-02
END
{
  venv/bin/python d.py
  node j.cjs
} >seen
diff want seen || { echo "umm-al-qura-two-months: no longer as recorded" >&2; exit 1; }
echo "umm-al-qura-two-months: as recorded"
